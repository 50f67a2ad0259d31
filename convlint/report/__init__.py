"""How findings and summaries are shown: one module for each output format. Nothing here knows how they came about."""
