"""convlint inside of other tools: thin, each tool imports its own module, and nothing here is imported otherwise."""
