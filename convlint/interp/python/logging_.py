"""`logging`, `warnings`, `tqdm` and their like: what they do has no effect on shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.objects import Harmless, NativeContext
from convlint.interp.natives.registry import add_value, native
from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

LEVELS = {"NOTSET": 0, "DEBUG": 10, "INFO": 20, "WARNING": 30, "WARN": 30, "ERROR": 40, "CRITICAL": 50, "FATAL": 50}
SILENT = {
    "logging": "debug info warning warn error critical exception log basicConfig disable captureWarnings addLevelName",
    "warnings": "warn warn_explicit simplefilter filterwarnings resetwarnings showwarning",
    "traceback": "print_stack print_exception format_exc",
}

for _name, _level in LEVELS.items():
    add_value(f"logging.{_name}", _level)
for _name in ("Logger", "Handler", "StreamHandler", "FileHandler", "Formatter", "Filter", "NullHandler"):
    add_value(f"logging.{_name}", Harmless(f"logging.{_name}"))
for _module, _names in SILENT.items():
    for _name in _names.split():
        add_value(f"{_module}.{_name}", Native(f"{_module}.{_name}", lambda vm, args, kwargs: None))


@native("logging.getLogger")
def logger(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Harmless("logging.Logger")


@native("warnings.catch_warnings")
def catch_warnings(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """With `record` it gives a list, to which every warning adds."""
    recorded = Unknown("the warnings of the code that runs") if args or "record" in kwargs else None
    return NativeContext(lambda vm: recorded, lambda vm, error: False)
