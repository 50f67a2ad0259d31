"""Folders of entries on disk that can be lost at any time: written whole, checked when read, kept within a bound."""
