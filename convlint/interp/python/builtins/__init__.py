"""Python's built-in functions, and the methods of its built-in types."""
