"""Click and Typer: programs that take their options by decorators. What their Python in the prelude asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.values.unknown import Harmless, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

CLICK = "command option argument group pass_context pass_obj version_option help_option Command Group"
for _module in ("click", "click.decorators", "click.core"):
    written("commands.py", _module, CLICK)
written("commands.py", "typer", "Typer Option Argument run")
written("commands.py", "typer.main", "Typer run")
written("commands.py", "typer.params", "Option Argument")


@native("click._given")
def _given(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What comes of a program whose arguments are given in a way that is not known."""
    return Unknown("a command that is given arguments")


@native("click._context")
def _context(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Harmless("the context of a command")


for _name in ("echo", "secho", "style", "clear", "pause"):

    @native(f"click.{_name}", f"typer.{_name}")
    def _said(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return Harmless("what is said on the terminal")
