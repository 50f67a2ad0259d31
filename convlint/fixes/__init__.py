"""Mending the source: from what rules want changed to edits, and from edits to files.

`arguments` turns a change of an argument into edits, `comments` takes codes out of comments, `finding` puts fixes with
findings, `applying` makes those that hold and tells of those that do not, `ignores` writes comments that silence,
`writing` replaces files. Nothing here knows what a model is.
"""
