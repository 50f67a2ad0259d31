"""The language server: diagnostics for the documents that an editor has open. Needs the extra `lsp`."""
