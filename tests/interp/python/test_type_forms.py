"""Types with parameters, unions of types, and decorators that check fields by them."""

from __future__ import annotations

import sys

import pytest

from tests.interp.running import agrees

PROGRAMS = {
    "unions": """
        import types
        from typing import Union, get_args, get_origin
        result = (
            get_origin(int | None) is types.UnionType, get_args(int | str | None)[2] is type(None),
            isinstance(None, int | None), isinstance("x", int | None), get_origin(Union[int, str]) is Union,
            isinstance(True, int | str), len(get_args(int | (str | int))),
        )
        """,
    "parameters": """
        from typing import Any, Dict, List, Literal, get_args, get_origin
        result = (
            get_origin(list[int]) is list, get_args(dict[str, int])[1] is int, get_origin(list) is None,
            get_args(int), list[int]((1, 2)), get_args(Literal["a", "b"]), get_origin(Literal["a"]) is Literal,
            isinstance(int | None, type), get_args(tuple[int, ...])[1] is ...,
        )
        """,
    "a class that derives from a type with parameters": """
        class Names(list[str]):
            pass
        names = Names(["a"])
        result = (names[0], len(names), isinstance(names, list))
        """,
    "forms as keys": """
        from typing import Any, Literal, Union
        table = {Union: 1, Literal: 2, list: 3}
        result = (table[Union], table.get(Any), table.get(Literal), Any in (Literal, Union), Union in table)
        """,
    "a validating decorator on a dataclass": """
        import types
        from dataclasses import dataclass, fields
        from typing import Any, Literal, get_args, get_origin

        def check(value, kind):
            origin = get_origin(kind)
            if kind is Any:
                return
            if origin is types.UnionType:
                for one in get_args(kind):
                    try:
                        return check(value, one)
                    except TypeError:
                        pass
                raise TypeError("no member")
            if origin is Literal:
                if value not in get_args(kind):
                    raise TypeError("no such literal")
            elif not isinstance(value, origin or kind):
                raise TypeError("another type")

        def strict(cls):
            table = {one.name: one.type for one in fields(cls)}
            set_plainly = cls.__setattr__

            def checked(self, name, value):
                if name in table:
                    check(value, table[name])
                set_plainly(self, name, value)

            cls.__setattr__ = checked
            cls.checks = [name for name in dir(cls) if name.startswith("check_")]
            init = cls.__init__

            def wrapped(self, *args, **kwargs):
                init(self, *args, **kwargs)
                self.shown = cls.__dataclass_params__.repr

            cls.__init__ = wrapped
            return cls

        @strict
        @dataclass(repr=False)
        class Config:
            sizes: list[int] | tuple[int, ...] | None = None
            kind: Literal["a", "b"] = "a"
            rate: float = 0.5

            def check_it(self):
                return True

        config = Config(sizes=[3, 4])
        try:
            Config(kind="c")
            refused = False
        except TypeError:
            refused = True
        result = (config.sizes, config.kind, config.rate, config.shown, Config.checks, refused)
        """,
    "the signature of a dataclass": """
        import inspect
        from dataclasses import dataclass

        @dataclass
        class Config:
            width: int
            depth: int = 2

        names = inspect.signature(Config.__init__).parameters
        result = (list(names), names["depth"].default, inspect.unwrap(len) is len)
        """,
    "what a mapping is given by its abstract class": """
        from collections.abc import MutableMapping

        class Names(MutableMapping):
            shared = {"a": 1, "b": 2}

            def __init__(self):
                self.own = {}

            def __getitem__(self, key):
                return self.own[key] if key in self.own else self.shared[key]

            def __setitem__(self, key, value):
                self.own[key] = value

            def __delitem__(self, key):
                del self.own[key]

            def __iter__(self):
                return iter({**self.shared, **self.own})

            def __len__(self):
                return len({**self.shared, **self.own})

        names = Names()
        names.update({"c": 3}, d=4)
        result = (list(names.keys()), list(names.items()), list(names.values()), names.get("a"), names.get("z", 9),
                  names.pop("c"), names.pop("q", 7), names.setdefault("e", 5), len(names), "d" in names)
        """,
    "a view of a dict": """
        from types import MappingProxyType
        view = MappingProxyType({"a": 1, "b": 2})
        class Holder:
            size = 3
        copied = {}
        copied.update(view)
        result = (list(view), "a" in view, "c" in view, len(view), bool(MappingProxyType({})), dict(view), copied,
                  "size" in Holder.__dict__, "other" in Holder.__dict__)
        """,
    "a class that derives from property": """
        class of_class(property):
            def __get__(self, obj, cls):
                return self.fget(cls)

        class Holder:
            size = 3

            @of_class
            def double(cls):
                return cls.size * 2

        class Other(Holder):
            size = 4

        result = (Holder.double, Other.double, Other().double)
        """,
    "a dict that is made by an __init__ of its own": """
        import collections

        class Pairs(collections.OrderedDict):
            def __init__(self, first, second):
                super().__init__()
                self["a"], self["b"] = first, second

        result = (list(Pairs(1, 2).items()), len(Pairs(3, 4)))
        """,
    "a function that is made of another one's code": """
        import types

        def grow(value, by=1):
            return value + by

        copied = types.FunctionType(grow.__code__, grow.__globals__, name="copied", argdefs=(5,))
        result = (copied(1), copied.__name__, grow(1))
        """,
}


@pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_agrees_with_python(source: str) -> None:
    agrees(source)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="in Python 3.10 `list[int]` says that it is a type")
def test_a_type_with_parameters_is_no_type() -> None:
    agrees("result = isinstance(list[int], type)")
