"""Other libraries that are modelled rather than read."""
