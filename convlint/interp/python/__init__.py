"""Python's standard library as programs see it, a file for each module; in `builtins` its built-ins."""
