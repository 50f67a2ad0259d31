"""Measurements of convlint on real code. Nothing here is part of the installed package."""
