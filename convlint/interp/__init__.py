"""An abstract interpreter of Python over the IR: it runs real constructors and forwards on shapes.

`values` are what programs compute with, `vm` is one run, `program` its modules. `evaluate` and `execute` walk the IR;
`calls`, `attributes`, `operators`, `subscripts`, `iteration`, `classes` are the language; `torch_*` is where programs
meet the layer rules, and `records` what they leave for the trace. `natives` are libraries that are modelled, not read.
"""
