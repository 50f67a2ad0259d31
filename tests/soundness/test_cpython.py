"""A fixed sample of CPython's own tests: what the interpreter decides of them is right, and it decides most."""

from __future__ import annotations

import pytest

from benchmarks.cpython import run, sources_of

pytestmark = pytest.mark.sampled

AT_LEAST = {
    "abc": 100,
    "augassign": 10,
    "bool": 200,
    "compare": 3000,
    "contains": 50,
    "copy": 100,
    "userdict": 500,
    "dictcomps": 15,
    "keywordonlyarg": 30,
    "named_expressions": 50,
    "property": 8,
    "raise": 8,
    "slice": 2000,
    "super": 10,
}
"""Asserts that are decided and right, on the Python that convlint is written with."""


@pytest.mark.parametrize("name", AT_LEAST)
def test_what_is_decided_is_right(name: str) -> None:
    if not sources_of(name):
        pytest.skip("this Python comes without its tests")
    tally = run(name)
    assert tally is not None
    assert not tally.wrong
    assert not tally.failed
    assert tally.right >= AT_LEAST[name]
