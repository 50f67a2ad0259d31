"""Which files are notebooks, by their names, and the Python in a file of either kind."""

from __future__ import annotations

SUFFIX = ".ipynb"


def is_notebook(filename: str) -> bool:
    """Tell whether a file is one, by its name."""
    return filename.endswith(SUFFIX)


def python_of(filename: str, data: bytes) -> bytes:
    """Return the Python in a file: its content, or what the cells of a notebook hold. Raises SourceError for a
    notebook that cannot be read."""
    if not is_notebook(filename):
        return data
    from convlint.source.notebook import notebook  # most runs meet none, and what reads them is slow to load

    return notebook(data).python.encode("utf-8", "surrogatepass")
