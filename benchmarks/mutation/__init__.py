"""What `benchmarks.mutants` puts mistakes into: the corpus, models of packages, and PyTorch's examples.

`programs` says which there are, `extracting` makes one program of a module and what builds its model, `children` runs
torch in processes of its own.
"""
