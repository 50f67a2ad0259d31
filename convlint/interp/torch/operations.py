"""Calls of torch's functions and tensor methods: arguments, rules, refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from convlint.interp.natives.failures import SIGNALS, failed
from convlint.interp.records.records import module_info, record_on_unknown, record_operation, tensors_in, what_was_given
from convlint.interp.torch import open_sizes, overriding
from convlint.interp.torch.binding import Bindings, binder
from convlint.interp.torch.dtypes import Device
from convlint.interp.torch.written import in_place_result, unknown_result, without_out, written_out
from convlint.interp.values.classes import Instance, ModuleInstance
from convlint.interp.values.functions import GeneratorValue, Native
from convlint.interp.values.numbers import LibraryNumber, NotKnown, Ratio, Size, SymbolicBool
from convlint.interp.values.signals import NeedRank, PyRaise
from convlint.interp.values.unknown import (
    MISSING,
    Argument,
    DeviceName,
    FreeTensor,
    Number,
    Several,
    Shaped,
    Unknown,
    Value,
    Whole,
)
from convlint.layers.core import registry as layers
from convlint.layers.core.facts import Fact
from convlint.layers.core.refusal import Alike, Refusal, Refused, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.layers.recurrent.packing import PackedSequence
from convlint.layers.shared import dtypes
from convlint.symbolic import Condition, Dim, SymbolKind, Verdict, symbol
from convlint.symbolic import Size as SizeValue
from convlint.trace import Arguments, OpenCondition, Violation

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

UNCHANGED = frozenset({int, float, str, bool, type(None), Dim})
"""Values of these types are given to rules as they are."""
UnknownSize = Callable[["Vm", Unknown], SizeValue]
SYMBOLIC_STEPS = 25
"""What an operation of torch on symbolic sizes counts as: it takes as long as so many statements."""


class Call(Struct, eq=False):
    """A call of a torch operation in progress, as the `Context` of its rule."""

    vm: Vm
    name: str
    module: ModuleInstance | None
    facts: list[Fact] = []
    given: Arguments | None = None
    in_constructor: bool = False

    def require(self, condition: Condition, refusal: Refusal) -> None:
        assumptions = self.vm.assumptions
        verdict = assumptions.decide(condition)
        if verdict is Verdict.PROVED:
            return
        if verdict is Verdict.VIOLATED:
            raise Refused(refusal)
        if self.vm.program.versions.may_accept(refusal.since):
            return
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


class UnknownArgument(Exception):
    def __init__(self, cause: Unknown) -> None:
        self.cause = cause


def operation_value(entry: layers.Operation) -> Native:
    """Return the callable value of a torch function."""
    return Native(entry.name, lambda vm, args, kwargs: call_operation(vm, entry, args, kwargs), binds=True, reads=True)


def call_operation(vm: Vm, entry: layers.Operation, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Apply the rule of a torch function or method, and record the event."""
    if vm.program.overrides:
        made = overriding.handled(vm, operation_value(entry), args, kwargs)
        if made is not MISSING:
            return made
    in_place = entry.name.startswith("torch.Tensor.") and entry.name.endswith("_") and not entry.name.endswith("__")
    if in_place and args and isinstance(args[0], Tensor):
        vm.writing(args[0])
    call = Call(vm, entry.name, None, given=what_was_given(vm, args, kwargs))
    if "out" in kwargs:
        out = kwargs["out"]
        return written_out(vm, out, _called(vm, entry, call, args, without_out(kwargs), in_place, out))
    return _called(vm, entry, call, args, kwargs, in_place)


def _called(
    vm: Vm,
    entry: layers.Operation,
    call: Call,
    args: list[Value],
    kwargs: dict[str, Value],
    in_place: bool,
    out: Value = None,
) -> Value:
    """Apply the rule, and let its result be in `out`, if that is a tensor."""
    lacking = vm.program.versions.lacks_argument(entry.name, kwargs) if kwargs else ""
    if lacking:
        return unknown_result(vm, entry.name, args, vm.unknown(lacking))
    bound = bind(vm, entry.rule, (call,), args, kwargs)
    if isinstance(bound, Unknown):
        return unknown_result(vm, entry.name, args, bound)
    open_sizes.told_input(entry, bound.arguments)
    try:
        free = convert_arguments(vm, bound, entry.harmless, 1, operation=entry.name)
    except UnknownArgument as unknown:
        record_on_unknown(vm, call, bound)
        return unknown_result(vm, entry.name, args, unknown.cause)
    if free is not None:
        record_on_unknown(vm, call, bound)
        return with_free_input(vm, entry.rule, bound, free, entry.input_rank)
    inputs = tuple(tensors_in([*args, *kwargs.values()]))
    result = apply_rule(vm, call, entry.rule, bound, inputs)
    if in_place:
        result = in_place_result(vm, args, result)
    if isinstance(out, Tensor) and isinstance(result, Tensor):
        result = written_out(vm, out, result)
    if isinstance(result, Iterator):
        given = list(result)
        record_operation(vm, call, inputs, given, bound)
        return iter(given)
    record_operation(vm, call, inputs, result, bound)
    return result


def bind(vm: Vm, rule: Any, first: tuple[Any, ...], args: list[Value], kwargs: dict[str, Value]) -> Bindings | Unknown:
    """Bind the arguments of a rule, those first that are not the program's."""
    try:
        return binder(rule).bind([*first, *args], kwargs)
    except TypeError as error:
        name = getattr(rule, "__name__", "an operation")
        return vm.unknown(f"`{name}` is called in a way that is not modelled ({error})")


def convert_arguments(
    vm: Vm,
    bound: Bindings,
    harmless: frozenset[str],
    first: int,
    unknown_size: UnknownSize | None = None,
    *,
    operation: str = "",
) -> FreeTensor | None:
    """Make the arguments, but for the first ones, what rules expect; return the free input among them, if it is the
    only tensor. `unknown_size` gives what stands for an unknown value where only a size will do; an `operation` on
    tensors takes symbols for the sizes that are not known among others."""
    free: FreeTensor | None = None
    arguments, parameters = bound.arguments, bound.binder
    for name, value in list(arguments.items())[first:]:
        if type(value) in UNCHANGED:
            continue
        if isinstance(value, FreeTensor) and unknown_size is None:
            free = value if free is None else free
            continue
        wants = parameters.wants[name]
        if operation and wants in SIZES and isinstance(value, tuple | list):
            value = arguments[name] = _with_symbols(vm, operation, value, packed=name == parameters.packed)
        try:
            if name == parameters.unpacked:
                arguments[name] = {key: convert(vm, item, wants) for key, item in value.items()}
            elif name == parameters.packed:
                arguments[name] = tuple(convert(vm, item, wants) for item in value)
            elif unknown_size is not None and wants == "Size" and _is_no_argument(value):
                arguments[name] = unknown_size(vm, value)
            else:
                plain = "" if wants == "Any" and not operation else wants
                arguments[name] = convert(vm, value, "Dtype" if name == "dtype" and unknown_size is None else plain)
        except UnknownArgument:
            if name not in harmless:
                raise
            arguments[name] = parameters.nothing(name, value)
    return free


AS_TENSORS = frozenset({"Any", "Data"})
"""The arguments of operations in which a number that is not known counts as a tensor without axes."""
SIZES = frozenset({"Sizes", "Sizes | None"})


def _with_symbols(vm: Vm, operation: str, sizes: tuple[Value, ...] | list[Value], *, packed: bool) -> Value:
    """Sizes with symbols for unknown ones. What alone is given for all of them may be a tuple as well."""
    if packed and len(sizes) == 1:
        (only,) = sizes
        known = isinstance(only, tuple | list) and vm.taint_of(only) is None
        return (open_sizes.opened(vm, operation, only),) if known else sizes
    return open_sizes.opened(vm, operation, sizes) if vm.taint_of(sizes) is None else sizes


def _is_no_argument(value: Value) -> bool:
    return isinstance(value, Unknown) and not isinstance(value, Argument)


def convert(vm: Vm, value: Value, wants: str = "") -> Value:
    """Return a value as rules take it; raise if it is not known."""
    if isinstance(value, int | float | str | Dim) or value is None:
        return _of_library(value, wants) if isinstance(value, LibraryNumber) else value
    cause = vm.taint_of(value)
    if cause is not None:
        raise UnknownArgument(cause)
    if isinstance(value, Tensor):
        return value
    if isinstance(value, Device | DeviceName):
        return "cpu"
    if wants == "bool" and isinstance(value, Unknown | SymbolicBool):
        return vm.truth(value)
    if isinstance(value, Argument) and wants == "Size":
        return value.dim
    if wants == "Dtype" and isinstance(value, Unknown):
        return dtypes.UNSAID
    if wants == "Dtype" and isinstance(value, Native):
        return value.name  # one of torch's old tensor types
    if isinstance(value, Shaped):
        return Tensor(value.shape, "")
    if isinstance(value, Number) and wants in AS_TENSORS:
        return Tensor((), "int64" if isinstance(value, Whole) else "float32")
    if isinstance(value, Unknown):
        raise UnknownArgument(value)
    if isinstance(value, PackedSequence):
        return value
    if isinstance(value, tuple | list):
        vm.step(len(value))
        items = [convert(vm, item, wants if wants in AS_TENSORS else "") for item in value]
        return type(value)(items) if type(value) in (tuple, list, Size) else items
    if isinstance(value, slice):
        start, stop = (open_sizes.bound(part) if open_sizes.is_open(part) else convert(vm, part, "")
                       for part in (value.start, value.stop))  # fmt: skip
        return slice(start, stop, convert(vm, value.step, ""))
    if isinstance(value, GeneratorValue):
        items_or_unknown = vm.list_of(value)
        if isinstance(items_or_unknown, Unknown):
            raise UnknownArgument(items_or_unknown)
        return [convert(vm, item, "") for item in items_or_unknown]
    if isinstance(value, ModuleInstance):
        raise UnknownArgument(vm.unknown("a module given to a torch function"))
    if isinstance(value, Instance):
        if value.payload is not None and isinstance(value.payload, int | str | float | tuple | list):
            return convert(vm, value.payload, wants)
        as_data = getattr(value, "as_data", None)
        if wants == "Data" and as_data is not None:
            return _known(as_data(vm))
        if wants == "Listed" and as_data is not None:
            listed = vm.call(vm.getattr(value, "tolist"))
            if isinstance(listed, Unknown):
                return _of_no_dtype(as_data(vm))
            return convert(vm, listed if isinstance(listed, list) else vm.unknown("a number in an array"))
        raise UnknownArgument(vm.unknown(f"a `{value.cls.name}` object given to a torch function"))
    if isinstance(value, Ratio | SymbolicBool):
        raise UnknownArgument(vm.unknown("a symbolic fraction or truth given to a torch function"))
    return value


def _of_library(value: LibraryNumber, wants: str) -> Value:
    """A number of a library: with its dtype where the values of a tensor are called for, else Python's own."""
    try:
        return value.as_data() if wants == "Data" else value.plain()
    except NotKnown as unknown:
        raise UnknownArgument(Unknown(str(unknown))) from None


def _of_no_dtype(value: Value) -> Value:
    """An array whose elements are not known, where its values are converted to the dtype of what is made."""
    return Tensor(value.shape, "") if isinstance(value, Tensor) else _known(value)


def _known(value: Value) -> Value:
    if isinstance(value, Unknown):
        raise UnknownArgument(value)
    return value


def apply_rule(vm: Vm, call: Call, rule: Any, bound: Bindings, inputs: tuple[Tensor, ...]) -> Value:
    """Run a rule; what torch would raise is raised in the program, what is not modelled is unknown."""
    vm.step(SYMBOLIC_STEPS if any(_is_symbolic(tensor) for tensor in inputs) else 1)
    try:
        result = bound.call(rule)
        return _of_any_dtype(result, inputs) if vm.autocast and vm.autocast[-1] is not False else result
    except Refused as refused:
        accepted = vm.program.versions.may_accept(refused.refusal.since)
        if accepted:
            return vm.unknown(f"{refused.refusal.text}, and {accepted}")
        raise_refusal(vm, call, refused.refusal, inputs)
    except Unmodelled as unmodelled:
        found = vm.unknown(unmodelled.reason)
        if isinstance(unmodelled, Alike):
            return Several(found.reason, found.place, unmodelled.item)
        return number_of(unmodelled.number, found) if unmodelled.number else found
    except SIGNALS:
        raise
    except Exception as error:
        other = bound.no_tensor
        if other is not None:  # what torch makes of that is left open
            return vm.unknown(f"`{call.name}` takes a tensor as `{other}` and gets something else")
        return failed(vm, call.name, error, ())


def number_of(dtype: str, cause: Unknown) -> Unknown:
    """Return what is not known of an element of that dtype: it is a number."""
    kind = Whole if dtypes.is_integral(dtype) and dtype != "bool" else Number
    return Unknown(cause.reason, cause.place) if dtype == "bool" else kind(cause.reason, cause.place)


def _is_symbolic(tensor: Tensor) -> bool:
    return any(type(size) is not int for size in tensor.shape)


def _of_any_dtype(result: Value, inputs: tuple[Tensor, ...]) -> Value:
    """Forget the dtypes of what an operation made under autocast, which chooses them by device and operation."""
    for tensor in tensors_in(result):
        if dtypes.is_float(tensor.dtype) and not any(tensor is given for given in inputs):
            tensor.dtype = ""
    return result


def raise_refusal(vm: Vm, call: Call, refusal: Refusal, inputs: tuple[Tensor, ...]) -> None:
    place = vm.place()
    violation = None
    if place is not None:
        info = module_info(vm, call.module) if call.module is not None else None
        certain = not any(owner.cls.may_change_calls for owner in vm.owners)
        violation = Violation(
            refusal, place, vm.stack(), info, call.name, inputs, certain, call.given, call.in_constructor
        )
    error = refusal.error(refusal.text)
    vm.taint(error, Unknown("what torch says in an exception", place))
    raise PyRaise(error, violation)


def with_free_input(vm: Vm, rule: Any, bound: Bindings, free: FreeTensor, rank: layers.InputRank) -> Value:
    """An operation on an input of unknown rank shows the rank, or keeps the shape, or loses it.

    What is told of the input says nothing of another argument, which need not even be a tensor.
    """
    given = (value for value in bound.arguments.values() if isinstance(value, Tensor | FreeTensor))
    if next(given, None) is not free:
        return vm.derived(free, "op", rule)
    rank = _told_rank(rank, bound) if callable(rank) else rank
    if rank is not None:
        raise NeedRank(free.name, rank)
    if sum(1 for _ in tensors_in(list(bound.arguments.values()))):
        return vm.derived(free, "op", rule)
    kept = all(_keeps_shape(vm, rule, bound, free, probe_rank) for probe_rank in (4, 2))
    if kept:
        return free
    if not free.settled and all(_keeps_rank(vm, rule, bound, free, probe_rank) for probe_rank in (4, 2)):
        raise NeedRank(free.name, 2, certain=False)
    return vm.derived(free, "op", rule)


def _told_rank(tell: Callable[[Mapping[str, Any]], int | None], bound: Bindings) -> int | None:
    """The rank that the other arguments tell; None where they are refused or not known."""
    try:
        return tell(bound.arguments)
    except (Refused, Unmodelled):
        return None


def _keeps_rank(vm: Vm, rule: Any, bound: Bindings, free: FreeTensor, rank: int) -> bool:
    result = _probe(vm, rule, bound, free, rank)[1]
    return isinstance(result, Tensor) and len(result.shape) == rank


def _keeps_shape(vm: Vm, rule: Any, bound: Bindings, free: FreeTensor, rank: int) -> bool:
    """Whether an operation returns a tensor of the very shape that it is given, of whatever size."""
    probe, result = _probe(vm, rule, bound, free, rank)
    return isinstance(result, Tensor) and result.shape == probe.shape


def _probe(vm: Vm, rule: Any, bound: Bindings, free: FreeTensor, rank: int) -> tuple[Tensor, Value]:
    """Try a rule on a tensor of symbols; what it demands of them is forgotten again."""
    probe = Tensor(tuple(symbol(f"{free.name}{axis}") for axis in range(rank)), dtype="")
    trial = bound.copy()
    for name, value in trial.arguments.items():
        if value is free:
            trial.arguments[name] = probe
    assumptions, count = vm.assumptions, len(vm.conditions)
    vm.assumptions = assumptions.copy()
    try:
        return probe, trial.call(rule)
    except Alike as alike:
        return probe, alike.item
    except (Refused, Unmodelled, *SIGNALS):
        return probe, None
    except Exception as error:
        return probe, failed(vm, getattr(rule, "__name__", "rule"), error, ())
    finally:
        vm.assumptions = assumptions
        del vm.conditions[count:]
