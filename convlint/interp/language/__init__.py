"""The language: expressions, statements, calls, attributes, operators, classes, loops, exceptions, patterns."""
