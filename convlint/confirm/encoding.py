"""Writes calls of torch as plain data that the child can repeat: layers, arguments, tensors by shape and dtype."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping, Sequence
from typing import Any

from convlint.interp.torch.dtypes import Device, DType
from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance
from convlint.interp.values.functions import Native
from convlint.interp.values.numbers import Size as SizeTuple
from convlint.interp.values.unknown import Argument, Unknown
from convlint.layers.core import registry
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim, Size, Symbol, evaluate, symbols_of
from convlint.trace import Arguments, Event, ModuleInfo

Plain = Any
"""What JSON can hold."""

_OMITTED = object()
_SIZES = frozenset({"Size", "Sizes"})


class NotRebuildable(Exception):  # noqa: N818 - says what is so
    """A call cannot be repeated; the text says why, as a clause."""


class Unfit(Exception):  # noqa: N818 - says what is so
    """With these sizes a tensor would have less than no cells."""


class Encoder:
    """Writes calls for given sizes of the symbols. Tensors are numbered as they are met, and stand in `tensors`.

    Without `values` nothing useful is written: `symbols` then collects what sizes there are to choose.
    """

    def __init__(self, values: Mapping[Symbol, int] | None, shapes: Mapping[int, tuple[Size, ...]] | None = None):
        self.values = values
        self.symbols: set[Symbol] = set()
        self.tensors: dict[str, Plain] = {}
        self._shapes = shapes or {}
        self._numbers: dict[int, tuple[Tensor, str]] = {}

    # --- sizes and tensors -------------------------------------------------------------------------------

    def size(self, size: Size) -> int:
        if isinstance(size, int):
            return size
        if self.values is None:
            self.symbols |= symbols_of(size)
            return 1
        try:
            return evaluate(size, self.values)
        except (KeyError, ZeroDivisionError) as error:
            raise Unfit from error

    def shape(self, shape: Sequence[Size]) -> list[int]:
        sizes = [self.size(size) for size in shape]
        if any(size < 0 for size in sizes):
            raise Unfit
        return sizes

    def number(self, tensor: Tensor) -> str:
        """Return a tensor's number, without describing it: it is the result of a call."""
        return self._numbers.setdefault(id(tensor), (tensor, str(len(self._numbers))))[1]

    def tensor(self, tensor: Tensor) -> str:
        """Return a tensor's number; the first time it is described."""
        known = id(tensor) in self._numbers
        number = self.number(tensor)
        if not known:
            entry: dict[str, Plain] = {
                "shape": self.shape(self._shapes.get(id(tensor), tensor.shape)),
                "dtype": tensor.dtype,
            }
            if tensor.data is not None and id(tensor) not in self._shapes:
                entry["data"] = [_number(value) for value in tensor.data]
            self.tensors[number] = entry
        return number

    # --- calls -------------------------------------------------------------------------------------------

    def call(self, event: Event) -> Plain:
        """Return the call that left an event."""
        return self.operation(event.name, event.module, event.given)

    def whole_call(self, event: Event) -> Plain:
        """Return the call that left an event, if what it puts out is what torch itself returned."""
        if event.adapted:
            raise NotRebuildable(f"torch's own `{event.name.rpartition('.')[2]}` is not all that runs in this call")
        return self.call(event)

    def operation(self, name: str, module: ModuleInfo | None, given: Arguments | None) -> Plain:
        """Return the call of a function or method by its name, or of a layer's forward."""
        if given is None:
            raise NotRebuildable(f"torch's own `{name.rpartition('.')[2]}` is not all that runs in this call")
        if module is None:
            entry = registry.find(name)
            signature = entry.signature if isinstance(entry, registry.Operation) else None
            harmless = entry.harmless if entry is not None else frozenset()
            return {"name": name, **self._arguments(given, signature, 1, harmless)}
        layer = registry.find(module.torch_name)
        if not isinstance(layer, registry.LayerClass):
            raise NotRebuildable(f"`{module.kind}` cannot be rebuilt by itself")
        arguments = self._arguments(given, layer.forward_signature, 2, layer.harmless)
        return {"module": self.layer(module, given.training), **arguments}

    def layer(
        self,
        module: ModuleInfo,
        training: bool | None = None,
        replaced: Mapping[str, Plain] | None = None,
        *,
        as_built: bool = False,
    ) -> Plain:
        """Return the construction of a torch layer, with some arguments replaced by plain values; what the program set
        on it later counts only if it is asked for `as_built`."""
        layer = registry.find(module.torch_name)
        if module.built is None or not isinstance(layer, registry.LayerClass):
            raise NotRebuildable(f"`{module.kind}` cannot be rebuilt by itself")
        if module.changed and not as_built:
            raise NotRebuildable(f"`{module.path or module.kind}` was changed after it was built")
        built = {"class": layer.name, **self._arguments(module.built, layer.init_signature, 2, layer.harmless)}
        if training is not None:
            built["training"] = training
        return _with(built, layer.init_signature, 2, replaced or {})

    def padded(self, event: Event, padding: Plain) -> Plain:
        """Return an event's call with another padding, in the layer's construction or in the function's call."""
        if event.module is not None and event.given is not None:
            layer = self.layer(event.module, event.given.training, {"padding": padding})
            return {**self.call(event), "module": layer}
        entry = registry.find(event.name)
        if not isinstance(entry, registry.Operation) or "padding" not in entry.signature.parameters:
            raise NotRebuildable(f"`{event.name}` takes no padding")
        return _with(self.call(event), entry.signature, 1, {"padding": padding})

    def _arguments(
        self, given: Arguments, signature: inspect.Signature | None, skipped: int, harmless: frozenset[str]
    ) -> dict[str, Plain]:
        """Return positional and named arguments; what is not known and does not matter is left out."""
        parameters = list(signature.parameters.values())[skipped:] if signature is not None else []
        wants = {parameter.name: str(parameter.annotation) for parameter in parameters}
        args: list[Plain] = []
        kwargs: dict[str, Plain] = {}
        left_out = False
        for index, value in enumerate(given.positional):
            starred = any(p.kind is inspect.Parameter.VAR_POSITIONAL for p in parameters[: index + 1])
            name = parameters[index].name if index < len(parameters) and not starred else ""
            written = self._argument(value, wants.get(name, ""), name in harmless)
            if written is _OMITTED:
                left_out = True
            elif left_out:
                kwargs[name] = written
            else:
                args.append(written)
        for name, value in given.named.items():
            written = self._argument(value, wants.get(name, ""), name in harmless)
            if written is not _OMITTED:
                kwargs[name] = written
        return {"args": args, "kwargs": kwargs}

    def _argument(self, value: object, wants: str, harmless: bool) -> Plain:
        if isinstance(value, Argument) and wants in _SIZES:
            return self.size(value.dim)
        if not harmless:
            return self.value(value)
        try:
            return self.value(value)
        except NotRebuildable:
            return _OMITTED

    def value(self, value: object) -> Plain:
        """Return one value; a dict with a single key stands for what JSON has no form of."""
        if isinstance(value, DType):
            return {"dtype": str(value)}
        if value is None or isinstance(value, bool | str):
            return value
        if isinstance(value, int | float):
            return _number(value)
        if isinstance(value, Dim):
            return self.size(value)
        if isinstance(value, Tensor):
            return {"tensor": self.tensor(value)}
        if isinstance(value, tuple) and type(value) not in (tuple, SizeTuple):
            raise NotRebuildable(f"a `{type(value).__name__}` cannot be made of shapes")
        if isinstance(value, list | tuple):
            return {"list" if isinstance(value, list) else "tuple": [self.value(item) for item in value]}
        if isinstance(value, range):
            return {"list": list(value)}
        if isinstance(value, dict):
            return {"dict": [[self.value(key), self.value(item)] for key, item in value.items()]}
        if isinstance(value, slice):
            return {"slice": [self.value(part) for part in (value.start, value.stop, value.step)]}
        if value is Ellipsis:
            return {"ellipsis": True}
        if isinstance(value, Device):
            return {"device": True}
        return self._named(value)

    def _named(self, value: object) -> Plain:
        """Return a function or class of torch's by its name."""
        if isinstance(value, Unknown):
            raise NotRebuildable(f"an argument is not known: {value.reason}")
        name = value.name if isinstance(value, Native) else value.qualname if isinstance(value, ClassValue) else ""
        if name.startswith("torch."):
            return {"name": name}
        if isinstance(value, Instance) and not isinstance(value, ModuleInstance) and value.payload is not None:
            return self.value(value.payload)
        raise NotRebuildable("an argument is an object of the program's own")


def _number(value: float) -> Plain:
    return {"float": repr(value)} if isinstance(value, float) and not math.isfinite(value) else value


def _with(call: Plain, signature: inspect.Signature, skipped: int, replaced: Mapping[str, Plain]) -> Plain:
    """Return a call with some arguments replaced, wherever they stand."""
    names = list(signature.parameters)[skipped:]
    args, kwargs = list(call["args"]), dict(call["kwargs"])
    for name, value in replaced.items():
        if name in names[: len(args)]:
            args[names.index(name)] = value
        else:
            kwargs[name] = value
    return {**call, "args": args, "kwargs": kwargs}
