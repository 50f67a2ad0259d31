"""The language server: one client, its documents, and what it is told of them. Needs the extra `lsp`.

`server` is the connection, `lifecycle`, `synchronisation` and `watching` what happens on it; `documents` and `texts`
are what is open, `configuration` how it is to be linted, `looking` when. `pushing` and `pulling` tell what was found,
in the form of `diagnostics`; every other feature has a file of its own. `encoding` counts columns.
User code never runs.
"""
