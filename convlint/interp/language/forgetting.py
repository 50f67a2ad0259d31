"""What code that is skipped, or not understood, might have done: all that it can reach is no longer known."""

from __future__ import annotations

import collections
from collections.abc import Iterable, MutableMapping
from typing import TYPE_CHECKING, Any

from convlint.interp.language import effects, holding, hooking
from convlint.interp.language.effects import Effects, Path, Use
from convlint.interp.language.following import Following, enclosing, lookup
from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance, forget_contents
from convlint.interp.values.code import Code
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
from convlint.interp.values.modules import LazyImport, PyModule
from convlint.interp.values.scope import Frame, Scope
from convlint.interp.values.signals import Bound
from convlint.interp.values.unknown import MISSING, Inherited, Inside, Perhaps, Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared import constants

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

CONTAINERS = (list, dict, set, bytearray, collections.deque)
CODE = (Function, Native, StaticMethod, ClassMethod, Property, ClassValue, PyModule, type, LazyImport)
"""What names of classes and modules usually hold for good."""


def _of_calling(code: Code) -> Effects:
    """Return what calling a function may do, by its text."""
    return effects.of_function(code.node)


def forget(vm: Vm, body: Any, frame: Frame, reason: str) -> None:
    """Make unknown all that statements or expressions may bind, and all that they and what they call may change."""
    lost = _Forgetting(vm, Unknown(reason, vm.place()))
    did = effects.of_skipped(body)
    lost.run(did, frame.scope, frame.module)
    lost.finish()
    _unbind(vm, did.binds, frame, lost.cause)


def unbind(vm: Vm, body: Any, frame: Frame, reason: str) -> None:
    """Make unknown what statements may bind in the scope that they are in, and nothing else."""
    _unbind(vm, effects.of_skipped(body).binds, frame, Unknown(reason, vm.place()))


def _unbind(vm: Vm, names: Iterable[str], frame: Frame, cause: Unknown) -> None:
    scope = frame.scope
    while scope.kind == "comprehension" and scope.parent is not None:
        scope = scope.parent
    for name in names:
        holder = scope.holder(name)
        vm.writing(holder)
        holder.names[name] = _instead_of(holder.names.get(name), cause)


def expose(vm: Vm, value: Value, cause: Unknown) -> None:
    """Make unknown all that code which is not understood may change once it is given a value."""
    lost = _Forgetting(vm, cause)
    lost.dynamic = True
    lost.add(value, Use.EXPOSED)
    lost.finish()


def hand_over(vm: Vm, given: Iterable[Value], cause: Unknown) -> None:
    """Make unknown what code that is not understood may change with what it is given now, and with what it was given
    before: it may have kept that."""
    lost = _Forgetting(vm, cause)
    for scope, name in vm.kept.names:
        if not isinstance(scope.names.get(name), Unknown):
            lost.outer.append((scope, name))
    for holder, names in vm.kept.attributes.values():
        lost.forget_named(holder, names)
    lost.dynamic = True
    lost.add(tuple(given), Use.EXPOSED)
    lost.finish()
    vm.kept.note(lost.outer, [value for value, _ in lost.seen.values()], lost.attributes)


def operated(vm: Vm, operands: Iterable[Value], cause: Unknown) -> None:
    """Make unknown what an operation with something unknown may change: it may call methods of its other operands."""
    given = [value for value in _opened(operands) if type(value) is Instance]
    if given:
        expose(vm, tuple(given), cause)


def _opened(operands: Iterable[Value]) -> list[Value]:
    return [one for value in operands for one in (value if isinstance(value, tuple | list) else (value,))]


TEXTS = ("__str__", "__repr__", "__format__")


def shown(vm: Vm, values: Iterable[Value], cause: Unknown) -> None:
    """Make unknown what objects may change when they are shown as texts, perhaps, and some time."""
    lost = _Forgetting(vm, cause)
    for value in _opened(values):
        for name in TEXTS if type(value) is Instance else ():
            method = value.cls.find(name)
            if isinstance(method, Function):
                lost.holders.append((value, Use.READ))
                lost.add(method, Use.READ)
    lost.finish()


def hooks(vm: Vm, obj: Instance, cause: Unknown) -> None:
    """Make unknown what the methods of an object may change, which code of a base that is not known may call."""
    lost = _Forgetting(vm, cause)
    lost.hooked(obj)
    lost.finish()


def call(vm: Vm, functions: Iterable[Value], cause: Unknown, given: Iterable[Value] = ()) -> None:
    """Make unknown all that functions may change, which are called any number of times with what is not known, or with
    values that are given and what they hold."""
    lost = _Forgetting(vm, cause)
    for function in functions:
        lost.add(function, Use.READ)
    for value in given:
        if isinstance(value, ModuleInstance | ClassValue):
            lost.holders.append((value, Use.READ))  # layers stay; what the function sets on them may be set
        else:
            lost.add(value, Use.CONTENTS)
    lost.finish()


class _Forgetting:
    """One walk over all that may have been changed. `waiting` is still to be looked at, `seen` has been."""

    def __init__(self, vm: Vm, cause: Unknown) -> None:
        self.vm = vm
        self.follow = Following(vm)
        self.cause = cause
        self.waiting: list[tuple[Value, Use]] = []
        self.seen: dict[int, tuple[object, Use]] = {}
        self.outer: list[tuple[Scope, str]] = []
        self.holders: list[tuple[Value, Use]] = []
        self.attributes: set[str] = set()
        self.stored: list[tuple[Value, str]] = []
        self.dynamic = False

    def add(self, value: Value, use: Use) -> None:
        self.waiting.append((value, use))

    def finish(self) -> None:
        """Look at all that is reached, then forget the names and attributes that may have been set."""
        while self.waiting:
            value, use = self.waiting.pop()
            before = self.seen.get(id(value))
            if before is None or before[1] < use:
                self.seen[id(value)] = (value, use)
                self._reach(value, use)
        for scope, name in self.outer:
            self.vm.writing(scope)
            scope.names[name] = self._unknown()
        for holder, use in self.holders:
            self._forget_attributes(holder, use)
        for holder, name in self.stored:
            self._forget_stored(holder, name)

    def _unknown(self) -> Unknown:
        return Unknown(self.cause.reason, self.cause.place)

    # --- code --------------------------------------------------------------------------------------------

    def run(self, did: Effects, scope: Scope, module: PyModule) -> None:
        """Take code, whose free names are those of a scope, to be run any number of times."""
        rebound = any(lookup(name, scope) is not MISSING for name in did.builtins)
        for path, use in did.uses.items():
            self._follow(path, Use.EXPOSED if rebound else use, scope, module)
        self.attributes |= did.attributes
        self.dynamic |= did.dynamic
        if did.any_global:
            self.holders.append((module, Use.EXPOSED))
        if did.attributes:
            self.holders += [(found, Use.READ) for found in self.follow.imported(did, module)]
        for path in did.stores:
            holder = self.follow.holder(path[:-1], scope, module)
            if isinstance(holder, ClassValue | PyModule | Function):
                self.stored.append((holder, path[-1]))
        self.outer += [(scope.module(), name) for name in did.global_names]
        for name in did.enclosing_names:
            found = enclosing(name, scope)
            if found is not None:
                self.outer.append((found, name))

    def _function(self, function: Function) -> None:
        self.run(function.code.told_by(_of_calling), function.scope, function.module)
        for value in (*function.defaults.values(), *function.attrs.values()):
            self.add(value, Use.EXPOSED)

    def _follow(self, path: Path, use: Use, scope: Scope, module: PyModule) -> None:
        """Reach what a path leads to, and what stands on the way and may be changed by reading an attribute of it."""
        value = self.follow.value(path[0], scope, module)
        for attribute in path[1:]:
            if isinstance(value, PyModule | ClassValue):
                self.add(value, Use.READ)
                if isinstance(value, PyModule) and value.unknown is not None:
                    self.add(value, Use.EXPOSED)
            inner = self.follow.attribute(value, attribute)
            if inner is MISSING:
                self.add(value, _of_method(value, attribute, use))
                return
            value = inner
        if value is not MISSING:
            self.add(value, use)

    # --- values ------------------------------------------------------------------------------------------

    def _reach(self, value: Value, use: Use) -> None:
        if use is not Use.READ:
            self.vm.writing(value)
        if isinstance(value, Instance):
            self._instance(value, use)
        elif isinstance(value, CONTAINERS):
            self._container(value, use)
        elif isinstance(value, Function):
            self.holders.append((value, use))
            self._function(value)
        elif isinstance(value, ClassValue):
            self.holders.append((value, use))
            self._class(value)
        elif isinstance(value, PyModule):
            self.holders.append((value, use))
            self._module(value, use)
        elif isinstance(value, GeneratorValue):
            self.vm.taint(value, self.cause)
            for held in value.holds:
                self.add(held, Use.EXPOSED)
        elif isinstance(value, Frame):
            self._frame(value)
        elif isinstance(value, Tensor):
            if use is not Use.READ:
                constants.overwritten(value)
        elif isinstance(value, BaseException):
            if use is Use.EXPOSED:
                self.vm.taint(value, self.cause)
                self._added(value)
            for held in value.args:
                self.add(held, Use.EXPOSED)
        elif isinstance(value, Inherited):
            self.hooked(value.holder)
        else:
            self._added(value)
            for held, held_use in holding.held(value, use):
                self.add(held, held_use)

    def _instance(self, value: Instance, use: Use) -> None:
        if use is Use.READ and isinstance(value, ModuleInstance) and value.cls.torch_name and value.cls.place is None:
            return  # a call of torch's own layer leaves it as it is
        self.add(value.cls, Use.READ)
        if value.cls.kind in ("enum", "namedtuple"):
            self.holders.append((value, use))
            for held in (*value.attrs.values(), value.payload):
                self.add(held, Use.EXPOSED)
            return
        if isinstance(value, ModuleInstance):
            value.unbuilt = False
        if value.tainted is None:
            self.vm.writing(value)
            for held in forget_contents(value, self.cause):
                self.add(held, Use.EXPOSED)
        elif not isinstance(value, ModuleInstance):
            self._instance_again(value)

    def _added(self, value: Value) -> None:
        """Forget the attributes that the program has given to what keeps none itself."""
        for name, held in self.vm.added_to(value).items():
            self.add(held, Use.EXPOSED)
            if not isinstance(held, CODE):
                self.vm.add_to(value, name, self._unknown())

    def hooked(self, obj: Instance) -> None:
        """Let every method of an object be called, but its constructors and what they call to build it."""
        self.holders.append((obj, Use.READ))
        begins = hooking.beginnings(obj.cls)
        for base in obj.cls.mro:
            if isinstance(base, ClassValue) and base.module is not None:
                for name, held in base.namespace.items():
                    if name not in begins and not isinstance(held, Instance | Tensor | ClassValue):
                        self.add(held, Use.READ)

    def _instance_again(self, value: Instance) -> None:
        """Forget what an object has been given since it was last forgotten; its models are believed to stay."""
        for name, held in list(value.attrs.items()):
            if not isinstance(held, (Unknown, ModuleInstance, *CODE)):
                self.vm.writing(value)
                value.attrs[name] = self._unknown()
                self.add(held, Use.EXPOSED)

    def _container(self, value: Any, use: Use) -> None:
        if use is Use.READ:
            return
        known = self.vm.taint_of(value, writes=True) is None
        if use is Use.EXPOSED and known:
            self.vm.taint(value, self.cause)
        if known:
            for held in [*value.keys(), *value.values()] if isinstance(value, dict) else value:
                self.add(held, Use.EXPOSED)
        factory = getattr(value, "default_factory", None)
        if factory is not None:
            self.add(factory, Use.READ)

    def _class(self, cls: ClassValue) -> None:
        """Any method of a class that is reached may be called, and what it holds be changed through instances."""
        for base in cls.mro:
            if isinstance(base, ClassValue) and base.module is not None:
                for held in base.namespace.values():
                    if not isinstance(held, ModuleInstance | Tensor):
                        self.add(held, Use.EXPOSED)

    def _module(self, module: PyModule, use: Use) -> None:
        if use is Use.EXPOSED and module.name == "builtins" and self.dynamic:
            raise Bound("code that is not understood is given the builtins")
        if use is Use.EXPOSED and module.scope is not None:
            for held in module.scope.names.values():
                if not isinstance(held, PyModule | LazyImport):
                    self.add(held, Use.EXPOSED)

    def _frame(self, frame: Frame) -> None:
        """A generator's frame: all its names may be bound anew, and its function goes on."""
        for held in frame.scope.names.values():
            self.add(held, Use.EXPOSED)
        self.outer += [(frame.scope, name) for name in frame.scope.names]
        if frame.scope.kind == "comprehension":
            self.run(effects.of_skipped(frame.body), frame.scope, frame.module)
        elif frame.function is not None:
            self.add(frame.function, Use.READ)

    # --- what may have been set --------------------------------------------------------------------------

    def _forget_attributes(self, holder: Value, use: Use) -> None:
        table = self._table(holder)
        anything = self.dynamic and use is Use.EXPOSED
        own = "_" if isinstance(holder, ClassValue) and holder.kind in ("namedtuple", "enum") else "__"
        hooked = isinstance(holder, ModuleInstance)
        for name, held in list(table.items()):
            if hooked and isinstance(held, ModuleInstance):
                continue  # its models are believed to stay
            if name in self.attributes or (anything and not isinstance(held, CODE) and not name.startswith(own)):
                table[name] = self._unknown()
        if isinstance(holder, Instance) and holder.cls.kind == "plain":
            for name in self.attributes.difference(table):
                if _takes(holder, name):
                    table[name] = Perhaps(self.cause.reason, self.cause.place)

    def forget_named(self, holder: Value, names: frozenset[str]) -> None:
        """Forget what an object has been given since under names that code may set which somebody has kept."""
        table = self._table(holder)
        for name in names & table.keys():
            if not isinstance(table[name], (Unknown, ModuleInstance, *CODE)):
                self.add(table[name], Use.EXPOSED)
                table[name] = self._unknown()

    def _forget_stored(self, holder: Value, name: str) -> None:
        table = self._table(holder)
        if isinstance(holder, Function) and name in ("__defaults__", "__kwdefaults__"):
            holder.defaults = dict.fromkeys(holder.code.required, self._unknown())
        elif isinstance(holder, ClassValue) and name not in table:
            holder.unknown_base = holder.unknown_base or self.cause
        else:
            table[name] = self._unknown()

    def _table(self, holder: Value) -> MutableMapping[str, Value]:
        """Return what holds the attributes of a class, module, function or object, about to be written to."""
        self.vm.writing(holder)
        if isinstance(holder, ClassValue):
            return holder.namespace
        if isinstance(holder, PyModule) and holder.scope is not None:
            self.vm.writing(holder.scope)
            return holder.scope.names
        return holder.attrs  # type: ignore[no-any-return]


def _takes(obj: Instance, name: str) -> bool:
    """Whether setting an attribute would put it into an object itself, which has not got it yet."""
    if isinstance(obj, ModuleInstance) and any(name in table for table in (obj.parameters, obj.buffers, obj.modules)):
        return False
    return not isinstance(obj.cls.find(name), (Property, Instance, *CODE)) and not name.startswith("__")


def _instead_of(held: Value, cause: Unknown) -> Unknown:
    """Return what a name holds that may have been bound anew: perhaps still what it held, which its methods change."""
    return Inside(cause.reason, cause.place, held) if is_changeable(held) else Unknown(cause.reason, cause.place)


def one_of(cause: Unknown, items: Iterable[Value]) -> Unknown:
    """Return what may be any of some values, which its methods change."""
    held = tuple(item for item in items if is_changeable(item) or isinstance(item, Function | BoundMethod | Partial))
    return Inside(cause.reason, cause.place, held) if held else cause


def is_changeable(value: Value) -> bool:
    """Whether a method that is not modelled may change its object: layers are taken to be changed by modelled ones."""
    return isinstance(value, (*CONTAINERS, GeneratorValue, Instance)) and not isinstance(value, ModuleInstance)


def made_of(cause: Unknown, *given: Value) -> Unknown:
    """Return what code that is not understood makes of values: it may call the functions among them later on, and
    change the objects, which may have attributes by then that they have not now."""
    held = [value if isinstance(value, Inherited) else value.holder for value in given if isinstance(value, Inside)]
    held += [value for value in given if isinstance(value, Function | BoundMethod | Partial) or _is_object(value)]
    return Inside(cause.reason, cause.place, tuple(held)) if held else Unknown(cause.reason, cause.place)


def _is_object(value: Value) -> bool:
    return isinstance(value, Instance) and not isinstance(value, ModuleInstance)


def _of_method(value: Value, name: str, use: Use) -> Use:
    """How a method, or another attribute that is not simply held, lets its object out of sight."""
    if isinstance(value, CONTAINERS):
        if name in effects.LOOKING or name == "copy":
            return Use.READ if name in effects.LOOKING else Use.CONTENTS
        return Use.CONTENTS if name in effects.HOLDING else Use.EXPOSED
    return Use.EXPOSED
