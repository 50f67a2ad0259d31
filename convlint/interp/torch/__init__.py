"""torch as programs see it: modules, tensors, operations, containers, settings and tools, on top of the layer rules."""
