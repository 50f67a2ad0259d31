"""What torch does: for every layer class, function and tensor method its shapes, parameters, costs and refusals.

`registry` is the table; every other module is one family of operations that registers itself there, and is imported
when one of its names is asked for. Rules are pure functions on shapes: they know neither the interpreter nor Python
source. After adding or removing a name, run `python -m convlint.layers`, which writes the table of contents.
"""
