"""What several families of rules share: axes, broadcasting, dtypes, windows, weights, and values of constants."""
