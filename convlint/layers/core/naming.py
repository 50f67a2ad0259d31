"""Registering tensor operations under all their names: as function, as method, and with NumPy's argument names."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

from convlint.layers.core import registry

_NUMPY_NAMES = {"axis": "dim", "keepdims": "keepdim"}


class _Absent:
    def __repr__(self) -> str:
        return "<absent>"


_ABSENT = _Absent()


def tensor_operation(
    *names: str, harmless: Iterable[str] = (), input_rank: int | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register as `registry.operation` does; torch takes `axis` for `dim` and `keepdims` for `keepdim` everywhere."""

    def register(rule: Callable[..., Any]) -> Callable[..., Any]:
        registry.operation(*names, harmless=harmless, input_rank=input_rank)(_with_numpy_names(rule))
        return rule

    return register


def both(*names: str) -> tuple[str, ...]:
    """Return the qualified names of operations that are functions of torch and methods of tensors."""
    return tuple(f"{prefix}.{name}" for name in names for prefix in ("torch", "torch.Tensor"))


def methods(*names: str) -> tuple[str, ...]:
    """Return the qualified names of methods of tensors."""
    return tuple(f"torch.Tensor.{name}" for name in names)


def _with_numpy_names(rule: Callable[..., Any]) -> Callable[..., Any]:
    code = rule.__code__
    if not {"dim", "keepdim"} & set(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]):
        return rule
    signature = inspect.signature(rule)
    parameters = list(signature.parameters.values())
    aliases = {
        alias: name
        for alias, name in _NUMPY_NAMES.items()
        if name in signature.parameters and alias not in signature.parameters
    }
    if not aliases:
        return rule

    @functools.wraps(rule)
    def renamed(*args: Any, **kwargs: Any) -> Any:
        for alias, name in aliases.items():
            value = kwargs.pop(alias, _ABSENT)
            if value is not _ABSENT:
                kwargs[name] = value
        return rule(*args, **kwargs)

    extra = [inspect.Parameter(alias, inspect.Parameter.KEYWORD_ONLY, default=_ABSENT) for alias in aliases]
    last = len(parameters)
    if parameters and parameters[-1].kind is inspect.Parameter.VAR_KEYWORD:
        last -= 1
    renamed.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*parameters[:last], *extra, *parameters[last:]]
    )
    return renamed
