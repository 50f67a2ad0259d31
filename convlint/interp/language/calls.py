"""Calls: binding arguments, running functions, building instances, calling modules."""

from __future__ import annotations

import collections
import functools
import types
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from convlint.interp.language import absent, alternatives, believing, forgetting, iteration, leaving, results
from convlint.interp.natives import registry
from convlint.interp.natives.failures import SIGNALS, failed
from convlint.interp.natives.registry import Implementation
from convlint.interp.records.making import construct
from convlint.interp.records.records import tensors_in
from convlint.interp.torch import modules as torch_modules
from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance
from convlint.interp.values.functions import (
    BoundMethod,
    ClassMethod,
    Function,
    GeneratorValue,
    Native,
    Partial,
    Property,
    StaticMethod,
)
from convlint.interp.values.modules import LazyImport
from convlint.interp.values.scope import Frame, Scope
from convlint.interp.values.signals import Bound, PyRaise, Undecided, Unlisted
from convlint.interp.values.unknown import MISSING, Harmless, Unknown, Value
from convlint.layers.core.tensor import Tensor

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_DEPTH = 150
MUTABLE = (list, dict, set, bytearray, collections.deque, Instance)
"""What a native may write to when it is given it."""
READING = frozenset(
    """__contains__ __getitem__ __iter__ __len__ __next__ all any buffers callable children copy count dict enumerate
    filter float forward format get getattr hasattr id index int isinstance issubclass items iter keys len list map max
    min modules named_buffers named_children named_modules named_parameters next parameters print range repr reversed
    set sorted str sum super tuple type values zip""".split()  # noqa: SIM905
)
"""Natives with these names, functions or methods, change nothing that they are given."""
KEEPING = (ValueError, TypeError, RuntimeError, LookupError, AssertionError, ArithmeticError)
"""Exceptions that keep what they are made of, whatever that is."""
Args = list[Value]
Kwargs = dict[str, Value]


def call(vm: Vm, func: Value, args: Args, kwargs: Kwargs) -> Value:
    """Call any value of the program."""
    vm.steps += 1
    if vm.steps > vm.limit:
        vm.pause()
    way = WAYS.get(type(func))
    return way(vm, func, args, kwargs) if way is not None else _call_other(vm, func, args, kwargs)


def _call_other(vm: Vm, func: Value, args: Args, kwargs: Kwargs) -> Value:
    if isinstance(func, Unknown):
        return _call_unknown(vm, func, args, kwargs)
    if isinstance(func, Instance):
        return _call_instance(vm, func, args, kwargs)
    if isinstance(func, type):
        return _call_type(vm, func, args, kwargs)
    special = getattr(func, "call_value", None)
    if special is not None:
        return special(vm, args, kwargs)
    if isinstance(func, int | float | str | list | dict | tuple | None.__class__):
        return absent.lacks(vm, func, f"'{type(func).__name__}' object is not callable")
    return vm.unknown(f"call of {type(func).__name__}")


def _call_bound(vm: Vm, func: BoundMethod, args: Args, kwargs: Kwargs) -> Value:
    return call(vm, func.func, [func.receiver, *args], kwargs)


def _call_wrapped(vm: Vm, func: StaticMethod | ClassMethod, args: Args, kwargs: Kwargs) -> Value:
    return call(vm, func.func, args, kwargs)


def _call_partial(vm: Vm, func: Partial, args: Args, kwargs: Kwargs) -> Value:
    return call(vm, func.func, [*func.args, *args], {**func.kwargs, **kwargs})


def _call_imported(vm: Vm, func: LazyImport, args: Args, kwargs: Kwargs) -> Value:
    return call(vm, vm.program.resolve(vm, func), args, kwargs)


def _call_native(vm: Vm, func: Native, args: Args, kwargs: Kwargs) -> Value:
    if not func.reads and not _only_reads(func.name):
        for value in args:
            if isinstance(value, MUTABLE):
                vm.writing(value)
    if vm.moments and not vm.importing:
        _tell_moments(vm, (*args, *kwargs.values()))
    try:
        result = func.call(vm, args, kwargs)
        for value in args:
            if type(value) is GeneratorValue:
                leaving.drawn_by_native(vm, value)
        return result
    except Unlisted as raised:
        return iteration.unlisted(vm, raised, *args, *kwargs.values(), *func.holds)
    except SIGNALS:
        raise
    except Exception as error:
        return failed(vm, func.name, error, (*args, *kwargs.values()))


def _tell_moments(vm: Vm, given: Iterable[Value]) -> None:
    """Let those who look back know that a native may work in place on tensors, or draw from an iterator."""
    for value in given:
        if isinstance(value, Tensor):
            for moment in vm.moments:
                moment.note(value)
        elif isinstance(value, GeneratorValue):
            vm.drawing(value)


@functools.cache
def _only_reads(name: str) -> bool:
    return name.rpartition(".")[2] in READING


def _call_unknown(vm: Vm, func: Unknown, args: Args, kwargs: Kwargs) -> Value:
    """Code that is not understood may change every mutable thing that it is given, and raise anything."""
    if isinstance(func, Harmless):
        for value in [*args, *kwargs.values()]:
            if isinstance(value, Function | BoundMethod):
                vm.may_call(value, func.reason)
        forgetting.shown(vm, (*args, *kwargs.values()), func)
        return Harmless(func.reason, func.place)
    vm.met += 1
    forgetting.hand_over(vm, (func, *args, *kwargs.values()), Unknown(func.reason, vm.place()))
    if vm.owners:
        vm.doubt(func)
    if next(tensors_in([*args, *kwargs.values()]), None) is not None:
        return vm.unknown(f"a tensor is given to something unknown: {func.reason}")
    return forgetting.made_of(func, func, *args, *kwargs.values())


def _call_type(vm: Vm, kind: type, args: Args, kwargs: Kwargs) -> Value:
    constructor = registry.find_constructor(kind)
    if constructor is None and issubclass(kind, BaseException):
        constructor = _exception(kind)
    if constructor is not None:
        try:
            return constructor(vm, args, kwargs)
        except SIGNALS:
            raise
        except Exception as error:
            return failed(vm, kind.__name__, error, (*args, *kwargs.values()))
    for value in [*args, *kwargs.values()]:
        vm.havoc(value, f"given to `{kind.__name__}`")
    return vm.unknown(f"`{kind.__name__}` is not modelled")


def _exception(kind: type[BaseException]) -> Implementation:
    """Make an exception of Python's own; what it says is not known if it is made of what is not."""

    def make(vm: Vm, args: Args, kwargs: Kwargs) -> Value:
        known = all(map(vm.is_concrete, args))
        keeps = issubclass(kind, KEEPING)
        try:
            error = kind(*[value if keeps or vm.is_concrete(value) else "" for value in args])
        except (TypeError, ValueError) as refused:
            if known and not kwargs:
                raise PyRaise(refused.with_traceback(None)) from None
            return vm.unknown(f"a `{kind.__name__}` made of what is not known")
        if kwargs or not (known or keeps):
            vm.taint(error, Unknown("what an exception says", vm.place()))
        return error

    return make


def _call_instance(vm: Vm, obj: Instance, args: Args, kwargs: Kwargs) -> Value:
    if isinstance(obj, ModuleInstance) and not isinstance(obj.cls.find("__call__"), Function):
        return torch_modules.call_module(vm, obj, args, kwargs)
    method = vm.special(obj, "__call__", MISSING)
    if method is MISSING:
        return absent.lacks(vm, obj, f"'{obj.cls.name}' object is not callable")
    return call(vm, method, args, kwargs)


# --- functions ------------------------------------------------------------------------------------------


def call_function(vm: Vm, func: Function, args: Args, kwargs: Kwargs) -> Value:
    """Run a function of the program on arguments."""
    frames = vm.frames
    if len(frames) >= MAX_DEPTH:
        raise Bound("the calls are too deeply nested")
    scope, code = func.scope, func.code
    if (vm.journals or vm.guessing) and alternatives.recurs(vm, code):
        return alternatives.not_followed(vm, func, [*args, *kwargs.values()], Undecided("it may call itself"))
    if scope.parent is None:
        vm.entered.add((func.module.filename, func.name))
    if not kwargs and len(args) == code.simple:
        names = dict(zip(code.positional, args, strict=True))
    else:
        names = bind(vm, func, args, kwargs)
    receiver = args[0] if args and not code.is_lambda else None
    frame = Frame(func.module, Scope(names, scope, code.names), func, receiver, func.owner, code.span)
    if code.is_async:
        return vm.unknown("an asynchronous function")
    body = code.body or code.prepare()
    error: PyRaise | None = None
    undecided: Undecided | None = None
    vm.steps += code.size
    if vm.steps > vm.limit:
        vm.pause()
    if code.is_generator:
        return generator(vm, frame, body(vm, frame), func.name)
    frames.append(frame)
    try:
        value = body(vm, frame)
        return value if not vm.opened or id(frame) not in vm.opened else alternatives.returned(vm, frame, value)
    except PyRaise as raised:
        error = raised
    except Undecided as raised:
        undecided = raised
    finally:
        frames.pop()
        if vm.opened:
            vm.opened.pop(id(frame), None)
        if vm.waiting:
            leaving.ended(vm, frame)
    if error is None:
        assert undecided is not None
        return alternatives.not_followed(vm, func, [*args, *kwargs.values()], undecided)
    result = believing.instead_of(vm, func, error, [*args, *kwargs.values()]) if frames else None
    if result is None:
        raise error
    return result


def generator(vm: Vm, frame: Frame, body: Iterator[Value], name: str, *drawn_from: Value) -> GeneratorValue:
    """Return the generator that runs a body in a frame, step by step."""
    return GeneratorValue(_resumed(vm, frame, body), name, holds=(frame, *drawn_from))


def _resumed(vm: Vm, frame: Frame, body: Any) -> Generator[Value, Value, Value]:
    """Run a body from one `yield` to the next: the frame is there only while it runs."""
    sent: Value = None
    thrown: PyRaise | None = None
    while True:
        vm.frames.append(frame)
        try:
            item = body.send(sent) if thrown is None else body.throw(thrown)
        except StopIteration:
            return frame.returned
        except PyRaise as raised:
            if isinstance(raised.value, StopIteration):
                raise PyRaise(RuntimeError("generator raised StopIteration")) from None
            raise
        except Unlisted as raised:
            raised.depth = len(vm.frames) - 1
            raise
        finally:
            vm.frames.remove(frame) if vm.frames[-1] is not frame else vm.frames.pop()
        sent = thrown = None
        try:
            sent = yield item
        except PyRaise as raised:  # thrown in, as by the context manager that is made of this generator
            thrown = raised


def bind(vm: Vm, func: Function, args: Args, kwargs: Kwargs) -> dict[str, Value]:
    """Bind arguments to parameters; a call that Python would refuse raises TypeError in the program."""
    code = func.code
    positional = code.positional
    names: dict[str, Value] = dict(zip(positional, args, strict=False))
    if code.vararg is not None:
        names[code.vararg] = tuple(args[len(positional) :])
    elif len(args) > len(positional):
        absent.misfit(vm, f"{func.name}() takes {len(positional)} positional arguments but {len(args)} were given")
    rest: dict[str, Value] = {}
    for key, value in kwargs.items():
        if key in code.by_name:
            if key in names:
                absent.misfit(vm, f"{func.name}() got multiple values for argument '{key}'")
            names[key] = value
        elif code.kwarg is not None:
            rest[key] = value
        else:
            absent.misfit(vm, f"{func.name}() got an unexpected keyword argument '{key}'")
    if code.kwarg is not None:
        names[code.kwarg] = rest
    for name in code.required:
        if name not in names:
            if name not in func.defaults:
                absent.misfit(vm, f"{func.name}() missing required argument: '{name}'")
            names[name] = func.defaults[name]
    return names


# --- instances ------------------------------------------------------------------------------------------


def instantiate(vm: Vm, cls: ClassValue, args: Args, kwargs: Kwargs) -> Value:
    """Call a class."""
    if (args or kwargs) and cls.is_module and cls.place is not None:
        vm.built.add(cls.place)
    if cls.decides_instances is not None:
        caller = cls.metaclass.find("__call__") if isinstance(cls.metaclass, ClassValue) else MISSING
        if not isinstance(cls.metaclass, ClassValue):
            vm.may_call(cls, cls.decides_instances.reason)
            return _call_unknown(vm, cls.decides_instances, args, kwargs)
        if caller is not MISSING:
            return call(vm, caller, [cls, *args], kwargs)
    return make(vm, cls, args, kwargs)


def make(vm: Vm, cls: ClassValue, args: Args, kwargs: Kwargs) -> Value:
    """Do what `type.__call__` does: make an object and initialise it."""
    if cls.abstract:
        absent.refused(
            vm, f"Can't instantiate abstract class {cls.name} with abstract {', '.join(sorted(cls.abstract))}"
        )
    if cls.factory is not None:
        return cls.factory(vm, cls, args, kwargs)
    maker = cls.find("__new__")
    if isinstance(maker, Unknown | Instance):
        vm.may_call(cls, "a constructor that is not known")
        return _call_unknown(vm, Unknown("a constructor that is not known", vm.place()), [maker, *args], kwargs)
    if isinstance(maker, StaticMethod | Function | ClassMethod):
        bound = [cls, cls] if isinstance(maker, ClassMethod) else [cls]
        obj = call(vm, maker if isinstance(maker, Function) else maker.func, [*bound, *args], kwargs)
        if isinstance(obj, Unknown):
            _may_be_initialised(vm, cls, obj, args, kwargs)
        if not (isinstance(obj, Instance) and obj.cls.derives_from(cls)):
            return obj
    else:
        obj = blank_instance(vm, cls, args, kwargs)
    last = obj.cls.find("__del__")
    if isinstance(last, Function):
        vm.may_call(BoundMethod(last, obj), f"nobody knows when `__del__` of a `{cls.name}` object runs")
    init = obj.cls.find("__init__")
    if isinstance(init, Property | Unknown):
        vm.havoc(obj, "a constructor that is not known")
        return vm.unknown("a constructor that is not known")
    if init is not MISSING and isinstance(obj, ModuleInstance):
        construct(vm, obj, init, args, kwargs)
    elif init is not MISSING:
        results.nothing(vm, call(vm, init, [obj, *args], kwargs))
    elif cls.unknown_base is not None:
        vm.met += 1
        for value in [*args, *kwargs.values()]:
            vm.havoc(value, cls.unknown_base.reason)
    elif (args or kwargs) and obj.payload is None and cls.kind == "plain" and maker is MISSING:
        absent.takes_nothing(vm, cls)
    if cls.unknown_base is not None and cls.of_program:
        forgetting.hooks(vm, obj, Unknown("a base that is not known may call every method of an object", vm.place()))
    return obj


def _may_be_initialised(vm: Vm, cls: ClassValue, obj: Unknown, args: Args, kwargs: Kwargs) -> None:
    """Let the constructor run on what `__new__` gave, if that is not known: perhaps it is an object of the class."""
    init = cls.find("__init__")
    if isinstance(init, Function):
        vm.may_call(init, obj.reason, [*args, *kwargs.values()])


def blank_instance(vm: Vm, cls: ClassValue, args: Args, kwargs: Kwargs | None = None) -> Instance:
    """Make an instance whose `__init__` has not run."""
    if cls.is_module:
        place = vm.place()
        begun = not _begins_in_program(cls)
        return ModuleInstance(cls, {"training": True}, definition=place, definition_stack=vm.stack(), begun=begun)
    payload = None
    if cls.native_base is not None and not issubclass(cls.native_base, types.ModuleType):
        own_init = isinstance(cls.find("__init__"), Function)
        given = [] if own_init and issubclass(cls.native_base, (dict, list, set, collections.deque)) else args
        payload = _call_type(vm, cls.native_base, list(given), {} if own_init else dict(kwargs or {}))
        if isinstance(payload, Instance):  # a text that a `__str__` of the program gave
            payload = payload.tainted or payload.payload
    return Instance(cls, payload=payload)


def _begins_in_program(cls: ClassValue) -> bool:
    """Whether only constructors of the program lead to that of `nn.Module`, which they have to call."""
    above = [base for base in cls.mro if not (isinstance(base, ClassValue) and base.of_program)]
    own = any(isinstance(base, ClassValue) and isinstance(base.namespace.get("__init__"), Function) for base in cls.mro)
    return own and cls.unknown_base is None and [getattr(base, "qualname", "") for base in above] == ["torch.nn.Module"]


WAYS: dict[type, Callable[[Vm, Any, Args, Kwargs], Value]] = {
    Function: call_function,
    BoundMethod: _call_bound,
    Native: _call_native,
    ClassValue: instantiate,
    Partial: _call_partial,
    Instance: _call_instance,
    ModuleInstance: _call_instance,
    Unknown: _call_unknown,
    StaticMethod: _call_wrapped,
    ClassMethod: _call_wrapped,
    LazyImport: _call_imported,
}
