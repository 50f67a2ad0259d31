"""Where the numbers of a finding come from, read from the program's text once there is a finding.

`scopes` knows what a file binds and which calls it makes, `arguments` which argument of a call a parameter is,
`writing` prints expressions as they are written, `following` goes from an argument back to the place that gave it.
Nothing here runs the program: what was called from where, the trace has told.
"""
