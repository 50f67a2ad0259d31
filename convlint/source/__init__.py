"""Reading source: finding files, decoding, parsing with LibCST, comments that direct convlint, and text edits.

The modules, in the order in which a file passes them: `discover` lists the files (`ignores` says which not), `text`
decodes one and indexes its lines, `directives` holds what the comments meant for convlint say (`comments` reads them,
with `lexical` and `logical`), `depth` refuses what would overflow the parser's stack, `parse` gives the LibCST tree,
`edits` changes the original bytes. Nothing here knows torch or shapes, and only `parse` imports LibCST.
"""
