"""Versions: `torch.__version__`, and what `packaging` and its likes make of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from convlint.interp.natives.lifting import take
from convlint.interp.natives.registry import add_module, add_value, native
from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

TORCH = "2.13.0"
"""The version of torch that the layer rules are checked against."""
_PLAIN = re.compile(r"v?(\d+(?:\.\d+)*)(?:\+[\w.]+)?")


class Version(Struct, frozen=True, eq=False):
    """A final release, without marks of development: its numbers, compared without trailing zeros."""

    text: str
    release: tuple[int, ...]

    @property
    def key(self) -> tuple[int, ...]:
        numbers = self.release
        while numbers and not numbers[-1]:
            numbers = numbers[:-1]
        return numbers

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.key == other.key

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: object) -> bool:
        return self.key < other.key if isinstance(other, Version) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self.key <= other.key if isinstance(other, Version) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self.key > other.key if isinstance(other, Version) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self.key >= other.key if isinstance(other, Version) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.key)

    def get_attribute(self, vm: Vm, name: str) -> Value:
        padded = (*self.release, 0, 0, 0)
        known = {"release": self.release, "version": list(self.release), "major": padded[0], "minor": padded[1]}
        known |= {"micro": padded[2], "base_version": ".".join(map(str, self.release)), "public": self.text}
        if name == "__str__":
            return Native(name, lambda vm, args, kwargs: self.text)
        if name in known:
            return known[name]
        return MISSING if name.startswith("__") else vm.unknown(f"`{name}` of a version")


class TorchVersion(str):
    """`torch.__version__`: a text that compares as a version."""

    also = (str,)

    __slots__ = ()

    def __lt__(self, other: object) -> bool:
        return self._compared(other) < 0

    def __le__(self, other: object) -> bool:
        return self._compared(other) <= 0

    def __gt__(self, other: object) -> bool:
        return self._compared(other) > 0

    def __ge__(self, other: object) -> bool:
        return self._compared(other) >= 0

    def __eq__(self, other: object) -> bool:
        return self._compared(other) == 0

    def __ne__(self, other: object) -> bool:
        return self._compared(other) != 0

    def __hash__(self) -> int:
        return str.__hash__(self)

    def _compared(self, other: object) -> int:
        """Below, at or above 0, as of versions; of a text that is no plain version, as of texts."""
        mine, yours = read(str(self)), read(other)
        if mine is None or yours is None:
            return (str(self) > str(other)) - (str(self) < str(other))
        return (mine > yours) - (mine < yours)


def read(value: object) -> Version | None:
    """Return the version that a text is, None for one with marks of development and for what is no text."""
    match = _PLAIN.fullmatch(value.strip()) if isinstance(value, str) else None
    return Version(str(value), tuple(int(part) for part in match[1].split("."))) if match else None


class InvalidVersion(ValueError):
    """`packaging.version.InvalidVersion`."""


add_value("packaging.version.InvalidVersion", InvalidVersion)
add_value("torch.__version__", TorchVersion(TORCH))
add_value("torch.version.__version__", TorchVersion(TORCH))
add_value("torch.torch_version.__version__", TorchVersion(TORCH))
for _module in ("packaging.version", "distutils.version", "pkg_resources"):
    add_module(_module)


@native("torch.torch_version.TorchVersion")
def _torch_version(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (text,) = take(vm, "TorchVersion", args, kwargs, "version")
    return TorchVersion(text) if isinstance(text, str) else Unknown("a version that is not known")


@native(
    "packaging.version.parse", "packaging.version.Version", "packaging.version.LegacyVersion",
    "distutils.version.LooseVersion", "distutils.version.StrictVersion", "pkg_resources.parse_version",
    "setuptools._vendor.packaging.version.parse",
)  # fmt: skip
def _version(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value = args[0] if args else kwargs.get("version", kwargs.get("vstring"))
    found = read(value)
    return found if found is not None else Unknown("a version that is not known")
