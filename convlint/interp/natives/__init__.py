"""Libraries that convlint runs itself instead of reading their source: builtins, the standard library, torch's Python side."""

from __future__ import annotations

from convlint.interp.natives import registry

registry.FAMILIES.extend(
    f"convlint.interp.natives.{name}"
    for name in (
        # builtins and the standard library
        "builtin_functions",
        "builtin_iteration",
        "reductions",
        "numbers",
        "strings",
        "lists",
        "dicts",
        "sets",
        "special_methods",
        "iteration",
        "functools_",
        "collections_",
        "namedtuples",
        "math_",
        "operators",
        "copying",
        "dataclasses_",
        "enums",
        "typing_",
        "regex",
        "paths",
        "text",
        "system",
        "harmless",
        "contexts",
        "introspection",
        # torch
        "torch_module",
        "torch_containers",
        "torch_misc",
        "torch_tools",
        "lightning",
        "numpy_",
    )
)
