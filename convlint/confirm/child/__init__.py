"""What runs in the child process, on the user's interpreter: only the standard library and torch are imported here.

`main` serves requests, `channel` carries them past whatever user code prints, `limits` bounds what user code may use,
`models` runs models. The package is loaded from its folder under a name of its own, so that imports within it are
relative; it runs on every Python that convlint runs on.
"""
