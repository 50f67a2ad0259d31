"""Value classes that say themselves when two of them are equal say so both ways."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from msgspec import Struct

import convlint
from convlint.places import Concern, Gap

APART = ("convlint.interp.prelude", "convlint.__main__")
"""What convlint reads and never imports, and what runs when it is imported."""


def _structs(cls: type) -> Iterator[type]:
    for inner in cls.__subclasses__():
        yield inner
        yield from _structs(inner)


def _classes() -> list[type]:
    for module in pkgutil.walk_packages(convlint.__path__, "convlint."):
        if not module.name.startswith(APART) and not module.name.endswith(".__main__"):
            importlib.import_module(module.name)
    own = {it for it in _structs(Struct) if it.__module__.startswith("convlint.") and it.__eq__ is not Struct.__eq__}
    return sorted(own, key=lambda cls: cls.__qualname__)


@pytest.mark.parametrize("cls", _classes(), ids=lambda cls: cls.__qualname__)
def test_what_is_not_equal_is_what_equal_is_not(cls: type) -> None:
    """The `!=` of a struct looks at all of its fields, whatever its class says of `==`."""
    assert cls.__ne__ is not Struct.__ne__


def test_gaps_that_are_told_apart_by_nothing_that_counts_are_equal() -> None:
    one, other = Gap(None, "why"), Gap(None, "why", concern=Concern.NOTHING)
    assert one == other
    assert (one != other) is False
