"""Frameworks that train models: which of their names are written in Python in the folder `prelude`."""
