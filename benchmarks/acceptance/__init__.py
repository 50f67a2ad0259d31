"""Which sizes models accept: what torch does at each, written down once, and convlint judged by it.

`cases` says which models; `record` runs them in torch; `answers` is the file of what was seen; `judge` compares,
without torch; `table` is the page in docs.
"""
