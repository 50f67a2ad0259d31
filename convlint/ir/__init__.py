"""The small form of a Python module that the interpreter runs, how source is lowered to it, and its cache.

`nodes` are the values; `lower` makes them from a LibCST tree, with spans, in one walk (`cursor` keeps the place,
`dispatch` the table of handlers, the other modules hold the handlers by family); `load` goes from bytes to
nodes, through `cache` when it can.
"""
