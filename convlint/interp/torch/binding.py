"""Arguments of torch's operations by the names of their parameters: prepared once for each rule."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from convlint.interp.values.unknown import Value
from convlint.layers.core.tensor import Tensor

_Kind = inspect.Parameter


class Binder:
    """The parameters of a rule, in order. `wants` is the annotation of each, as text."""

    __slots__ = (
        "_flexible", "_packs", "_places", "_positional", "_required", "_signature", "packed", "unpacked", "wants",
    )  # fmt: skip

    def __init__(self, signature: inspect.Signature) -> None:
        parameters = signature.parameters.values()
        self._signature = signature
        self._positional = tuple(
            item.name for item in parameters if item.kind in (_Kind.POSITIONAL_ONLY, _Kind.POSITIONAL_OR_KEYWORD)
        )
        self._places = {name: index for index, name in enumerate(signature.parameters)}
        self._required = frozenset(
            item.name
            for item in parameters
            if item.default is _Kind.empty and item.kind not in (_Kind.VAR_POSITIONAL, _Kind.VAR_KEYWORD)
        )
        self.packed = next((item.name for item in parameters if item.kind is _Kind.VAR_POSITIONAL), None)
        self.unpacked = next((item.name for item in parameters if item.kind is _Kind.VAR_KEYWORD), None)
        self._flexible = (
            self.packed is None
            and self.unpacked is None
            and not any(item.kind is _Kind.POSITIONAL_ONLY for item in parameters)
        )
        self._packs = (
            self.packed is not None
            and self.unpacked is None
            and all(item.kind in (_Kind.POSITIONAL_OR_KEYWORD, _Kind.VAR_POSITIONAL) for item in parameters)
        )
        self.wants = {item.name: str(item.annotation) for item in parameters}

    def bind(self, args: list[Value], kwargs: dict[str, Value]) -> Bindings:
        """Bind arguments, those that rules are given first included. Raises TypeError as Python does."""
        if self._packs and not kwargs and len(args) >= len(self._positional):
            return self._packing(args)
        if not self._flexible or len(args) > len(self._positional):
            return self._by_signature(args, kwargs)
        arguments: dict[str, Value] = dict(zip(self._positional, args, strict=False))
        if kwargs:
            places = self._places
            for name, value in kwargs.items():
                if name in arguments or name not in places:
                    return self._by_signature(args, kwargs)
                arguments[name] = value
            if len(kwargs) > 1:
                arguments = dict(sorted(arguments.items(), key=lambda item: places[item[0]]))
        if not self._required <= arguments.keys():
            return self._by_signature(args, kwargs)
        return Bindings(self, arguments)

    def _by_signature(self, args: list[Value], kwargs: dict[str, Value]) -> Bindings:
        return Bindings(self, dict(self._signature.bind(*args, **kwargs).arguments))

    def _packing(self, args: list[Value]) -> Bindings:
        """Bind arguments by position to a rule that takes any number of them: `*sizes`."""
        assert self.packed is not None
        arguments: dict[str, Value] = dict(zip(self._positional, args, strict=False))
        rest = args[len(self._positional) :]
        if rest:
            arguments[self.packed] = tuple(rest)
        return Bindings(self, arguments)

    def call(self, rule: Callable[..., Any], arguments: dict[str, Value]) -> Any:
        if self._packs and len(arguments) >= len(self._positional):
            leading = [arguments[name] for name in self._positional]
            return rule(*leading, *arguments.get(self.packed or "", ()))
        if not self._flexible:
            bound = inspect.BoundArguments(self._signature, arguments)
            return rule(*bound.args, **bound.kwargs)
        if len(arguments) <= len(self._positional) and tuple(arguments) == self._positional[: len(arguments)]:
            return rule(*arguments.values())
        positional = list(self._leading(arguments))
        named = {name: value for name, value in arguments.items() if name not in self._positional[: len(positional)]}
        return rule(*positional, **named)

    def nothing(self, name: str, value: Value) -> Value:
        """Return what stands for an argument on which nothing depends: of those that are packed, one for each."""
        if name == self.packed:
            return (None,) * len(value)
        return dict.fromkeys(value) if name == self.unpacked else None

    def _leading(self, arguments: dict[str, Value]) -> Iterator[Value]:
        for name in self._positional:
            if name not in arguments:
                return
            yield arguments[name]


class Bindings:
    """Arguments by parameter name, in the order of the parameters; those that are not given are not there."""

    __slots__ = ("arguments", "binder")

    def __init__(self, binder: Binder, arguments: dict[str, Value]) -> None:
        self.binder = binder
        self.arguments = arguments

    def call(self, rule: Callable[..., Any]) -> Any:
        """Call a rule with the arguments."""
        return self.binder.call(rule, self.arguments)

    @property
    def no_tensor(self) -> str | None:
        """The first parameter that takes a tensor, and gets something else."""
        wants = self.binder.wants
        others = (name for name, value in self.arguments.items() if not isinstance(value, Tensor))
        return next((name for name in others if wants.get(name) == "Tensor"), None)

    def copy(self) -> Bindings:
        return Bindings(self.binder, self.arguments.copy())


@cache
def binder(rule: Callable[..., Any]) -> Binder:
    """Return the binder of a rule."""
    return Binder(inspect.signature(rule))
