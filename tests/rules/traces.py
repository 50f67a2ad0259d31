"""Traces built by hand, so that a rule can be tested without an interpreter."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from msgspec.structs import replace

from convlint.config import Config
from convlint.findings import Finding
from convlint.layers.core.facts import Cost, Window, WindowAxis
from convlint.layers.core.refusal import Refusal, RefusalKind
from convlint.layers.core.tensor import Tensor
from convlint.rules.base import Rule
from convlint.rules.run import sightings
from convlint.sightings import merged
from convlint.symbolic import Size
from convlint.trace import Event, ModelTrace, ModuleInfo, Place, Violation

_rows = count(10)


def place(row: int | None = None, filename: str = "model.py") -> Place:
    row = next(_rows) if row is None else row
    return Place(filename, (row, 8, row, 20))


def axis(
    size: Size, kernel: Size, stride: Size = 1, pad: Size = 0, dilation: Size = 1, ceil: bool = False
) -> WindowAxis:
    """One axis with torch's output formula, floor mode unless `ceil`."""
    span = dilation * (kernel - 1) + 1
    room = size + 2 * pad - span
    if ceil:
        out = -(-room // stride) + 1
        if (out - 1) * stride >= size + pad:
            out -= 1
    else:
        out = room // stride + 1
    return WindowAxis(size, out, kernel, stride, pad, pad, dilation, ceil)


def layer(path: str, torch_name: str = "torch.nn.Conv2d", row: int | None = None, **attributes: object) -> ModuleInfo:
    parameters: Mapping[str, Tensor] = attributes.pop("parameters", {})  # type: ignore[assignment]
    return ModuleInfo(
        path=path,
        kind=torch_name.rpartition(".")[2],
        qualname=torch_name,
        torch_name=torch_name,
        definition=place(row),
        definition_stack=(),
        parameters=parameters,
        attributes=attributes,
        used=True,
    )


def window_event(module: ModuleInfo | None, kind: str, *axes: WindowAxis, channels: int = 3) -> Event:
    name = module.torch_name if module is not None else f"torch.nn.functional.{kind}{len(axes)}d"
    return event(
        name,
        [Tensor((1, channels, *(a.size_in for a in axes)))],
        [Tensor((1, channels, *(a.size_out for a in axes)))],
        module,
        windows=(Window(kind, axes),),
    )


def event(
    name: str,
    inputs: list[Tensor],
    outputs: list[Tensor],
    module: ModuleInfo | None = None,
    *,
    windows: tuple[Window, ...] = (),
    cost: Cost | None = None,
) -> Event:
    return Event(
        name,
        module,
        place(),
        (),
        tuple(inputs),
        tuple(outputs),
        windows=windows,
        cost=cost,
        leaf=module is not None,
        result=outputs[0] if len(outputs) == 1 else tuple(outputs),
    )


def trace(*events: Event, violation: Violation | None = None, name: str = "Net") -> ModelTrace:
    modules = tuple({id(e.module): e.module for e in events if e.module is not None}.values())
    root = ModuleInfo("", name, f"model.{name}", "", place(1), (), {}, {}, modules, used=True)
    return ModelTrace(
        name=name,
        qualname=f"model.{name}",
        place=place(1),
        root=root,
        inputs=events[0].inputs[:1] if events else (),
        outputs=events[-1].outputs if events and violation is None else (),
        events=events,
        violation=violation,
        conditions=(),
        gaps=(),
        training=False,
        input_source="symbolic",
        complete=violation is None,
        all_modules=(root, *modules),
    )


def refused(
    kind: RefusalKind, text: str, module: ModuleInfo | None = None, inputs: tuple[Tensor, ...] = (), **facts: object
) -> Violation:
    name = module.torch_name if module is not None else "torch.cat"
    return Violation(Refusal(kind, text, tuple(facts.items())), place(), (), module, name, inputs)


def found(rule: Rule, *traces: ModelTrace, settings: Config | None = None) -> tuple[Finding, ...]:
    """Return what one rule finds in traces of files that were all asked for."""
    return merged(sightings(traces, (rule,), settings or Config(), lambda _: True))


__all__ = ["axis", "event", "found", "layer", "place", "refused", "replace", "trace", "window_event"]
