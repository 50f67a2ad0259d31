"""What torch's Python side has besides tensors and modules: dtypes and devices."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import Opaque, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


class DType(str):
    """A `torch.dtype`: its name without the `torch.` prefix. `is_text` tells that it is no text for the program."""

    is_text = False

    stands_for = "torch.dtype"

    def __repr__(self) -> str:
        return f"torch.{str.__str__(self)}"

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name == "is_floating_point":
            return self.startswith(("float", "bfloat", "double", "half"))
        if name == "is_complex":
            return self.startswith("complex")
        return vm.unknown(f"`{name}` of a dtype")


class Device(Opaque):
    """A `torch.device`. Which one a tensor is on is not known; torch demands that all tensors of a model share one.

    `name` is what the program calls it, None for one that it does not name.
    """

    changes = False
    compares = True
    stands_for = "torch.device"

    def __init__(self, name: str | None = None) -> None:
        self.name = name
        self._attributes: dict[str, Value] = {}
        if name is not None:
            kind, _, index = name.partition(":")
            self._attributes = {"type": kind, "index": int(index) if index.isdigit() else None, "": name}

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name in ("__enter__", "__exit__"):
            return Native(name, lambda vm, args, kwargs: None)
        if name == "__str__":
            text = self._attributes.setdefault("", Unknown("the name of a device"))
            return Native(name, lambda vm, args, kwargs: text)
        return self._attributes.setdefault(name, Unknown(f"`{name}` of a device"))

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool | Unknown:  # type: ignore[override]
        """What a model computes on has values: it is not the meta device."""
        if self is other:
            return True
        if not isinstance(other, Device):
            return False
        if self.name is not None and other.name is not None:
            one, two = self.name.split(":"), other.name.split(":")
            return one == two if len(one) == len(two) or one[0] != two[0] else UNNAMED
        return False if META in (self.name, other.name) else UNNAMED

    def __ne__(self, other: object) -> bool | Unknown:  # type: ignore[override]
        same = self == other
        return same if isinstance(same, Unknown) else not same


META = "meta"
UNNAMED = Unknown("which device it is")
DEVICE = Device()


@functools.cache
def named_device(name: str) -> Device:
    """Return the device of a name: the same each time, so that the same question about it gets the same answer."""
    return Device(name)
