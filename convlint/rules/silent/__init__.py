"""CVL5xx: what torch runs without a word, and what is not what the program says."""
