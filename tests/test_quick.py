"""Frozen slotted classes made quickly are to Python what those of the standard library are."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field
from typing import Any

import pytest

from convlint import quick

SOURCE = '''
@dataclass(frozen=True, slots=True)
class Empty:
    """Nothing."""


@dataclass(frozen=True, slots=True)
class Fields:
    """All kinds of fields."""

    first: object
    second: int = 2
    quiet: int = field(default=3, repr=False, compare=False)
    named: int = field(default=4, kw_only=True)
    table: dict = field(default_factory=dict)
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        object.__setattr__(self, "key", f"<{self.first}>")

    @property
    def twice(self):
        return self.second * 2


@dataclass(frozen=True, slots=True)
class Base:
    """Is derived from."""

    a: float
    b: tuple = ()


@dataclass(frozen=True, slots=True)
class Derived(Base):
    """Has one field more, and changes a default."""

    b: tuple = (1,)
    c: str = "c"


@dataclass(frozen=True, slots=True)
class Written:
    """Writes its own methods."""

    a: int

    def __eq__(self, other):
        return isinstance(other, Written) and self.a % 10 == other.a % 10

    def __repr__(self):
        return f"<{self.a}>"


@dataclass(frozen=True, slots=True)
class Hashed:
    """Writes its own hash."""

    a: int

    def __hash__(self):
        return 7


@dataclass(eq=False, slots=True)
class Mutable:
    """Left to the standard library."""

    a: int = 1
'''

NAN = float("nan")
CALLS: list[tuple[str, tuple[object, ...], dict[str, object]]] = [
    ("Empty", (), {}),
    ("Empty", (1,), {}),
    ("Fields", (), {}),
    ("Fields", (1,), {}),
    ("Fields", (1, 5), {"named": 6}),
    ("Fields", (1, 2, 8), {}),
    ("Fields", (1, 2, 3, {"a": 1}), {}),
    ("Fields", (1, 2, 3, {}, 4), {}),
    ("Fields", (1,), {"key": "k"}),
    ("Fields", (), {"first": [1], "table": {}}),
    ("Base", (1,), {}),
    ("Base", (NAN,), {}),
    ("Base", (1.0, (1,)), {}),
    ("Derived", (1,), {}),
    ("Derived", (1, (2,), "d"), {}),
    ("Written", (1,), {}),
    ("Written", (11,), {}),
    ("Hashed", (1,), {}),
    ("Mutable", (2,), {}),
]


def module(name: str, dataclass: Callable[..., Any]) -> dict[str, Any]:
    made = type(sys)(name)
    sys.modules[name] = made
    made.__dict__.update(dataclass=dataclass, field=field)
    exec(SOURCE, made.__dict__)
    return made.__dict__


QUICK = module("test_quick_quick", quick.dataclass)
STANDARD = module("test_quick_standard", dataclasses.dataclass)


def outcome(act: Callable[[], object]) -> object:
    try:
        return act()
    except Exception as error:
        return type(error), str(error)


def told(classes: dict[str, Any], name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> dict[str, object]:
    """What can be seen of one object and its class."""
    cls = classes[name]
    made = outcome(lambda: cls(*args, **kwargs))
    if isinstance(made, tuple):
        return {"refused": made}
    other = outcome(lambda: cls(*args, **kwargs))
    return {
        "repr": repr(made),
        "equal": (made == other, made == 1, made != other),
        "hash": outcome(lambda: hash(made) == hash(other)) if name != "Mutable" else None,
        "hash of base": outcome(lambda: hash(made)) if name in ("Hashed", "Derived") else None,
        "assign": [outcome(lambda at=at: setattr(made, at.name, 1)) for at in dataclasses.fields(cls)],
        "delete": [outcome(lambda at=at: delattr(made, at.name)) for at in dataclasses.fields(cls)]
        if name != "Mutable"
        else None,
        "fields": [(f.name, f.init, f.repr, f.kw_only) for f in dataclasses.fields(cls)],
        "slots": (cls.__slots__, hasattr(made, "__dict__"), cls.__match_args__),
        "parameters": [(p.name, p.kind, p.default is p.empty) for p in inspect.signature(cls).parameters.values()],
        "replaced": outcome(lambda: repr(dataclasses.replace(made, second=9))),
        "dict": outcome(lambda: dataclasses.asdict(made)) if args != (NAN,) else None,
        "copies": [repr(copy.copy(made)), repr(copy.deepcopy(made)), repr(pickle.loads(pickle.dumps(made)))],
    }


@pytest.mark.parametrize(("name", "args", "kwargs"), CALLS)
def test_an_object_is_as_the_standard_librarys(name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> None:
    assert told(QUICK, name, args, kwargs) == told(STANDARD, name, args, kwargs)


def test_equality_goes_by_class_and_by_what_is_compared() -> None:
    for classes in (QUICK, STANDARD):
        assert classes["Base"](1) != classes["Derived"](1, ())
        assert classes["Fields"](1, 2, 3) == classes["Fields"](1, 2, 4)
        assert classes["Written"](1) == classes["Written"](11)
        assert hash(classes["Hashed"](1)) == 7


def test_a_class_that_sets_attributes_itself_cannot_be_frozen() -> None:
    class Setting:
        a: int

        def __setattr__(self, name: str, value: object) -> None: ...

    for dataclass in (quick.dataclass, dataclasses.dataclass):
        with pytest.raises(TypeError):
            dataclass(frozen=True, slots=True)(Setting)


def test_an_object_that_holds_itself_can_be_shown() -> None:
    for classes in (QUICK, STANDARD):
        holder: list[object] = []
        holder.append(classes["Base"](1, (holder,)))
        assert repr(holder[0]) == "Base(a=1, b=([...],))"


def test_nothing_can_be_set() -> None:
    """The standard library raises TypeError for what is no field, by a mistake of its own in some versions."""
    for name in ("a", "new"):
        with pytest.raises(FrozenInstanceError):
            setattr(QUICK["Base"](1), name, 2)
        with pytest.raises(FrozenInstanceError):
            delattr(QUICK["Base"](1), name)


def test_a_class_that_derives_without_being_a_dataclass_has_attributes_of_its_own() -> None:
    class Plain(QUICK["Base"]):  # type: ignore[misc]
        pass

    plain = Plain(1)
    plain.new = 2
    assert (plain.a, plain.new) == (1, 2)
    with pytest.raises(FrozenInstanceError):
        plain.a = 3
