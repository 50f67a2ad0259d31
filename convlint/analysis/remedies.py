"""What would mend a refused call, for the slips that are common: each is tried on the model before it is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from msgspec import Struct

from convlint.analysis.explore import Outcome, Steps, run_path
from convlint.interp.imports.program import Program
from convlint.interp.records.records import ModelRun
from convlint.interp.torch.modules import call_module
from convlint.interp.values.classes import ModuleInstance
from convlint.interp.values.functions import Native
from convlint.interp.values.signals import NeedRank
from convlint.interp.values.unknown import Value
from convlint.interp.vm import Vm
from convlint.layers.core import registry
from convlint.layers.core.refusal import RefusalKind
from convlint.layers.core.tensor import Shape, Tensor
from convlint.symbolic import product
from convlint.trace import Arguments, ModelTrace, ModuleInfo, Slip, Violation

_OF_INPUT = frozenset(
    {RefusalKind.CHANNELS, RefusalKind.FEATURES, RefusalKind.SIZES, RefusalKind.RESHAPE, RefusalKind.RANK}
)
_CONVOLUTION = "torch.nn.Conv"
_LAST = frozenset(
    {
        "torch.nn.Linear",
        "torch.nn.LayerNorm",
        "torch.nn.Embedding",
        *(
            f"torch.{where}{name}"
            for where in ("", "Tensor.")
            for name in ("permute", "transpose", "movedim", "swapaxes")
        ),
    }
)
_HOOKS = "_forward_pre_hooks"


class Trial(Struct, frozen=True):
    """One way to mend a call: another first input of the model, another one of the refused layer, or other arguments
    of its constructor."""

    slip: Slip
    shape: Shape
    of_model: bool = False
    arguments: Mapping[str, int] = {}


def mended_run(vm: Vm, run: ModelRun, trace: ModelTrace) -> tuple[Trial, Outcome] | None:
    """Return a way to mend a refused run, and how the run ended with it: with another input the whole model takes it,
    with another layer or another input of the layer at least that one does. None if nothing that was tried does."""
    violation = trace.violation
    if violation is None or violation.in_constructor:
        return None
    layer = _refused(vm, run)
    of_layer = () if layer is None else _of_layer(violation, _has_features_last(vm, run, violation))
    for trial in (*_of_model(run, trace, violation), *of_layer):
        outcome = _tried(vm.program, run, trial, layer)
        if outcome is not None and _takes(trial, outcome, violation):
            return trial, outcome
    return None


def _takes(trial: Trial, outcome: Outcome, before: Violation) -> bool:
    if outcome.ended == "returned":
        return not outcome.vm.taken and (trial.slip is not Slip.SWAPPED_FEATURES or _is_sized_for(trial, outcome))
    after = outcome.violation
    tells_little = trial.of_model or trial.slip is Slip.SWAPPED_FEATURES
    return not tells_little and after is not None and after.place != before.place


def _is_sized_for(trial: Trial, outcome: Outcome) -> bool:
    """Tell whether something shows that a layer was to put out what it takes now: a layer behind it takes that, or the
    model puts out less than it is given, as heads do."""
    takes, gives = trial.arguments.values()
    sized = [event.module for event in outcome.vm.events if event.module is not None]
    at = [index for index, module in enumerate(sized) if _sizes(module) == (takes, gives)]
    behind = sized[at[-1] + 1 :] if at else []
    return gives < takes or any(gives == _sizes(module)[0] for module in behind)


def _sizes(module: ModuleInfo) -> tuple[object, object]:
    held = module.attributes
    ins = held.get("in_features", held.get("in_channels", held.get("num_features")))
    return ins, held.get("out_features", held.get("out_channels"))


# --- what may have slipped -------------------------------------------------------------------------------


def _of_layer(violation: Violation, features_last: bool) -> Iterator[Trial]:
    module, kind = violation.module, violation.refusal.kind
    if module is None or not violation.inputs or module.qualname != module.torch_name or module.changed:
        return
    given, held, got = violation.inputs[0], module.attributes, violation.refusal.fact("got")
    if kind is RefusalKind.FEATURES and module.torch_name == "torch.nn.Linear":
        yield from _before_linear(given, held)
    if kind is RefusalKind.CHANNELS and module.torch_name.startswith(_CONVOLUTION) and features_last:
        moved = _channels_moved(given, held.get("in_channels"))
        yield from (Trial(Slip.CHANNELS_LAST, moved),) if moved else ()
    for ins, outs in (("in_features", "out_features"), ("in_channels", "out_channels")):
        expected = held.get(ins)
        if not isinstance(got, int) or not isinstance(expected, int):
            continue
        if held.get(outs) == got != expected and held.get("groups", 1) == 1:
            yield Trial(Slip.SWAPPED_FEATURES, given.shape, arguments={ins: got, outs: expected})
    if isinstance(held.get("batch_first"), bool) and kind is RefusalKind.SIZES:
        yield Trial(Slip.BATCH_FIRST, given.shape, arguments={"batch_first": not held["batch_first"]})


def _before_linear(given: Tensor, held: Mapping[str, object]) -> Iterator[Trial]:
    shape, wanted = given.shape, held.get("in_features")
    if given.ndim > 2 and product(shape[1:]) == wanted:
        yield Trial(Slip.NOT_FLATTENED, (shape[0], product(shape[1:])))
    elif given.ndim > 3 and shape[1] == wanted:
        yield Trial(Slip.NOT_POOLED, shape[:2])
    elif given.ndim == 3 and shape[1] == wanted:
        yield Trial(Slip.FEATURES_NOT_LAST, (shape[0], shape[2], shape[1]))


def _of_model(run: ModelRun, trace: ModelTrace, violation: Violation) -> Iterator[Trial]:
    if trace.input_source == "symbolic" or violation.refusal.kind not in _OF_INPUT or not run.args:
        return
    given = run.args[0]
    if not isinstance(given, Tensor) or not all(isinstance(size, int) for size in given.shape):
        return
    shape = tuple(size for size in given.shape if isinstance(size, int))
    if given.ndim >= 3:
        if shape[-1] < min(shape[1:-1]):  # fewer channels than the map has rows and columns
            yield Trial(Slip.CHANNELS_LAST, (shape[0], shape[-1], *shape[1:-1]), of_model=True)
        if given.ndim == 3 and shape[-1] < min(shape[:-1]):
            yield Trial(Slip.CHANNELS_LAST, (shape[-1], *shape[:-1]), of_model=True)
    if given.ndim >= 4 and shape[-1] != shape[-2]:
        yield Trial(Slip.SWAPPED_SIDES, (*shape[:-2], shape[-1], shape[-2]), of_model=True)
    if given.ndim in (3, 4) and _is_of_maps(trace, violation):
        yield Trial(Slip.NO_BATCH, (1, *shape), of_model=True)
    takes_one = violation.module is not None and violation.module.attributes.get("in_channels") == 1
    if given.ndim >= 2 and takes_one:
        yield Trial(Slip.NO_CHANNELS, (shape[0], 1, *shape[1:]), of_model=True)


def _is_of_maps(trace: ModelTrace, violation: Violation) -> bool:
    """Tell whether a model slides windows over maps."""
    return violation.name.startswith(_CONVOLUTION) or any(event.windows for event in trace.events)


def _has_features_last(vm: Vm, run: ModelRun, violation: Violation) -> bool:
    """Tell whether the axis of the features may be the last one of what a layer is given: it comes from what computes
    along the last axis, or moves axes."""
    given = violation.inputs[0] if violation.inputs else None
    made = [event for event in vm.events[run.first[0] :] if any(output is given for output in event.outputs)]
    return any(event.name in _LAST for event in made)


def _channels_moved(given: Tensor, wanted: object) -> Shape:
    """Return the shape with the last axis as that of the channels, () where it is not what is wanted."""
    shape = given.shape
    if given.ndim < 3 or shape[-1] != wanted or shape[1] == wanted:
        return ()
    return (shape[0], shape[-1], *shape[1:-1])


# --- the trial -------------------------------------------------------------------------------------------


def _tried(program: Program, run: ModelRun, trial: Trial, layer: ModuleInstance | None) -> Outcome | None:
    args = list(run.args)
    if trial.of_model:
        args[0] = Tensor(trial.shape, run.args[0].dtype)

    def action(vm: Vm) -> Value:
        if layer is None or trial.of_model:
            return call_module(vm, run.root, args, run.kwargs)
        change = _rebuilt(vm, layer, trial) if trial.arguments else _given_otherwise(layer, trial)
        with change:
            return call_module(vm, run.root, args, run.kwargs)

    try:
        return run_path(program, Steps(action), ())
    except NeedRank:
        return None


def _refused(vm: Vm, run: ModelRun) -> ModuleInstance | None:
    """Return the module whose call was refused."""
    info = None if run.violation is None else run.violation.module
    return next((module for module, known in vm.infos.values() if known is info), None)


@contextmanager
def _given_otherwise(layer: ModuleInstance, trial: Trial) -> Iterator[None]:
    """Let a layer get another tensor for its first one."""
    before = layer.attrs.get(_HOOKS)

    def change(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        given = args[1]
        return (Tensor(trial.shape, given[0].dtype), *given[1:]) if _is_first(given) else None

    hooks = before if isinstance(before, dict) else {}
    layer.attrs[_HOOKS] = {**hooks, "trial": Native("torch.Tensor.reshape", change)}
    try:
        yield
    finally:
        if before is None:
            del layer.attrs[_HOOKS]
        else:
            layer.attrs[_HOOKS] = before


def _is_first(given: Value) -> bool:
    return isinstance(given, tuple) and bool(given) and isinstance(given[0], Tensor)


@contextmanager
def _rebuilt(vm: Vm, layer: ModuleInstance, trial: Trial) -> Iterator[None]:
    """Let a layer be as one that is built with other arguments."""
    other = vm.call(layer.cls, *_arguments(layer, trial.arguments))
    names = ("attrs", "parameters", "buffers", "modules", "built")
    before = {name: getattr(layer, name) for name in names}
    if isinstance(other, ModuleInstance):
        other.attrs["training"] = layer.attrs.get("training")
        for name in names:
            setattr(layer, name, getattr(other, name))
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(layer, name, value)


def _arguments(layer: ModuleInstance, changes: Mapping[str, object]) -> tuple[list[Value], dict[str, Value]]:
    """Return what torch's constructor was given, with some arguments changed, wherever they stand."""
    entry, built = registry.find(layer.cls.torch_name), layer.built or Arguments((), {})
    assert isinstance(entry, registry.LayerClass)
    names = [parameter.name for parameter in entry.init_parameters]
    args, kwargs = list(built.positional), dict(built.named)
    for name, value in changes.items():
        if name in names[: len(args)]:
            args[names.index(name)] = value
        else:
            kwargs[name] = value
    return args, kwargs
