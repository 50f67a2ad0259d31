"""Where interpreted programs meet the layer rules: calls of torch's functions, methods and modules, and what they leave."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from convlint.interp.signals import NeedRank, PyRaise
from convlint.interp.values import (
    MISSING,
    Argument,
    BoundMethod,
    ClassValue,
    FreeShape,
    FreeTensor,
    GeneratorValue,
    Instance,
    ModuleInstance,
    Native,
    Opaque,
    Ratio,
    Size,
    SymbolicBool,
    Unknown,
    Value,
)
from convlint.layers import registry as layers
from convlint.layers.facts import Cost, Fact, Window
from convlint.layers.refusal import Refusal, Refused, Unmodelled
from convlint.layers.sizes import PROPERTIES
from convlint.layers.tensor import Tensor
from convlint.symbolic import Condition, Dim, SymbolKind, Verdict, symbol
from convlint.symbolic import Size as SizeValue
from convlint.trace import Event, ModuleInfo, OpenCondition, Place, Violation

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MODULE_API = frozenset(
    "forward state_dict load_state_dict register_full_backward_hook register_backward_hook get_extra_state compile "
    "register_state_dict_pre_hook register_load_state_dict_post_hook _load_from_state_dict _save_to_state_dict "
    "_register_load_state_dict_pre_hook _register_state_dict_hook to_empty ipu xpu mtia _apply _version dump_patches".split()
)


class DType(str):
    """A `torch.dtype`: its name without the `torch.` prefix."""

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name == "is_floating_point":
            return self.startswith(("float", "bfloat", "double", "half"))
        if name == "is_complex":
            return self.startswith("complex")
        return vm.unknown(f"`{name}` of a dtype")


class Device(Opaque):
    """A `torch.device`. Which one is not known; that all tensors of a model share one is what torch demands."""

    def __init__(self) -> None:
        self._attributes: dict[str, Unknown] = {}

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name in ("__enter__", "__exit__"):
            return Native(name, lambda vm, args, kwargs: None)
        return self._attributes.setdefault(name, Unknown(f"`{name}` of a device"))


DEVICE = Device()


@dataclass(eq=False, slots=True)
class Recording:
    """What is noted during one call."""

    facts: list[Fact] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class ModuleState:
    """A module as it was at one moment. Code that is not understood may change it later."""

    path: str
    module: ModuleInstance
    parameters: dict[str, Value]
    children: tuple[Value, ...]
    doubt: Unknown | None


@dataclass(eq=False, slots=True)
class ModelRun:
    """One outermost call of a module: what it was given, and which part of the run's records is its own."""

    root: ModuleInstance
    args: list[Value]
    kwargs: dict[str, Value]
    place: Place | None
    first: tuple[int, int, int, int]
    """How many events, conditions, gaps and decisions there were before."""
    last: tuple[int, int, int, int] = (0, 0, 0, 0)
    modules: list[ModuleState] = field(default_factory=list)
    """Every module of the model as it was when the call began, parents first."""
    training: bool = True
    result: Value = None
    returned: bool = False
    violation: Violation | None = None


def marks(vm: Vm) -> tuple[int, int, int, int]:
    return len(vm.events), len(vm.conditions), len(vm.gaps), len(vm.taken)


@dataclass(eq=False, slots=True)
class Call:
    """A call of a torch operation in progress, as the `Context` of its rule."""

    vm: Vm
    name: str
    module: ModuleInstance | None
    facts: list[Fact] = field(default_factory=list)

    def require(self, condition: Condition, refusal: Refusal) -> None:
        assumptions = self.vm.assumptions
        verdict = assumptions.decide(condition)
        if verdict is Verdict.PROVED:
            return
        if verdict is Verdict.VIOLATED:
            raise Refused(refusal)
        assumptions.assume(condition)
        place = self.vm.place()
        if place is not None:
            info = module_info(self.vm, self.module) if self.module is not None else None
            self.vm.conditions.append(OpenCondition(condition, refusal, place, self.vm.stack(), info))

    def decide(self, condition: Condition) -> Verdict:
        return self.vm.assumptions.decide(condition)

    def simplify(self, size: SizeValue) -> SizeValue:
        return self.vm.assumptions.simplify(size)

    def unknown_size(self, reason: str) -> SizeValue:
        return symbol("?", SymbolKind.UNKNOWN, reason)

    def note(self, fact: Fact) -> None:
        self.facts.append(fact)


class _UnknownArgument(Exception):
    def __init__(self, cause: Unknown) -> None:
        self.cause = cause


# --- functions and methods ------------------------------------------------------------------------------


def operation_value(entry: layers.Operation) -> Native:
    """Return the callable value of a torch function."""
    return Native(entry.name, lambda vm, args, kwargs: call_operation(vm, entry, args, kwargs), binds=True)


def call_operation(vm: Vm, entry: layers.Operation, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Apply the rule of a torch function or method, and record the event."""
    call = Call(vm, entry.name, None)
    bound = _bind(vm, entry.signature, entry.rule, (call,), args, kwargs)
    if isinstance(bound, Unknown):
        return _unknown_result(vm, entry.name, args, bound)
    try:
        free = _convert_arguments(vm, bound, entry.harmless)
    except _UnknownArgument as unknown:
        return _unknown_result(vm, entry.name, args, unknown.cause)
    if free is not None:
        return _with_free_input(vm, entry.rule, bound, free, entry.input_rank)
    inputs = tuple(tensors_in([*args, *kwargs.values()]))
    result = _apply(vm, call, entry.rule, bound, inputs)
    if entry.name.startswith("torch.Tensor.") and entry.name.endswith("_") and not entry.name.endswith("__"):
        result = _in_place(vm, args, result)
    _record(vm, call, inputs, result, bound)
    return result


def _unknown_result(vm: Vm, name: str, args: list[Value], cause: Unknown) -> Unknown:
    """An in-place method with unknown arguments leaves its tensor unknown."""
    if name.startswith("torch.Tensor.") and name.endswith("_") and not name.endswith("__") and args:
        if name.rpartition(".")[2] in RESHAPING:
            vm.taint(args[0], cause)
        elif isinstance(args[0], Tensor):
            args[0].data = None
            return args[0]  # type: ignore[return-value]
    return Unknown(cause.reason, cause.place)


RESHAPING = frozenset({"resize_", "resize_as_", "set_", "squeeze_", "unsqueeze_", "t_", "transpose_", "swapaxes_", "swapdims_"})


def _in_place(vm: Vm, args: list[Value], result: Value) -> Value:
    target = args[0] if args else None
    if isinstance(target, Tensor) and isinstance(result, Tensor) and result is not target:
        target.shape, target.data = result.shape, result.data
        return target
    if isinstance(target, Tensor) and isinstance(result, Unknown):
        vm.taint(target, result)
    return result


def _bind(
    vm: Vm, signature: inspect.Signature, rule: Any, first: tuple[Any, ...], args: list[Value], kwargs: dict[str, Value]
) -> inspect.BoundArguments | Unknown:
    try:
        return signature.bind(*first, *args, **kwargs)
    except TypeError as error:
        name = getattr(rule, "__name__", "an operation")
        return vm.unknown(f"`{name}` is called in a way that is not modelled ({error})")


def _convert_arguments(vm: Vm, bound: inspect.BoundArguments, harmless: frozenset[str]) -> FreeTensor | None:
    """Make the arguments what rules expect, in place; return the free input among them, if it is the only tensor."""
    free: FreeTensor | None = None
    parameters = bound.signature.parameters
    for index, (name, value) in enumerate(list(bound.arguments.items())):
        if index == 0 and name == "ctx":
            continue
        if isinstance(value, FreeTensor):
            free = value
            continue
        kind = parameters[name].kind
        wants = str(parameters[name].annotation)
        try:
            if kind is inspect.Parameter.VAR_KEYWORD:
                bound.arguments[name] = {key: convert(vm, item, wants) for key, item in value.items()}
            elif kind is inspect.Parameter.VAR_POSITIONAL:
                bound.arguments[name] = tuple(convert(vm, item, wants) for item in value)
            else:
                bound.arguments[name] = convert(vm, value, wants)
        except _UnknownArgument:
            if name not in harmless:
                raise
            bound.arguments[name] = None
    return free


def convert(vm: Vm, value: Value, wants: str = "") -> Value:
    """Return a value as rules take it; raise if it is not known."""
    if isinstance(value, int | float | str | Dim) or value is None:
        return value
    cause = vm.taint_of(value)
    if cause is not None:
        raise _UnknownArgument(cause)
    if isinstance(value, Tensor):
        return value
    if isinstance(value, Device):
        return "cpu"
    if wants == "bool" and isinstance(value, Unknown | SymbolicBool):
        return vm.truth(value)
    if isinstance(value, Argument) and wants == "Size":
        return value.dim
    if isinstance(value, Unknown):
        raise _UnknownArgument(value)
    if isinstance(value, tuple | list):
        items = [convert(vm, item, "") for item in value]
        return type(value)(items) if type(value) in (tuple, list, Size) else items
    if isinstance(value, slice):
        return slice(*(convert(vm, part, "") for part in (value.start, value.stop, value.step)))
    if isinstance(value, GeneratorValue):
        items_or_unknown = vm.list_of(value)
        if isinstance(items_or_unknown, Unknown):
            raise _UnknownArgument(items_or_unknown)
        return [convert(vm, item, "") for item in items_or_unknown]
    if isinstance(value, ModuleInstance):
        raise _UnknownArgument(vm.unknown("a module given to a torch function"))
    if isinstance(value, Instance):
        if value.payload is not None and isinstance(value.payload, int | str | float | tuple | list):
            return convert(vm, value.payload, wants)
        raise _UnknownArgument(vm.unknown(f"a `{value.cls.name}` object given to a torch function"))
    if isinstance(value, Ratio | SymbolicBool):
        raise _UnknownArgument(vm.unknown("a symbolic fraction or truth given to a torch function"))
    return value


def _apply(vm: Vm, call: Call, rule: Any, bound: inspect.BoundArguments, inputs: tuple[Tensor, ...]) -> Value:
    """Run a rule; what torch would raise is raised in the program, what is not modelled is unknown."""
    try:
        return to_program(rule(*bound.args, **bound.kwargs))
    except Refused as refused:
        raise_refusal(vm, call, refused.refusal, inputs)
    except Unmodelled as unmodelled:
        return vm.unknown(unmodelled.reason)
    except (PyRaise, NeedRank):
        raise
    except Exception as error:
        # A rule that does not foresee an argument must not end the run: the result is just not known.
        return vm.unknown(f"`{call.name}` with arguments that its rule does not foresee ({type(error).__name__}: {error})")


def to_program(result: Value) -> Value:
    return result


def raise_refusal(vm: Vm, call: Call, refusal: Refusal, inputs: tuple[Tensor, ...]) -> None:
    place = vm.place()
    violation = None
    if place is not None:
        info = module_info(vm, call.module) if call.module is not None else None
        violation = Violation(refusal, place, vm.stack(), info, call.name, inputs)
    raise PyRaise(refusal.error(refusal.text), violation)


def _with_free_input(vm: Vm, rule: Any, bound: inspect.BoundArguments, free: FreeTensor, rank: int | None) -> Value:
    """An operation on an input of unknown rank shows the rank, or keeps the shape, or loses it."""
    if rank is not None:
        raise NeedRank(free.name, rank)
    if sum(1 for _ in tensors_in(list(bound.arguments.values()))):
        return vm.derived(free, "op", id(rule))
    assumptions, count = vm.assumptions, len(vm.conditions)
    vm.assumptions = assumptions.copy()
    try:
        kept = all(_keeps_shape(rule, bound, free, probe_rank) for probe_rank in (4, 2))
    finally:
        vm.assumptions = assumptions
        del vm.conditions[count:]
    return free if kept else vm.derived(free, "op", id(rule))


def _keeps_shape(rule: Any, bound: inspect.BoundArguments, free: FreeTensor, rank: int) -> bool:
    """Whether an operation returns a tensor of the very shape that it is given, of whatever size."""
    probe = Tensor(tuple(symbol(f"{free.name}{axis}") for axis in range(rank)), dtype="")
    trial = inspect.BoundArguments(bound.signature, bound.arguments.copy())  # type: ignore[arg-type]
    for name, value in trial.arguments.items():
        if value is free:
            trial.arguments[name] = probe
    try:
        result = rule(*trial.args, **trial.kwargs)
    except Exception:
        return False
    return isinstance(result, Tensor) and result.shape == probe.shape


# --- tensors --------------------------------------------------------------------------------------------


def tensor_attribute(vm: Vm, tensor: Tensor | FreeTensor, name: str) -> Value:
    """Attributes and methods of tensors."""
    if isinstance(tensor, FreeTensor):
        if name == "shape":
            return FreeShape(tensor)
        if name in ("size",):
            return Native("size", lambda vm, args, kwargs: vm.getitem(FreeShape(tensor), args[0]) if args else FreeShape(tensor))
    else:
        cause = vm.taint_of(tensor)
        if cause is not None:
            return vm.derived(cause, ".", name)
        plain = _plain_attribute(vm, tensor, name)
        if plain is not MISSING:
            return plain
    entry = layers.find("torch.Tensor." + name)
    if isinstance(entry, layers.Operation):
        value = operation_value(entry)
        if name in PROPERTIES:
            return vm.call(value, [tensor])
        return BoundMethod(value, tensor)
    if name in ("__radd__", "__rmul__") or name.startswith("__i") and name.endswith("__"):
        return MISSING
    if name.startswith("__") and name.endswith("__"):
        return MISSING
    if name.endswith("_") and isinstance(tensor, Tensor):
        vm.taint(tensor, vm.unknown(f"`Tensor.{name}` is not modelled"))
    return vm.unknown(f"`Tensor.{name}` is not modelled")


def _plain_attribute(vm: Vm, tensor: Tensor, name: str) -> Value:
    if name == "shape":
        return Size(vm.assumptions.simplify(size) for size in tensor.shape)
    if name == "ndim":
        return len(tensor.shape)
    if name == "dtype":
        return DType(tensor.dtype) if tensor.dtype else vm.unknown("the dtype is not known")
    if name == "data":
        return Tensor(tensor.shape, tensor.dtype, tensor.data)
    if name in ("is_cuda", "is_mps", "is_sparse", "is_quantized", "is_nested", "is_mkldnn"):
        return False if name != "is_cuda" else Unknown("the device is not known")
    if name == "device":
        return DEVICE
    if name in ("grad", "grad_fn", "is_leaf", "layout", "names", "__dict__"):
        return Unknown(f"`{name}` of a tensor")
    if name == "requires_grad":
        return tensor.requires_grad or Unknown("whether a tensor requires gradients")
    return MISSING


def set_tensor_attribute(vm: Vm, tensor: Tensor, name: str, value: Value) -> None:
    if name == "data":
        if isinstance(value, Tensor):
            tensor.shape, tensor.data = value.shape, value.data
        else:
            vm.taint(tensor, value if isinstance(value, Unknown) else vm.unknown("the data of a tensor were replaced"))
    elif name == "requires_grad" and isinstance(value, bool):
        tensor.requires_grad = value


def tensors_in(values: Value) -> Iterator[Tensor]:
    """Yield every tensor in nested containers, in order."""
    if isinstance(values, Tensor):
        yield values
    elif isinstance(values, list | tuple):
        for item in values:
            yield from tensors_in(item)
    elif isinstance(values, dict):
        for item in values.values():
            yield from tensors_in(item)
    elif isinstance(values, Instance) and values.payload is not None:
        yield from tensors_in(values.payload)
    elif isinstance(values, Instance) and values.cls.kind != "plain" and not isinstance(values, ModuleInstance):
        yield from tensors_in(values.attrs)


def tensor_tree(result: Value) -> Tensor | tuple[Any, ...] | None:
    """Return the tensors of a result nested as the program nests them; None stands for what is not known."""
    if isinstance(result, Tensor) or result is None:
        return result
    if isinstance(result, Instance):
        result = result.payload if result.payload is not None else ()
    if isinstance(result, dict):
        result = list(result.values())
    if not isinstance(result, list | tuple):
        return None
    parts = (tensor_tree(part) for part in result if isinstance(part, Tensor | Unknown | Instance | list | tuple | dict))
    return tuple(part for part in parts if part != ())


def has_unknown(values: Value) -> bool:
    """Whether anything in nested containers is not known."""
    if isinstance(values, list | tuple):
        return any(has_unknown(item) for item in values)
    if isinstance(values, dict):
        return any(has_unknown(item) for item in values.values())
    return isinstance(values, Unknown)


# --- modules --------------------------------------------------------------------------------------------


class StateView:
    """The `State` of a layer rule: attribute access on a module object of the program."""

    __slots__ = ("_obj", "_vm")

    def __init__(self, vm: Vm, obj: ModuleInstance) -> None:
        object.__setattr__(self, "_vm", vm)
        object.__setattr__(self, "_obj", obj)

    def __getattr__(self, name: str) -> Any:
        vm, obj = object.__getattribute__(self, "_vm"), object.__getattribute__(self, "_obj")
        value = vm.getattr(obj, name, MISSING)
        if value is MISSING:
            raise AttributeError(name)
        try:
            return convert(vm, value)
        except _UnknownArgument as unknown:
            raise Unmodelled(unknown.cause.reason) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self._obj.attrs[name] = value

    def parameter(self, name: str, value: Tensor | None) -> None:
        if value is not None:
            value.is_parameter = True
            value.requires_grad = True
        self._obj.parameters[name] = value

    def buffer(self, name: str, value: Tensor | None) -> None:
        self._obj.buffers[name] = value

    def child(self, name: str, qualified_name: str, *args: Any, **kwargs: Any) -> None:
        cls = self._vm.program.torch_value(self._vm, qualified_name)
        made = self._vm.call(cls, list(args), kwargs)
        if isinstance(made, Unknown):
            raise Unmodelled(made.reason)
        self._obj.modules[name] = made


def layer_init(entry: layers.LayerClass) -> Native:
    """`__init__` of a torch layer class."""

    def init(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        obj = args[0]
        call = Call(vm, entry.name, obj)
        bound = _bind(vm, entry.init_signature, entry.init, (call, StateView(vm, obj)), args[1:], kwargs)
        cause = bound if isinstance(bound, Unknown) else None
        if not isinstance(bound, Unknown):
            try:
                _convert_init(vm, bound, entry.harmless)
            except _UnknownArgument as unknown:
                cause = unknown.cause
        if cause is not None or isinstance(bound, Unknown):
            assert cause is not None
            obj.tainted = obj.tainted or cause
            return None
        result = _apply(vm, call, entry.init, bound, ())
        if isinstance(result, Unknown):
            obj.tainted = obj.tainted or result
        return None

    return Native(entry.name + ".__init__", init, binds=True)


def _convert_init(vm: Vm, bound: inspect.BoundArguments, harmless: frozenset[str]) -> None:
    parameters = bound.signature.parameters
    for index, (name, value) in enumerate(list(bound.arguments.items())):
        if index < 2:
            continue
        wants = str(parameters[name].annotation)
        kind = parameters[name].kind
        try:
            if kind is inspect.Parameter.VAR_KEYWORD:
                bound.arguments[name] = {key: convert(vm, item) for key, item in value.items()}
            elif kind is inspect.Parameter.VAR_POSITIONAL:
                bound.arguments[name] = tuple(convert(vm, item, wants) for item in value)
            elif isinstance(value, Unknown) and not isinstance(value, Argument) and wants == "Size":
                bound.arguments[name] = size_of_unknown(vm, value)
            else:
                bound.arguments[name] = convert(vm, value, wants)
        except _UnknownArgument:
            if name not in harmless:
                raise
            bound.arguments[name] = None


def size_of_unknown(vm: Vm, value: Unknown) -> SizeValue:
    """An opaque size for an unknown value where torch takes nothing but an integer; the same for the same value."""
    key = (id(value), "size", None)
    found = vm._derived.get(key)
    if found is None:
        made = Argument("?")
        made.dim = symbol("?", SymbolKind.UNKNOWN, value.reason)
        vm._derived[key] = found = (value, made)
    made_again = found[1]
    assert isinstance(made_again, Argument)
    return made_again.dim


def layer_forward(entry: layers.LayerClass) -> Native:
    """`forward` of a torch layer class."""

    def forward(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        obj = args[0]
        if obj.tainted is not None:
            return Unknown(obj.tainted.reason, obj.tainted.place)
        call = Call(vm, entry.name, obj)
        bound = _bind(vm, entry.forward_signature, entry.forward, (call, StateView(vm, obj)), args[1:], kwargs)
        if isinstance(bound, Unknown):
            return bound
        free = None
        state_name = list(bound.arguments)[1]
        state = bound.arguments.pop(state_name)
        try:
            free = _convert_arguments(vm, bound, entry.harmless)
        except _UnknownArgument as unknown:
            return Unknown(unknown.cause.reason, unknown.cause.place)
        finally:
            rest = dict(bound.arguments)
            bound.arguments.clear()
            names = list(bound.signature.parameters)
            bound.arguments[names[0]] = rest.pop(names[0])
            bound.arguments[state_name] = state
            bound.arguments.update(rest)
        if free is not None:
            return _with_free_input(vm, entry.forward, bound, free, entry.input_rank)
        inputs = tuple(tensors_in(args[1:]))
        result = _apply(vm, call, entry.forward, bound, inputs)
        _become_plain(vm, obj, entry)
        if vm.recordings:
            vm.recordings[-1].facts.extend(call.facts)
        return result

    return Native(entry.name + ".forward", forward, binds=True)


def _become_plain(vm: Vm, obj: ModuleInstance, entry: layers.LayerClass) -> None:
    """A lazy layer is an ordinary one from its first forward on, in torch too."""
    last = entry.name.rpartition(".")[2]
    if last.startswith("Lazy") and obj.cls.name == last:
        plain = vm.program.torch_value(vm, "torch.nn." + last.removeprefix("Lazy"))
        if isinstance(plain, ClassValue):
            obj.cls = plain


def call_module(vm: Vm, obj: ModuleInstance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`nn.Module.__call__`. An outermost call is a run of a model, whose records are kept apart."""
    if vm.owners or vm.importing:
        return _call_module(vm, obj, args, kwargs)
    modules = list(module_states(obj))
    for state in modules:
        state.module.touched = False
    training = obj.attrs.get("training") is True
    run = ModelRun(obj, args, kwargs, vm.place(), marks(vm), modules=modules, training=training)
    vm.model_runs.append(run)
    try:
        run.result = _call_module(vm, obj, args, kwargs)
        run.returned = True
    except PyRaise as raised:
        run.violation = raised.violation
        raise
    finally:
        run.last = marks(vm)
    return run.result


def module_states(obj: Value, path: str = "", seen: set[int] | None = None) -> Iterator[ModuleState]:
    """Yield the state of every module once, by the path that `named_modules` gives it, parents first."""
    seen = set() if seen is None else seen
    if not isinstance(obj, ModuleInstance) or id(obj) in seen:
        return
    seen.add(id(obj))
    children = {name: child for name, child in obj.modules.items() if child is not None}
    doubt = obj.tainted or next((child for child in children.values() if isinstance(child, Unknown)), None)
    doubt = doubt or next(iter(obj.unknown_members), None) or obj.cls.unknown_base
    parameters = {name: value for name, value in obj.parameters.items() if value is not None}
    yield ModuleState(path, obj, parameters, tuple(children.values()), doubt)
    for name, child in children.items():
        yield from module_states(child, f"{path}.{name}" if path else name, seen)


def _call_module(vm: Vm, obj: ModuleInstance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Hooks, forward, and the event that a leaf or torch module leaves."""
    obj.touched = True
    if next(tensors_in([*args, *kwargs.values()]), None) is not None and obj.cls.place is not None:
        vm.called.add(obj.cls.place)
    place, stack = vm.place(), vm.stack()
    args = _pre_hooks(vm, obj, args)
    forward = vm.getattr(obj, "forward", MISSING)
    if forward is MISSING:
        vm.throw(NotImplementedError, f'Module [{obj.cls.name}] is missing the required "forward" function')
    recording = Recording()
    vm.recordings.append(recording)
    vm.owners.append(obj)
    try:
        result = vm.call(forward, args, kwargs)
    finally:
        vm.owners.pop()
        vm.recordings.pop()
    result = _post_hooks(vm, obj, args, result)
    children = [child for child in obj.modules.values() if child is not None]
    if (not children or obj.cls.torch_name) and place is not None:
        record_module(vm, obj, place, stack, args, kwargs, result, recording, leaf=not children)
    return result


def _pre_hooks(vm: Vm, obj: ModuleInstance, args: list[Value]) -> list[Value]:
    for hook in obj.attrs.get("_forward_pre_hooks", {}).values():
        result = vm.call(hook, [obj, tuple(args)])
        if isinstance(result, Unknown):
            return [result]
        if result is not None:
            args = list(result) if isinstance(result, tuple) else [result]
    return args


def _post_hooks(vm: Vm, obj: ModuleInstance, args: list[Value], result: Value) -> Value:
    for hook in obj.attrs.get("_forward_hooks", {}).values():
        changed = vm.call(hook, [obj, tuple(args), result])
        if changed is not None:
            result = changed
    return result


def record_module(
    vm: Vm,
    obj: ModuleInstance,
    place: Place,
    stack: tuple[Place, ...],
    args: list[Value],
    kwargs: dict[str, Value],
    result: Value,
    recording: Recording,
    *,
    leaf: bool,
) -> None:
    windows = tuple(fact for fact in recording.facts if isinstance(fact, Window))
    cost = next((fact for fact in recording.facts if isinstance(fact, Cost)), None)
    name = obj.cls.torch_name or obj.cls.qualname
    vm.events.append(
        Event(
            name,
            module_info(vm, obj),
            place,
            stack,
            tuple(tensors_in([*args, *kwargs.values()])),
            tuple(tensors_in(result)),
            {},
            windows,
            cost,
            not isinstance(result, Unknown),
            not has_unknown([*args, *kwargs.values()]),
            leaf,
            module_info(vm, vm.owners[-1]) if vm.owners else None,
            tensor_tree(result),
        )
    )


def _record(vm: Vm, call: Call, inputs: tuple[Tensor, ...], result: Value, bound: inspect.BoundArguments) -> None:
    place = vm.place()
    if place is None:
        return
    known = {
        name: value
        for name, value in bound.arguments.items()
        if name != "ctx" and not isinstance(value, Tensor) and not (isinstance(value, list | tuple) and any(tensors_in(value)))
    }
    windows = tuple(fact for fact in call.facts if isinstance(fact, Window))
    cost = next((fact for fact in call.facts if isinstance(fact, Cost)), None)
    owner = module_info(vm, vm.owners[-1]) if vm.owners else None
    known_output = not isinstance(result, Unknown)
    outputs = tuple(tensors_in(result))
    event = Event(
        call.name, None, place, vm.stack(), inputs, outputs, known, windows, cost, known_output, True, False, owner, tensor_tree(result)
    )
    vm.events.append(event)


def module_info(vm: Vm, obj: ModuleInstance) -> ModuleInfo:
    """Return the trace's view of a module object; its path and children are filled in when the run is over."""
    entry = vm.infos.get(id(obj))
    if entry is None:
        attributes = {
            name: value for name, value in obj.attrs.items() if obj.cls.torch_name and not isinstance(value, Unknown | Instance)
        }
        parameters = {name: value for name, value in obj.parameters.items() if isinstance(value, Tensor)}
        info = ModuleInfo(
            "",
            obj.cls.name,
            obj.cls.qualname,
            obj.cls.torch_name,
            obj.definition,
            obj.definition_stack,
            parameters,
            attributes,
        )
        entry = vm.infos[id(obj)] = (obj, info)
    return entry[1]


def layer_method(vm: Vm, obj: ModuleInstance, name: str) -> Value:
    """A method of a torch layer other than those of every module; one that is not modelled is unknown, not missing."""
    entry = layers.find(f"{obj.cls.torch_name}.{name}")
    if isinstance(entry, layers.Operation):
        return BoundMethod(operation_value(entry), obj)
    return vm.unknown(f"`{obj.cls.torch_name}.{name}` is not modelled")


def is_module_api(name: str) -> bool:
    return name in MODULE_API


def unknown_member(vm: Vm, obj: ModuleInstance, value: Unknown) -> None:
    """An unknown value was set on a module: it may be a submodule or a parameter, so totals are not known."""
    obj.unknown_members.append(value)
