"""What the scoreboard over model packages is made of; `benchmarks/zoo.py` is its command.

`truth` is the recorded form, `catalogue` lists a package's models, `importing` makes the packages importable,
`record` runs them in torch, `compare` judges what convlint says of them, `processes` isolates each model,
`table` prints.
"""
