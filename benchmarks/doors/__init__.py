"""The front doors of libraries, as functions that the scoreboard can name: it gives them plain values only.

Each file is read by convlint like any program, from this folder as search path, and imported where truth is recorded.
The `.jsonl` beside a file lists what is asked of it, for `zoo.py record --targets`.
"""
