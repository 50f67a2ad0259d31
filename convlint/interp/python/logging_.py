"""`logging` and `warnings`: what they do has no effect on shapes, unless the program listens to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from convlint.interp.language import forgetting
from convlint.interp.natives.lifting import take
from convlint.interp.natives.objects import NativeContext
from convlint.interp.natives.registry import add_value, native
from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import MISSING, Harmless, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

LEVELS = {"NOTSET": 0, "DEBUG": 10, "INFO": 20, "WARNING": 30, "WARN": 30, "ERROR": 40, "CRITICAL": 50, "FATAL": 50}
TELLING = "debug info warning warn error critical fatal exception log".split()  # noqa: SIM905
"""What hands a message to the handlers."""
LISTENING = ("addHandler", "addFilter", "setLoggerClass", "setLogRecordFactory")
SETTING = "basicConfig disable captureWarnings addLevelName setLevel removeHandler removeFilter".split()  # noqa: SIM905

for _name, _level in LEVELS.items():
    add_value(f"logging.{_name}", _level)
for _name in ("Handler", "StreamHandler", "FileHandler", "Formatter", "Filter", "NullHandler", "LoggerAdapter"):
    add_value(f"logging.{_name}", Harmless(f"`logging.{_name}`"))
for _name in ("print_stack", "print_exception", "format_exc"):
    add_value(f"traceback.{_name}", Native(f"traceback.{_name}", lambda vm, args, kwargs: None))


class Listeners(Struct, eq=False):
    """Stands for the handlers and filters of all loggers, and for the filters of warnings."""

    changes: ClassVar[bool] = False


LISTENERS = Listeners()
FILTERS = Listeners()


def _tell(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    forgetting.shown(vm, (*args, *kwargs.values()), Unknown("what is logged is shown, perhaps", vm.place()))
    for listener in vm.added_to(LISTENERS).get("of the program", ()):
        vm.havoc(listener, "it may be handed what is logged")


def _listen(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    """What the program lets listen may be called from now on whenever something is logged."""
    if not all(isinstance(value, Harmless) for value in args):
        before = vm.added_to(LISTENERS).get("of the program", ())
        vm.add_to(LISTENERS, "of the program", (*before, *args))
        _tell(vm, [], {})


def _do_nothing(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    return None


_METHODS = {name: Native(f"logging.{name}", _tell) for name in (*TELLING, "handle", "callHandlers")}
_METHODS |= {name: Native(f"logging.{name}", _listen) for name in LISTENING}
_METHODS |= {name: Native(f"logging.{name}", _do_nothing) for name in SETTING}
for _name in (*TELLING, *SETTING, "setLoggerClass", "setLogRecordFactory"):
    add_value(f"logging.{_name}", _METHODS[_name])


class Logger(Struct, eq=False):
    """A logger, of which there is one for each name. Its level and handlers hang on what runs before the program."""

    changes: ClassVar[bool] = False
    stands_for: ClassVar[str] = "logging.Logger"

    name: str

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name == "name":
            return self.name
        if name == "getChild":
            return Native("getChild", lambda vm, args, kwargs: _logger(vm, [_child(self.name, args[0])], {}))
        if name.startswith("__") and name.endswith("__"):
            return MISSING
        return _METHODS.get(name) or Harmless(f"`{name}` of a logger", vm.place())


ROOT = Logger("root")
_LOGGERS: dict[str, Logger] = {}
add_value("logging.root", ROOT)
add_value("logging.Logger", Harmless("`logging.Logger`"))


def _child(name: str, suffix: Value) -> Value:
    return suffix if name == "root" or not isinstance(suffix, str) else f"{name}.{suffix}"


@native("logging.getLogger")
def _logger(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (name,) = take(vm, "getLogger", args, kwargs, name=None)
    if name is None or name in ("", "root"):
        return ROOT
    if not isinstance(name, str):
        return Harmless("a logger whose name is not known", vm.place())
    return _LOGGERS.setdefault(name, Logger(name))


# --- warnings -------------------------------------------------------------------------------------------


def _raises(vm: Vm) -> Value:
    """Whether the program asked for exceptions in place of warnings."""
    return vm.added_to(FILTERS).get("raises", False)


@native("warnings.warn", "warnings.warn_explicit", "warnings.showwarning")
def warn(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("whether a warning is raised as an exception") if _raises(vm) else None


@native("warnings.simplefilter", "warnings.filterwarnings")
def set_filter(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    action = args[0] if args else kwargs.get("action")
    if not isinstance(action, str) or action == "error":
        vm.add_to(FILTERS, "raises", True)


@native("warnings.resetwarnings")
def reset(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    vm.add_to(FILTERS, "raises", False)


@native("warnings.catch_warnings")
def catch_warnings(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """With `record` it gives a list, to which every warning adds."""
    records = bool(args) or kwargs.get("record", False) is not False
    recorded = Unknown("the warnings of the code that runs") if records else None
    before: list[Value] = []

    def enter(vm: Vm) -> Value:
        before.append(_raises(vm))
        if "action" in kwargs:
            set_filter(vm, [kwargs["action"]], {})
        return recorded

    def leave(vm: Vm, error: Value) -> Value:
        vm.add_to(FILTERS, "raises", before.pop() if before else True)
        return False

    return NativeContext(enter, leave)
