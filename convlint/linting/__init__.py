"""From files to a report: which files are asked for, what each one shows, and all of them together.

`asked` reads the files just far enough to know which of them need work, `one_file` does that work for one file, `plain`
writes down what it gives, `kept` keeps that on disk, `report` makes the report of all.
`convlint.running` leads files through them.
"""
