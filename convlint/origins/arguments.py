"""Which argument of a call a parameter is, as the call is written: nothing is said where stars hide it."""

from __future__ import annotations

from collections.abc import Sequence

from convlint.ir import nodes


def argument(call: nodes.Call, name: str, index: int | None) -> nodes.Expr | None:
    """Return what a call gives a parameter by its name, or in the place `index`; None where that is not written."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if index is None or index >= len(call.args) or any(isinstance(it, nodes.Starred) for it in call.args[: index + 1]):
        return None
    return call.args[index]


def has_stars(call: nodes.Call) -> bool:
    """Tell whether a call unpacks arguments, so that what is not written may be given all the same."""
    return any(isinstance(it, nodes.Starred) for it in call.args) or any(it.arg is None for it in call.keywords)


def place_of(function: nodes.FunctionDef, name: str, *, is_method: bool) -> int | None:
    """Return how many arguments a call writes before that of a parameter; None for one that is given by name only."""
    names = [it.name for it in _positional(function)]
    receiver = is_method and not _is_static(function)
    return names.index(name) - receiver if name in names[receiver:] else None


def parameter(function: nodes.FunctionDef, name: str) -> nodes.Parameter | None:
    """Return the parameter of that name, None for none, and for those that take many arguments."""
    return next((it for it in (*_positional(function), *function.params.kwonly) if it.name == name), None)


def _positional(function: nodes.FunctionDef) -> Sequence[nodes.Parameter]:
    return (*function.params.posonly, *function.params.args)


def _is_static(function: nodes.FunctionDef) -> bool:
    return any(isinstance(it, nodes.Name) and it.id == "staticmethod" for it in function.decorators)
