"""NumPy as programs see it: arrays, their scalars, and the functions that make and combine them."""
