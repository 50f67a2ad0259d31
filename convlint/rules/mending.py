"""The changes that mend a finding, as rules know them: arguments of the call that built one of torch's own layers."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from convlint.changes import BuildAnew, LeaveOut, SetArgument
from convlint.layers.core import registry
from convlint.layers.core.registry import LayerClass
from convlint.trace import Assignment, Event, ModuleInfo

OUTPUTS = "the model's outputs change"
WEIGHTS = "saved weights of this layer no longer fit"


def set_argument(
    module: ModuleInfo | None, name: str, value: object, changes: str, *, follows_from: tuple[str, ...] = ()
) -> SetArgument | None:
    """Return the change of one argument where a layer was built, None for a layer that is not torch's own.

    `changes` says what else becomes different. Who reads the call sees whether it can be changed.
    """
    if module is None or module.definition is None or module.qualname != module.torch_name:
        return None
    entry = registry.find(module.torch_name)
    if not isinstance(entry, LayerClass):
        return None
    if name not in {parameter.name for parameter in entry.init_parameters}:
        return None
    positional = entry.positional_parameters
    written = f'"{value}"' if isinstance(value, str) else str(value)
    return SetArgument(
        module.definition,
        name,
        written,
        tuple(parameter.name for parameter in positional),
        tuple(parameter.name for parameter in positional if parameter.default is inspect.Parameter.empty),
        follows_from,
        f"set `{name}={written}`: {changes}",
    )


def set_padding(event: Event, padding: object) -> SetArgument | None:
    """Return the change of a layer's padding, which follows from its kernel, stride and dilation."""
    return set_argument(event.module, "padding", padding, OUTPUTS, follows_from=("kernel_size", "stride", "dilation"))


def leave_out(event: Event, calls: Iterable[Event]) -> LeaveOut | None:
    """Return the change that takes an activation out, None for a layer that other calls use, too, and for one that is
    not torch's own."""
    module = event.module
    if module is None:
        return LeaveOut(event.place, f"take it out: {OUTPUTS}")
    # A container calls what it holds wherever it is called itself.
    places = {call.place for call in calls if call.module is module and not (call.within and call.within.torch_name)}
    if module.definition is None or module.qualname != module.torch_name or len(places) > 1:
        return None
    return LeaveOut(module.definition, f"put `Identity` in its place: {OUTPUTS}")


def build_anew(assignment: Assignment) -> BuildAnew | None:
    """Return the change that puts a new layer in the place of one of which an attribute was set, None for a layer whose
    arguments cannot be written down."""
    module = assignment.module
    entry = registry.find(module.torch_name)
    if module.qualname != module.torch_name or module.built is None or not isinstance(entry, LayerClass):
        return None
    names = [parameter.name for parameter in entry.init_parameters]
    given = [*zip(names, module.built.positional, strict=False), *module.built.named.items()]
    if len(module.built.positional) > len(names) or not all(_is_plain(value) for _, value in given):
        return None
    texts = [
        text if index < len(module.built.positional) else f"{name}={text}"
        for index, (name, value) in enumerate(given)
        for text in ("{}" if name == assignment.name else repr(value),)
    ]
    texts += [] if any(name == assignment.name for name, _ in given) else [f"{assignment.name}={{}}"]
    message = f"put a new `{module.kind}` in its place: its weights are new, and the model's outputs change"
    return BuildAnew(assignment.place, module.kind, assignment.name, tuple(texts), message)


def _is_plain(value: object) -> bool:
    """Tell whether an argument is a number, a text, nothing, or a tuple of such."""
    if isinstance(value, tuple):
        return type(value) is tuple and all(map(_is_plain, value))
    return value is None or isinstance(value, bool | int | float | str)
