"""The files that a linted program reads: its project's own and those of installed packages, which are data.

They are looked at, bounded in size and number, and never written. What lies elsewhere is not known.
"""
