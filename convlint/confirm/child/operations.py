"""Repeats calls of torch that were written down: tensors by shape, layers by constructor, functions by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import torch

from . import limits

Plain = Any
Tensors = dict[str, Any]
Made = TypeVar("Made")
DType = TypeVar("DType")

MOST_BYTES = 1 << 30
"""How much memory the tensors of one case may take; above that they are described only, on the meta device."""
_ERROR_LENGTH = 300
_ABOUT_DTYPES = (
    "scalar type",
    "dtype",
    "not implemented for '",
    "floating point",
    "floating-point",
    "integral",
    "FloatTensor",
    "LongTensor",
    "IntTensor",
    "a Tensor of type",
    *(f"supported for {kind}" for kind in ("Long", "Int", "Bool", "Byte", "Half", "Float", "Double", "integ", "float")),
    "Input type (",
    "complex",
    "BoolTensor",
    "byte or bool",
    "bool tensor",
)


class Unable(Exception):  # noqa: N818 - says what is so
    """The call cannot be repeated here; the text says why, as a clause."""


class Refusal(Exception):  # noqa: N818 - says what is so
    """torch raised: `text` is its error in one line, `about_dtypes` whether it is about kinds of numbers."""

    def __init__(self, error: BaseException) -> None:
        self.text = error_text(error)
        self.about_dtypes = any(sign in str(error) for sign in _ABOUT_DTYPES)
        super().__init__(self.text)


def error_text(error: BaseException) -> str:
    """Return an exception's class and message in one line of bounded length."""
    text = " ".join(str(error).split())
    whole = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return whole if len(whole) <= _ERROR_LENGTH else whole[: _ERROR_LENGTH - 1] + "…"


def attempt(action: Callable[[], Any]) -> Any:
    """Return what `action` returns. Raises Refusal for what torch raises; memory that runs out passes through."""
    try:
        return action()
    except (Unable, Refusal, MemoryError):
        raise
    except Exception as error:
        if limits.is_exhaustion(error):
            raise
        raise Refusal(error) from error


# --- tensors ---------------------------------------------------------------------------------------------


def device_for(request: Mapping[str, Any], tables: Iterator[Mapping[str, Plain]]) -> torch.device:
    """Return the device that was asked for, or the meta device where memory forbids it."""
    most = max((sum(map(_bytes, table.values())) for table in tables), default=0)
    forbidden = request.get("without_memory") or most > MOST_BYTES
    return torch.device("meta" if forbidden else request["device"])


def _bytes(entry: Mapping[str, Plain]) -> int:
    count = 4
    for size in entry["shape"]:
        count *= size
    return count


def unsaid_dtypes(table: Mapping[str, Plain], own: torch.dtype | None = None) -> list[torch.dtype]:
    """Return the dtypes to try for tensors of which none is said: the layer's own, else real and whole numbers."""
    if all(entry["dtype"] for entry in table.values()):
        return [torch.float32]
    return [own or torch.float32, torch.int64]


def tensors_of(table: Mapping[str, Plain], device: torch.device, unsaid: torch.dtype) -> Tensors:
    """Make the tensors: known values where they are known, zeros for whole numbers, random for the others."""
    torch.manual_seed(0)
    return {number: _tensor(entry, device, unsaid) for number, entry in table.items()}


def _tensor(entry: Mapping[str, Plain], device: torch.device, unsaid: torch.dtype) -> torch.Tensor:
    dtype = dtype_of(entry["dtype"]) if entry["dtype"] else unsaid
    shape = entry["shape"]
    if "data" in entry:
        values = [decode(value, {}, device) for value in entry["data"]]
        return torch.tensor(values, dtype=dtype, device=device).reshape(shape)
    if dtype is torch.bool:
        return torch.ones(shape, dtype=dtype, device=device)
    if not (dtype.is_floating_point or dtype.is_complex):
        return torch.zeros(shape, dtype=dtype, device=device)
    if dtype.itemsize < 2:
        return torch.zeros(shape, device=device).to(dtype)
    return torch.rand(shape, dtype=dtype, device=device)


def dtype_of(name: str) -> torch.dtype:
    found = getattr(torch, name, None)
    if not isinstance(found, torch.dtype):
        raise Unable(f"this torch has no dtype `{name}`")
    return found


def flattened(result: Any) -> Iterator[torch.Tensor]:
    """Yield the tensors of a result in order, nested containers flattened."""
    if isinstance(result, torch.Tensor):
        yield result
    elif isinstance(result, Mapping):
        for item in result.values():
            yield from flattened(item)
    elif isinstance(result, (list, tuple, Iterator)):
        for item in result:
            yield from flattened(item)


# --- calls -----------------------------------------------------------------------------------------------


def decode(value: Plain, tensors: Tensors, device: torch.device) -> Any:
    """Return the value that was written down."""
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == "tensor":
        return tensors[content]
    if kind in ("list", "tuple"):
        items = [decode(item, tensors, device) for item in content]
        return items if kind == "list" else tuple(items)
    if kind == "dict":
        return {decode(key, tensors, device): decode(item, tensors, device) for key, item in content}
    if kind == "slice":
        return slice(*(decode(part, tensors, device) for part in content))
    plain: dict[str, Callable[[], Any]] = {
        "float": lambda: float(content),
        "dtype": lambda: dtype_of(content),
        "device": lambda: device,
        "ellipsis": lambda: Ellipsis,
        "name": lambda: named(content),
    }
    return plain[kind]()


def named(name: str) -> Any:
    """Return what a qualified name of torch's stands for."""
    found: Any = torch
    for part in name.split(".")[1:]:
        try:
            found = getattr(found, part)
        except AttributeError:
            raise Unable(f"this torch has no `{name}`") from None
    return found


def build(layer: Plain, device: torch.device) -> torch.nn.Module:
    """Construct a layer. Raises Refusal if torch refuses its arguments."""
    made = named(layer["class"])
    tensors: Tensors = {}
    args = [decode(value, tensors, device) for value in layer["args"]]
    kwargs = {name: decode(value, tensors, device) for name, value in layer["kwargs"].items()}

    def construct() -> Any:
        with torch.device(device):
            return made(*args, **kwargs)

    module = attempt(construct)
    module.train(layer.get("training", True))
    return module  # type: ignore[no-any-return]


def own_dtype(module: torch.nn.Module | None) -> torch.dtype | None:
    """Return the dtype of a layer's parameters."""
    parameters = module.parameters() if module is not None else ()
    return next((p.dtype for p in parameters if not isinstance(p, torch.nn.UninitializedParameter)), None)


class Repeat:
    """One call, its layer built and its tensors made, ready to be run. Raises Refusal if the layer cannot be built."""

    def __init__(
        self, call: Plain, table: Mapping[str, Plain], device: torch.device, unsaid: torch.dtype | None = None
    ) -> None:
        self.call, self.device = call, device
        self.module = build(call["module"], device) if "module" in call else None
        self.tensors = tensors_of(table, device, unsaid or unsaid_dtypes(table, own_dtype(self.module))[0])
        self._match_dtypes()

    def _match_dtypes(self) -> None:
        """Convert a layer to the dtype of its input, as the program does with its whole model."""
        first = next(iter(self.tensors.values()), None)
        mine = own_dtype(self.module)
        if self.module is None or first is None or mine is None or mine == first.dtype:
            return
        if mine.is_floating_point and first.is_floating_point():
            self.module.to(first.dtype)

    @property
    def input(self) -> str:
        """The number of the first tensor argument."""
        for value in [*self.call["args"], *self.call["kwargs"].values()]:
            if isinstance(value, dict) and "tensor" in value:
                return str(value["tensor"])
        raise Unable("the call takes no tensor")

    def run(self, **replaced: torch.Tensor) -> Any:
        """Run the call, with other tensors for some numbers. Raises Refusal if torch raises."""
        tensors = {**self.tensors, **replaced}
        args = [decode(value, tensors, self.device) for value in self.call["args"]]
        kwargs = {name: decode(value, tensors, self.device) for name, value in self.call["kwargs"].items()}
        if self.module is not None:
            module = self.module
            return attempt(lambda: module(*args, **kwargs))
        return attempt(lambda: _apply(self.call["name"], args, kwargs))


def _apply(name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    function = named(name)
    if not callable(function):  # a property of tensors
        return getattr(args[0], name.rpartition(".")[2])
    result = function(*args, **kwargs)
    if result is NotImplemented:
        raise TypeError(f"unsupported operands for {name.rpartition('.')[2]}")
    return result


def first_run(call: Plain, table: Mapping[str, Plain], device: torch.device) -> tuple[Repeat, Any]:
    """Run a call with the first dtype, of those that nobody said, that torch takes. Raises the first Refusal."""

    def attempt(unsaid: torch.dtype | None) -> tuple[Repeat, Any]:
        repeat = Repeat(call, table, device, unsaid)
        return repeat, repeat.run()

    return first_taken((None, *unsaid_dtypes(table)[1:]), attempt)


def first_taken(dtypes: Iterable[DType], attempt: Callable[[DType], Made]) -> Made:
    """Return what the first attempt makes that torch does not refuse because of dtypes. Raises the first Refusal."""
    refused: Refusal | None = None
    for unsaid in dtypes:
        try:
            return attempt(unsaid)
        except Refusal as refusal:
            refused = refused or refusal
            if not refusal.about_dtypes:
                break
    assert refused is not None
    raise refused


def shape_text(tensor: torch.Tensor) -> str:
    """Return a shape as "1×3×32×32"."""
    return "×".join(map(str, tensor.shape)) or "a scalar"
