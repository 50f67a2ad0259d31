"""How much memory training a model takes: parameters, gradients, optimizer state, and what is saved for backward.

`saved` tells what torch's autograd keeps of each operation; `storages` which tensors share memory; `account` follows a
run and adds up; `optimizers` knows the states of optimizers; `units` bytes as people write them.
"""
