"""No test waits for an editor's server for ever: what never comes fails the test that waits for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.limits import limit

SECONDS = 150


@pytest.fixture(autouse=True)
def _ended_in_time() -> Iterator[None]:
    with limit(SECONDS):
        yield
