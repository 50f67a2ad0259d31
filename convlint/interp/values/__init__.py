"""What interpreted programs compute with, beside plain Python values.

Numbers, strings, tuples, lists, dicts, sets, ranges, slices and `None` are Python's own objects; a symbolic integer is
a `Dim`; a tensor is a `layers.core.tensor.Tensor`. What else a program can hold is here: `unknown` values, `numbers`,
`functions`, `classes` and `modules`; with `scope`, where names live, and `signals`, what ends a statement early.
"""
