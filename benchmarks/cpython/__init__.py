"""CPython's own tests in the abstract interpreter: what it decides, and whether that is what CPython does."""

from benchmarks.cpython.running import run, sources_of

__all__ = ["run", "sources_of"]
