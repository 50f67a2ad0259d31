"""The judge of the layer rules: runs an entry of the registry and the same call in torch, and compares.

Arguments are torch's own: small CPU tensors where torch takes tensors. A rule sees each of them as a
`Tensor` (wrap one in `Known` to let the rule see its values too), and a dtype or device as its name.

    check_operation("torch.nn.functional.max_pool2d", (torch.zeros(1, 3, 8, 8), 2))
    check_layer("torch.nn.Conv2d", (3, 8, 3), {"padding": 1}, (torch.zeros(1, 3, 8, 8),))

Both return an `Outcome` and raise `AssertionError` when convlint and torch do not agree.
"""

from __future__ import annotations

import importlib
import os
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from msgspec import Struct
from msgspec.structs import replace

from convlint.layers.core import registry
from convlint.layers.core.facts import Fact
from convlint.layers.core.refusal import Refusal, Refused, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import (
    Assumptions,
    Condition,
    Dim,
    Size,
    Symbol,
    SymbolKind,
    Verdict,
    evaluate,
    holds,
    symbol,
    symbols_of,
)

DESCRIBED = "2.13"
"""The torch whose refusals the rules describe; another one may refuse more, and with another class of exception."""

PLAIN = (int, float, str, bool, type(None), tuple, list)


@dataclass(frozen=True)
class Known:
    """A tensor argument whose values the rule may see."""

    tensor: torch.Tensor


@dataclass
class RecordingContext:
    """A `Context` that keeps what rules say. With concrete sizes no condition is ever open."""

    assumptions: Assumptions = field(default_factory=Assumptions)
    facts: list[Fact] = field(default_factory=list)
    conditions: list[tuple[Condition, Refusal]] = field(default_factory=list)

    def require(self, condition: Condition, refusal: Refusal) -> None:
        verdict = self.assumptions.decide(condition)
        if verdict is Verdict.VIOLATED:
            raise Refused(refusal)
        if verdict is Verdict.OPEN:
            self.conditions.append((condition, refusal))
            self.assumptions.assume(condition)

    def decide(self, condition: Condition) -> Verdict:
        return self.assumptions.decide(condition)

    def simplify(self, size: Size) -> Size:
        return self.assumptions.simplify(size)

    def unknown_size(self, reason: str) -> Size:
        return symbol("unknown", SymbolKind.UNKNOWN, reason)

    def note(self, fact: Fact) -> None:
        self.facts.append(fact)


class ModuleState:
    """A `State` outside of any interpreter. `parameters`, `buffers`, `children` and `plain` are by name."""

    def __init__(self, ctx: RecordingContext, entry: registry.LayerClass) -> None:
        for name, value in {
            "ctx": ctx,
            "entry": entry,
            "plain": {"training": True},
            "parameters": {},
            "buffers": {},
            "children": {},
        }.items():
            object.__setattr__(self, name, value)

    def parameter(self, name: str, value: Tensor | None) -> None:
        if value is not None:
            value.is_parameter = True
            value.requires_grad = True
        self.parameters[name] = value

    def buffer(self, name: str, value: Tensor | None) -> None:
        self.buffers[name] = value

    def child(self, name: str, qualified_name: str, *args: Any, **kwargs: Any) -> None:
        self.children[name] = build(self.ctx, qualified_name, args, kwargs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.entry.forward(self.ctx, self, *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        for store in ("parameters", "buffers", "children", "plain"):
            values = object.__getattribute__(self, store)
            if name in values:
                return values[name]
        raise Unmodelled(f"the attribute `{name}` is not known")

    def __setattr__(self, name: str, value: Any) -> None:
        for store in (self.parameters, self.buffers, self.children):
            if name in store:
                store[name] = value
                return
        self.plain[name] = value


@dataclass(frozen=True)
class Outcome:
    """What both sides agree on. `result` is convlint's; `status` is "returned", "refused" or "unmodelled".

    `reason` says why a call is not modelled.
    """

    status: str
    result: Any = None
    refusal: Refusal | None = None
    facts: tuple[Fact, ...] = ()
    state: ModuleState | None = None
    reason: str = ""


def check_operation(
    name: str, args: Iterable[Any] = (), kwargs: Mapping[str, Any] | None = None, *, partial: bool = False
) -> Outcome:
    """Compare a registered operation with torch: raising (and the exception's class), shapes, dtypes, values.

    With `partial`, `Unmodelled` and unknown sizes are accepted.
    """
    args, kwargs = tuple(args), dict(kwargs or {})
    entry = find_operation(name)
    ctx = RecordingContext()
    ours = _attempt(lambda: _call(entry.rule, entry.signature, (ctx,), to_ours(args), to_ours(kwargs)))
    theirs = _attempt(lambda: resolve(name)(*to_torch(args), **to_torch(kwargs)))
    return _judge(f"{name}{shown(args)}{shown(kwargs)}", ours, theirs, ctx, None, partial)


def check_layer(
    name: str,
    init_args: Iterable[Any] = (),
    init_kwargs: Mapping[str, Any] | None = None,
    inputs: Iterable[Any] | None = None,
    forward_kwargs: Mapping[str, Any] | None = None,
    *,
    training: bool = False,
    change: Mapping[str, Any] | None = None,
    ignore: Iterable[str] = (),
    partial: bool = False,
) -> Outcome:
    """Compare a registered layer class with torch: construction, attributes, parameters, buffers, and a call.

    Without `inputs` the layer is only built. `change` are attributes set after construction; `ignore` names
    attributes of torch's module that the entry need not set.
    """
    init_args, init_kwargs = tuple(init_args), dict(init_kwargs or {})
    where = f"{name}{init_args}{init_kwargs}"
    ctx = RecordingContext()
    state = _attempt(lambda: build(ctx, name, to_ours(init_args), to_ours(init_kwargs)))
    module = _attempt(lambda: resolve(name)(*to_torch(init_args), **to_torch(init_kwargs)))
    if isinstance(state, Exception) or isinstance(module, Exception):
        return _judge(where, state, module, ctx, None, partial)
    module.train(training)
    _set_training(state, training)
    for attribute, value in (change or {}).items():
        setattr(module, attribute, value)
        setattr(state, attribute, to_ours(value))
    _compare_modules(where, state, module, frozenset(ignore))
    if inputs is None:
        return Outcome("returned", None, None, tuple(ctx.facts), state)
    inputs, forward_kwargs = tuple(inputs), dict(forward_kwargs or {})
    where += f"({shown(inputs)}, {shown(forward_kwargs)})"
    entry = state.entry
    ours = _attempt(
        lambda: _call(entry.forward, entry.forward_signature, (ctx, state), to_ours(inputs), to_ours(forward_kwargs))
    )
    theirs = _attempt(lambda: module(*to_torch(inputs), **to_torch(forward_kwargs)))
    outcome = _judge(where, ours, theirs, ctx, state, partial)
    if outcome.status == "returned":
        _compare_modules(where, state, module, frozenset(ignore))
    return outcome


def check_symbolic(
    call: Callable[[RecordingContext, Callable[[Any], Any]], Any], mappings: Iterable[Mapping[Symbol, int]]
) -> None:
    """Compare a symbolic run of rules with concrete runs of the same.

    `call(ctx, put)` runs rules on sizes and tensors that it has passed through `put`. For every mapping: if all
    conditions of the symbolic run hold there, the concrete run must return its result evaluated there, with
    its facts; otherwise the concrete run must be refused. Where the concrete run is unmodelled nothing is compared.
    """
    general = RecordingContext()
    result = _attempt(lambda: call(general, lambda value: value))
    if isinstance(result, Exception) and not isinstance(result, Refused):
        raise result
    for mapping in mappings:
        ctx = RecordingContext()
        special = _attempt(lambda ctx=ctx, mapping=mapping: call(ctx, lambda value: at(value, mapping)))
        if isinstance(special, Unmodelled):
            continue
        accepted = not isinstance(result, Refused) and all(holds(c, mapping) for c, _ in general.conditions)
        if accepted and isinstance(special, Exception):
            raise AssertionError(f"at {mapping}: accepted in general, yet {special!r}") from special
        if not accepted:
            assert isinstance(special, Refused), f"at {mapping}: refused in general ({result!r}), yet {special}"
            continue
        assert comparable(at(result, mapping)) == comparable(special), f"at {mapping}"
        assert at(general.facts, mapping) == ctx.facts, f"facts at {mapping}"


def run_operation(ctx: RecordingContext, name: str, *args: Any, **kwargs: Any) -> Any:
    """Run an operation's rule on convlint's own values."""
    return find_operation(name).rule(ctx, *args, **kwargs)


def build(ctx: RecordingContext, name: str, args: Iterable[Any], kwargs: Mapping[str, Any]) -> ModuleState:
    """Construct a layer on convlint's own values."""
    entry = registry.find(name)
    assert isinstance(entry, registry.LayerClass), f"{name} is not a registered layer"
    state = ModuleState(ctx, entry)
    _call(entry.init, entry.init_signature, (ctx, state), tuple(args), dict(kwargs))
    return state


def find_operation(name: str) -> registry.Operation:
    entry = registry.find(name)
    assert isinstance(entry, registry.Operation), f"{name} is not a registered operation"
    return entry


def resolve(name: str) -> Any:
    """Return torch's object of that qualified name."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            value: Any = importlib.import_module(".".join(parts[:end]))
        except ImportError:
            continue
        for part in parts[end:]:
            value = getattr(value, part)
        return value
    raise LookupError(name)


def to_ours(value: Any) -> Any:
    """Return what a rule sees of a torch argument, containers included."""
    if isinstance(value, Known):
        tensor = describe(value.tensor)
        tensor.data = tuple(value.tensor.flatten().tolist())
        return tensor
    if isinstance(value, torch.Tensor):
        return describe(value)
    if isinstance(value, (torch.dtype, torch.device)):
        return str(value).removeprefix("torch.")
    return _mapped(to_ours, value)


def to_torch(value: Any) -> Any:
    """Return the argument that torch gets; tensors are copied, so that a call in place changes no test's input."""
    if isinstance(value, Known):
        return value.tensor.clone()
    if isinstance(value, torch.Tensor) and not isinstance(value, torch.nn.Parameter):
        return value.clone()
    return _mapped(to_torch, value)


def describe(tensor: torch.Tensor) -> Tensor:
    return Tensor(
        tuple(tensor.shape),
        str(tensor.dtype).removeprefix("torch."),
        None,
        isinstance(tensor, torch.nn.Parameter),
        tensor.requires_grad,
    )


def at(value: Any, mapping: Mapping[Symbol, int]) -> Any:
    """Evaluate every size in a value: numbers, tensors, facts and containers of them."""
    if isinstance(value, Dim):
        return evaluate(value, mapping)
    if isinstance(value, Tensor):
        return replace(value, shape=tuple(at(size, mapping) for size in value.shape))
    if isinstance(value, Struct):
        return replace(value, **{name: at(getattr(value, name), mapping) for name in value.__struct_fields__})
    return _mapped(lambda item: at(item, mapping), value)


def comparable(value: Any) -> Any:
    """Return a value that compares by content, tensors included."""
    if isinstance(value, Tensor):
        return ("Tensor", value.shape, value.dtype, value.data)
    return _mapped(comparable, value)


def shown(value: Any) -> Any:
    """Return a short printable form of arguments."""
    if isinstance(value, torch.Tensor):
        return f"<{tuple(value.shape)} {value.dtype}>"
    return _mapped(shown, value)


def _mapped(change: Callable[[Any], Any], value: Any) -> Any:
    if isinstance(value, tuple) and not isinstance(value, torch.Size):
        return tuple(change(item) for item in value)
    if isinstance(value, list):
        return [change(item) for item in value]
    if isinstance(value, dict):
        return {key: change(item) for key, item in value.items()}
    return value


def _attempt(run: Callable[[], Any]) -> Any:
    """Return what `run` returns or raises; a failed assertion of a test or rule is never an answer."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return run()
    except AssertionError as error:
        if error.__traceback__ is not None and "convlint" in str(_last_file(error)):
            raise
        return error
    except Exception as error:
        return error


def _last_file(error: BaseException) -> str:
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback.tb_frame.f_globals.get("__name__", "") if traceback is not None else ""


def _call(rule: Callable[..., Any], signature: Any, leading: tuple[Any, ...], args: Any, kwargs: Any) -> Any:
    try:
        signature.bind(*leading, *args, **kwargs)
    except TypeError as error:
        raise _UnboundError(str(error)) from error
    return rule(*leading, *args, **kwargs)


class _UnboundError(TypeError):
    """The arguments do not fit the entry's signature: a refusal that needs no rule."""


def _judge(
    where: str, ours: Any, theirs: Any, ctx: RecordingContext, state: ModuleState | None, partial: bool
) -> Outcome:
    raised = isinstance(theirs, Exception)
    facts = tuple(ctx.facts)
    if isinstance(ours, Unmodelled):
        assert partial, f"{where}: unmodelled ({ours.reason}); torch: {_short(theirs)}"
        return Outcome("unmodelled", None, None, facts, state, ours.reason)
    if isinstance(ours, Refused):
        assert raised, f"{where}: refused ({ours.refusal.text}), but torch returns {_short(theirs)}"
        _note_difference(where, theirs, raised and not _is_a(theirs, ours.refusal.error))
        assert not is_described() or _is_a(theirs, ours.refusal.error), (
            f"{where}: refused with {ours.refusal.error.__name__} ({ours.refusal.text}), torch raises {theirs!r}"
        )
        return Outcome("refused", None, ours.refusal, facts, state)
    if isinstance(ours, _UnboundError):
        assert raised, f"{where}: the signature does not take this ({ours}), but torch returns {_short(theirs)}"
        return Outcome("refused", None, None, facts, state)
    if isinstance(ours, Exception):
        raise AssertionError(f"{where}: the rule fails with {ours!r}; torch: {_short(theirs)}") from ours
    _note_difference(where, theirs, raised)
    assert not (raised and is_described()), f"{where}: returned {_short(ours)}, but torch raises {theirs!r}"
    if not isinstance(ours, ModuleState) and not raised:
        compare(where, ours, theirs, partial)
    return Outcome("returned", ours, None, facts, state)


def _note_difference(where: str, theirs: Any, differs: bool) -> None:
    """Write down what another release refuses, or with another class, in the file `CONVLINT_TORCH_DIFFERENCES`."""
    file = os.environ.get("CONVLINT_TORCH_DIFFERENCES")
    if file and differs and not is_described():
        with Path(file).open("a", encoding="utf-8") as out:
            out.write(f"{torch.__version__} {where}: {type(theirs).__name__}: {str(theirs)[:120]!r}\n")


def is_described() -> bool:
    """Whether the torch that is asked is the one that the rules describe: what they refuse, every version refuses."""
    return torch.__version__.startswith(f"{DESCRIBED}.")


def _is_a(error: object, kind: type[Exception]) -> bool:
    """Whether it is of that class; an exception of another library than torch has a double of the same name here."""
    return isinstance(error, kind) or kind.__name__ in [cls.__name__ for cls in type(error).__mro__]


def compare(where: str, ours: Any, theirs: Any, partial: bool = False) -> None:
    """Raise unless convlint's value describes torch's."""
    if isinstance(theirs, torch.Tensor):
        assert isinstance(ours, Tensor), f"{where}: {ours!r} for a tensor"
        _compare_tensors(where, ours, theirs, partial)
    elif isinstance(theirs, (tuple, list)):
        assert isinstance(ours, (tuple, list)), f"{where}: {ours!r} for {_short(theirs)}"
        assert len(ours) == len(theirs), f"{where}: {len(ours)} values, torch has {len(theirs)}"
        for index, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            compare(f"{where}[{index}]", mine, other, partial)
    elif isinstance(theirs, torch.dtype):
        assert str(theirs) == f"torch.{ours}", where
    elif isinstance(ours, Dim):
        assert _is_unknown(ours), f"{where}: {ours} for {theirs!r}"
        assert partial, f"{where}: unknown, torch has {theirs!r}"
    else:
        assert ours == theirs, f"{where}: {ours!r}, torch has {theirs!r}"


def _compare_tensors(where: str, ours: Tensor, theirs: torch.Tensor, partial: bool) -> None:
    theirs_shape = tuple(theirs.shape)
    fits = len(ours.shape) == len(theirs_shape) and all(
        mine == other or (partial and _is_unknown(mine)) for mine, other in zip(ours.shape, theirs_shape, strict=True)
    )
    assert fits, f"{where}: shape {ours.shape}, torch has {theirs_shape}"
    assert not ours.dtype or f"torch.{ours.dtype}" == str(theirs.dtype), f"{where}: {ours.dtype}, not {theirs.dtype}"
    if ours.data is not None:
        values = torch.tensor(ours.data, dtype=theirs.dtype)
        assert torch.allclose(values, theirs.flatten(), equal_nan=True), f"{where}: {ours.data}, not {theirs}"


def _is_unknown(size: Size) -> bool:
    return any(s.kind is SymbolKind.UNKNOWN for s in symbols_of(size))


def _compare_modules(where: str, state: ModuleState, module: torch.nn.Module, ignore: frozenset[str]) -> None:
    _compare_stores(f"{where} parameters", state.parameters, module._parameters)
    _compare_stores(f"{where} buffers", state.buffers, module._buffers)
    for name, value in vars(module).items():
        if name.startswith("__") or name in ignore or type(value) not in PLAIN or name in _MODULE_INTERNALS:
            continue
        assert name in state.plain, f"{where}: torch sets the attribute {name}={value!r}"
        mine = state.plain[name]
        assert mine == value, f"{where}: {name}={mine!r}, torch has {value!r}"
        assert isinstance(mine, type(value)), f"{where}: {name} is {type(mine)}, torch has {type(value)}"
    assert list(state.children) == [name for name, _ in module.named_children()], f"{where}: children"
    for name, child in module.named_children():
        _compare_modules(f"{where}.{name}", state.children[name], child, ignore)


_MODULE_INTERNALS = frozenset({"_is_full_backward_hook", "_compiled_call_impl", "call_super_init", "dump_patches"})


def _compare_stores(where: str, ours: Mapping[str, Tensor | None], theirs: Mapping[str, Any]) -> None:
    """Compare by name and order. What torch has not initialised yet has no shape, and need not be there."""
    lazy = {name for name, value in theirs.items() if torch.nn.parameter.is_lazy(value)}
    known = [name for name in theirs if name not in lazy]
    assert [name for name in ours if name not in lazy] == known, f"{where}: {list(ours)}, torch has {known}"
    for name in known:
        mine, other = ours[name], theirs[name]
        assert (mine is None) == (other is None), f"{where}.{name}: {mine}, torch has {_short(other)}"
        if mine is not None:
            _compare_tensors(f"{where}.{name}", mine, other, False)


def _set_training(state: ModuleState, training: bool) -> None:
    state.training = training
    for child in state.children.values():
        _set_training(child, training)


def _short(value: Any) -> str:
    return f"{value!r}" if isinstance(value, Exception) else str(shown(value))[:300]
