"""The changes that mend a finding, as rules know them: arguments of the call that built one of torch's own layers."""

from __future__ import annotations

import inspect

from convlint.changes import SetArgument
from convlint.layers.core import registry
from convlint.layers.core.registry import LayerClass
from convlint.trace import Event, ModuleInfo

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
    parameters = list(entry.init_signature.parameters.values())[2:]
    positional = [it for it in parameters if it.kind in (it.POSITIONAL_ONLY, it.POSITIONAL_OR_KEYWORD)]
    if name not in {parameter.name for parameter in parameters}:
        return None
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
