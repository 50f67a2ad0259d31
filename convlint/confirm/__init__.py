"""The runtime check: torch confirms, in a process of its own, what convlint says.

`process` starts and watches the child, `child` is what runs there (it knows the standard library and torch, and nothing
of convlint). Per model, `models` compares what forward hooks see with the static trace. convlint itself never imports
torch, here neither.
"""
