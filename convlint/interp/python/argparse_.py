"""`argparse`: what its Python in `prelude/argparse.py` asks for. A default that is a number knows where it stands."""

from __future__ import annotations

import argparse
import contextlib
import io
from typing import TYPE_CHECKING, Any

from convlint.interp.natives.objects import Form
from convlint.interp.natives.registry import add_value, native, written
from convlint.interp.values.functions import Native
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import Unknown, Value
from convlint.symbolic import SymbolKind, symbol
from convlint.symbolic.told import Told
from convlint.trace import Origin, Place

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

NAMES = (
    "ArgumentParser Namespace Action BooleanOptionalAction SUPPRESS OPTIONAL ZERO_OR_MORE ONE_OR_MORE PARSER REMAINDER"
)
for _module in ("argparse", "jsonargparse", "configargparse"):
    written("argparse.py", _module, NAMES)
written("argparse.py", "configargparse", "ArgParser Namespace")
for _name in ("HelpFormatter", "RawDescriptionHelpFormatter", "RawTextHelpFormatter", "MetavarTypeHelpFormatter",
              "ArgumentDefaultsHelpFormatter", "_SubParsersAction", "_ArgumentGroup"):  # fmt: skip
    add_value(f"argparse.{_name}", Form(f"argparse.{_name}"))
add_value("argparse.ArgumentTypeError", argparse.ArgumentTypeError)
add_value("argparse.ArgumentError", argparse.ArgumentError)
add_value("argparse.FileType", Native("argparse.FileType", lambda vm, args, kwargs: Native("open", _opened)))


def _opened(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("a file that the command line names")


def told_default(value: Value, shown: str, place: Place | None) -> Value:
    """Return a default with its origin: numbers, and those in lists and tuples, know where they were given."""
    if type(value) is int:
        return Told(value, (Origin(place, f"with the default `{shown} {value}`"),))
    if type(value) in (list, tuple) and value and all(type(item) is int for item in value):
        text = " ".join(map(str, value))
        origin = Origin(place, f"with the default `{shown} {text}`")
        return type(value)(Told(item, (origin,)) for item in value)
    return value


def not_given(shown: str, kind: Value, many: Value = None) -> Value:
    """Return what an argument is that has no default: a number that is called as it, or unknown."""
    reason = f"`{shown}` has no default"
    name = shown.lstrip("-").replace("-", "_")
    return symbol(name, SymbolKind.UNKNOWN, reason) if kind is int and many is None else Unknown(reason)


@native("argparse._default")
def _default(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    vm.on_defaults = True
    return told_default(*args)


@native("argparse._here")
def _here(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Where the program stands: what is kept with an argument until its default is asked for, or with a transform."""
    return vm.place()


@native("argparse._is_same")
def _is_same(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Whether a value is the default itself, be it known or not."""
    return args[0] is args[1]


@native("argparse._not_given")
def _not_given(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return not_given(*args)


@native("argparse._converted")
def _converted(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What a `type` makes of a default that is a text; other defaults stay."""
    kind, text = args
    if not isinstance(text, str) or text == argparse.SUPPRESS:
        return text
    if isinstance(kind, str):
        return Unknown("an argument whose type was registered by a name")
    try:
        return vm.call(kind, [text])
    except PyRaise:
        vm.throw(SystemExit, "2")


@native("argparse._suppressed")
def _suppressed(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Whether a default says that there is none; one that is not known does not."""
    return isinstance(args[0], str) and args[0] == argparse.SUPPRESS


@native("argparse._parsed")
def _parsed(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Put into `values` what a list of texts that stands in the program says; return what is left of it."""
    parser, texts, values = args
    listed = vm.list_of(texts)
    if isinstance(listed, Unknown) or not all(isinstance(text, str) for text in listed):
        return _unsure(vm, values)
    if "-h" in listed or "--help" in listed:
        return _unsure(vm, values)
    actions = vm.getattr(parser, "_actions")
    if not listed and not any(vm.getattr(action, "required") is True for action in actions):
        return []
    if vm.getattr(parser, "_subparsers") is not None or vm.taint_of(actions) is not None:
        return _unsure(vm, values)
    try:
        real, kinds = _real_parser(vm, actions)
        with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
            found, rest = real.parse_known_args(listed)
    except SystemExit as leaving:
        if vm.getattr(parser, "exit_on_error") is not True:
            return _unsure(vm, values)
        vm.throw(SystemExit, str(leaving.code))
    except (argparse.ArgumentError, AttributeError, TypeError, ValueError):
        return _unsure(vm, values)
    for name, value in vars(found).items():
        if value is not _ABSENT:
            try:
                values[name] = _typed(vm, kinds.get(name), value)
            except PyRaise:
                if vm.getattr(parser, "exit_on_error") is True:
                    raise
                return _unsure(vm, values)
    return rest


_ABSENT = object()


def _unsure(vm: Vm, values: dict[str, Value]) -> Value:
    for name in values if isinstance(values, dict) else ():
        values[name] = Unknown("an argument that is given in a way that is not known")
    return Unknown("the arguments that are left")


def _real_parser(vm: Vm, actions: list[Value]) -> tuple[argparse.ArgumentParser, dict[str, Value]]:
    """Return Python's own parser with the same arguments, all of them texts, and the types that the program wants."""
    real = argparse.ArgumentParser(add_help=False)
    kinds: dict[str, Value] = {}
    for action in actions:
        flags, kind, dest = (vm.getattr(action, name) for name in ("option_strings", "kind", "dest"))
        options: dict[str, Any] = {"action": kind, "default": _ABSENT}
        if kind in ("append", "append_const", "extend", "count"):
            options["default"] = vm.getattr(action, "default")
        if kind in ("store", "append", "extend"):
            options["nargs"] = vm.getattr(action, "nargs")
        if kind in ("store_const", "append_const"):
            options["const"] = vm.getattr(action, "const")
        if flags:
            options["required"] = vm.getattr(action, "required")
            options["dest"] = dest
        real.add_argument(*(flags or [dest]), **options)
        kinds[dest] = vm.getattr(action, "type")
    return real, kinds


def _typed(vm: Vm, kind: Value, value: Value) -> Value:
    if isinstance(value, list):
        return [_typed(vm, kind, item) for item in value]
    return _converted(vm, [kind, value], {}) if isinstance(value, str) and kind is not None else value
