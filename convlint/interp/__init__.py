"""An abstract interpreter of Python over the IR: it runs real constructors and forwards on shapes.

`values` are what programs compute with, `vm` is one run. `language` is Python itself, `imports` finds and runs modules,
`records` is what a run leaves for the trace. `natives` is the table of what convlint runs itself instead of reading it:
`python` (built-ins and the standard library), `torch` (where programs meet the layer rules), `numpy` and `others`.
`prelude` is Python that is run like the program's own.
"""
