"""What the tests of several editors need."""

from tests.browsing import browser

__all__ = ["browser"]
