"""Libraries that make a program's arguments of types or of flags: their names, written in Python in the prelude."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import add_value, native, written
from convlint.interp.values.unknown import Harmless, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

written("typed_arguments.py", "tyro", "cli _made")
for _module in ("pyrallis", "draccus", "simple_parsing", "simple_parsing.helpers"):
    written("typed_arguments.py", _module, "parse wrap")
written("typed_arguments.py", "simple_parsing", "ArgumentParser SimpleParser")
written("typed_arguments.py", "fire", "Fire")
written("typed_arguments.py", "jsonargparse", "CLI auto_cli")
for _module in ("transformers", "transformers.hf_argparser"):
    written("typed_arguments.py", _module, "HfArgumentParser")
written("typed_arguments.py", "tap", "Tap")
FLAGS = (
    "FLAGS FlagValues FlagHolder DEFINE_integer DEFINE_float DEFINE_string DEFINE_bool DEFINE_boolean DEFINE_enum "
    "DEFINE_multi_integer DEFINE_multi_float DEFINE_multi_string DEFINE_enum_class DEFINE_list DEFINE_spaceseplist "
    "mark_flag_as_required mark_flags_as_required"
)
written("absl_.py", "absl.flags", FLAGS)
written("absl_.py", "absl.app", "run")
for _module in ("ml_collections.config_flags", "ml_collections.config_flags.config_flags"):
    written("absl_.py", _module, "DEFINE_config_file")
add_value("absl.logging", Harmless("`absl.logging`"))


@native("tyro._given")
def _given(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What comes of a program whose arguments are given in a way that is not known."""
    return Unknown("a command that is given arguments")


@native("absl.flags._open")
def _open(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Unknown(f"`{args[0]}` of the flags")
