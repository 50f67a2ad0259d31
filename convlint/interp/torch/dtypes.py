"""What torch's Python side has besides tensors and modules: dtypes and devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import Opaque, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


class DType(str):
    """A `torch.dtype`: its name without the `torch.` prefix. `is_text` tells that it is no text for the program."""

    is_text = False

    stands_for = "torch.dtype"

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name == "is_floating_point":
            return self.startswith(("float", "bfloat", "double", "half"))
        if name == "is_complex":
            return self.startswith("complex")
        return vm.unknown(f"`{name}` of a dtype")


class Device(Opaque):
    """A `torch.device`. Which one is not known; that all tensors of a model share one is what torch demands."""

    changes = False
    stands_for = "torch.device"

    def __init__(self) -> None:
        self._attributes: dict[str, Unknown] = {}

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name in ("__enter__", "__exit__"):
            return Native(name, lambda vm, args, kwargs: None)
        if name == "__str__":
            text = self._attributes.setdefault("", Unknown("the name of a device"))
            return Native(name, lambda vm, args, kwargs: text)
        return self._attributes.setdefault(name, Unknown(f"`{name}` of a device"))


DEVICE = Device()
