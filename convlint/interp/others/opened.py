"""What the Python of libraries in the prelude asks for where it tells nothing: values that are not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native
from convlint.interp.values.unknown import Harmless, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def harmless(name: str, owner: str) -> None:
    """Let a native of that name give what `owner` has under the name that it is given, and what does nothing."""

    @native(name)
    def _harmless(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return Harmless(f"`{args[0]}` of {owner}")


def unknown(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Something of which nothing is known, for the reason that is given."""
    return Unknown(args[0])


def is_open(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Whether nothing is known of a value."""
    value = args[0]
    return isinstance(value, Unknown) or vm.taint_of(value) is not None
