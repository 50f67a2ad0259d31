"""Executing statements of the IR. Compound statements are generators, so that generator functions can pause in them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from convlint.interp.language import assignment, classes, evaluate, exceptions, loops, operators, patterns, subscripts
from convlint.interp.language.iteration import unpack
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import ClassMethod, Function, StaticMethod
from convlint.interp.values.scope import Frame, Scope
from convlint.interp.values.signals import BREAK, CONTINUE, PyRaise, Stop
from convlint.interp.values.unknown import Unknown, Value
from convlint.ir import nodes
from convlint.trace import Place

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

Run = Generator[Value, Value, Stop | None]


def run(vm: Vm, body: tuple[nodes.Stmt, ...], frame: Frame) -> Stop | None:
    """Run statements that do not yield; return how they ended."""
    running = block(vm, body, frame)
    try:
        while True:
            next(running)
    except StopIteration as ended:
        return ended.value  # type: ignore[no-any-return]


def block(vm: Vm, body: tuple[nodes.Stmt, ...], frame: Frame) -> Run:
    """Run statements in order, yielding what they yield."""
    for stmt in body:
        vm.step()
        frame.at = stmt.span
        simple = SIMPLE.get(type(stmt))
        if simple is not None and not _yields(stmt):
            stop = simple(vm, stmt, frame)
        elif simple is not None:
            stop = yield from _yielding(vm, stmt, frame)
        else:
            stop = yield from COMPOUND[type(stmt)](vm, stmt, frame)
        if stop is not None:
            return stop
    return None


def _yields(stmt: nodes.Stmt) -> bool:
    return isinstance(getattr(stmt, "value", None), nodes.Yield | nodes.YieldFrom)


def _yielding(vm: Vm, stmt: Any, frame: Frame) -> Run:
    """A statement whose value is a `yield`: what is sent back is unknown."""
    value = stmt.value
    if isinstance(value, nodes.YieldFrom):
        source = vm.iterator(evaluate.evaluate(vm, value.value, frame))
        if isinstance(source, Unknown):
            vm.unknown("`yield from` an unknown iterable")
        else:
            yield from source
    else:
        yield None if value.value is None else evaluate.evaluate(vm, value.value, frame)
    if isinstance(stmt, nodes.Assign):
        for target in stmt.targets:
            assign(vm, target, Unknown("what a generator is sent"), frame)
    if isinstance(stmt, nodes.Return):
        return Stop("return", None)
    return None


# --- assignment -----------------------------------------------------------------------------------------


def assign(vm: Vm, target: nodes.Expr, value: Value, frame: Frame) -> None:
    """Bind a value to a name, attribute, item or sequence of targets."""
    if isinstance(target, nodes.Name):
        store_name(target.id, value, frame)
    elif isinstance(target, nodes.Attribute):
        obj = evaluate.evaluate(vm, target.value, frame)
        frame.at = target.span
        vm.setattr(obj, target.attr, value)
    elif isinstance(target, nodes.Subscript):
        obj = evaluate.evaluate(vm, target.value, frame)
        key = evaluate.evaluate(vm, target.slice, frame)
        frame.at = target.span
        vm.setitem(obj, key, value)
    elif isinstance(target, nodes.Tuple | nodes.List):
        _assign_sequence(vm, target.elts, value, frame)
    elif isinstance(target, nodes.Starred):
        assign(vm, target.value, value, frame)


def _assign_sequence(vm: Vm, targets: tuple[nodes.Expr, ...], value: Value, frame: Frame) -> None:
    starred = [index for index, target in enumerate(targets) if isinstance(target, nodes.Starred)]
    if not starred:
        for target, item in zip(targets, unpack(vm, value, len(targets)), strict=True):
            assign(vm, target, item, frame)
        return
    items = vm.list_of(value)
    if isinstance(items, Unknown):
        for target in targets:
            assign(vm, target, Unknown(items.reason, items.place), frame)
        return
    before, after = starred[0], len(targets) - starred[0] - 1
    if len(items) < before + after:
        vm.throw(ValueError, f"not enough values to unpack (expected at least {before + after}, got {len(items)})")
    end = len(items) - after
    for target, item in zip(targets[:before], items[:before], strict=True):
        assign(vm, target, item, frame)
    assign(vm, targets[before], items[before:end], frame)
    for target, item in zip(targets[before + 1 :], items[end:], strict=True):
        assign(vm, target, item, frame)


def store_name(name: str, value: Value, frame: Frame, *, outside_comprehension: bool = False) -> None:
    scope = frame.scope
    while outside_comprehension and scope.kind == "comprehension" and scope.parent is not None:
        scope = scope.parent
    scope.redirected.get(name, scope).names[name] = value


def _assign(vm: Vm, node: nodes.Assign, frame: Frame) -> None:
    value = evaluate.evaluate(vm, node.value, frame)
    for target in node.targets:
        assign(vm, target, value, frame)


def _annassign(vm: Vm, node: nodes.AnnAssign, frame: Frame) -> None:
    scope = frame.scope
    if scope.kind == "class" and frame.owner is not None and isinstance(node.target, nodes.Name):
        try:
            frame.owner.annotations[node.target.id] = evaluate.evaluate(vm, node.annotation, frame)
        except PyRaise:
            frame.owner.annotations[node.target.id] = Unknown("an annotation that cannot be evaluated")
    if node.value is not None:
        assign(vm, node.target, evaluate.evaluate(vm, node.value, frame), frame)


def _augassign(vm: Vm, node: nodes.AugAssign, frame: Frame) -> None:
    target = node.target
    if isinstance(target, nodes.Name):
        left = evaluate.evaluate(vm, target, frame)
        store: Callable[[Value], None] = lambda value: store_name(target.id, value, frame)  # noqa: E731
    elif isinstance(target, nodes.Attribute):
        obj = evaluate.evaluate(vm, target.value, frame)
        left = vm.getattr(obj, target.attr)
        store = lambda value: vm.setattr(obj, target.attr, value)  # noqa: E731
    elif isinstance(target, nodes.Subscript):
        holder = evaluate.evaluate(vm, target.value, frame)
        key = evaluate.evaluate(vm, target.slice, frame)
        left = vm.getitem(holder, key)
        store = lambda value: vm.setitem(holder, key, value)  # noqa: E731
    else:
        return
    right = evaluate.evaluate(vm, node.value, frame)
    frame.at = node.span
    store(operators.binary(vm, node.op, left, right, in_place=True))


def _delete(vm: Vm, node: nodes.Delete, frame: Frame) -> None:
    for target in node.targets:
        if isinstance(target, nodes.Name):
            scope = frame.scope.redirected.get(target.id, frame.scope)
            scope.names.pop(target.id, None)
        elif isinstance(target, nodes.Attribute):
            assignment.delete(vm, evaluate.evaluate(vm, target.value, frame), target.attr)
        elif isinstance(target, nodes.Subscript):
            obj = evaluate.evaluate(vm, target.value, frame)
            subscripts.delete(vm, obj, evaluate.evaluate(vm, target.slice, frame))


# --- simple statements ----------------------------------------------------------------------------------


def _expr(vm: Vm, node: nodes.ExprStmt, frame: Frame) -> None:
    if not isinstance(node.value, nodes.Constant):
        evaluate.evaluate(vm, node.value, frame)


def _return(vm: Vm, node: nodes.Return, frame: Frame) -> Stop:
    return Stop("return", None if node.value is None else evaluate.evaluate(vm, node.value, frame))


def _raise(vm: Vm, node: nodes.Raise, frame: Frame) -> None:
    if node.exc is None:
        raise PyRaise(frame.handling if frame.handling is not None else RuntimeError("No active exception to reraise"))
    value = evaluate.evaluate(vm, node.exc, frame)
    frame.at = node.span
    if isinstance(value, type | ClassValue):
        value = vm.call(value)
    raise PyRaise(value, explicit=True)


def _assert(vm: Vm, node: nodes.Assert, frame: Frame) -> None:
    """A failing assert ends the path; one whose outcome is open is taken to hold from then on."""
    if vm.truth(evaluate.evaluate(vm, node.test, frame)):
        return
    message = "" if node.msg is None else vm.format(evaluate.evaluate(vm, node.msg, frame))
    frame.at = node.span
    raise PyRaise(AssertionError(message if isinstance(message, str) else ""), explicit=True)


def _import(vm: Vm, node: nodes.Import, frame: Frame) -> None:
    for alias in node.names:
        module = vm.program.import_module(vm, alias.name, frame.module)
        if alias.asname is not None:
            store_name(alias.asname, module, frame)
        else:
            top = alias.name.partition(".")[0]
            store_name(top, vm.program.import_module(vm, top, frame.module), frame)


def _import_from(vm: Vm, node: nodes.ImportFrom, frame: Frame) -> None:
    if node.module == "__future__":
        return
    module = vm.program.import_relative(vm, node.module, node.level, frame.module)
    for alias in node.names:
        if alias.name == "*":
            vm.program.import_star(vm, module, frame)
        else:
            store_name(alias.asname or alias.name, vm.program.import_name(vm, module, alias.name), frame)


def _global(vm: Vm, node: nodes.Global, frame: Frame) -> None:
    module = frame.scope.module()
    vm.writing(module)
    for name in node.names:
        frame.scope.redirected[name] = module


def _nonlocal(vm: Vm, node: nodes.Nonlocal, frame: Frame) -> None:
    for name in node.names:
        scope = frame.scope.parent
        while scope is not None and not (scope.kind == "function" and (name in scope.names or name in scope.locals)):
            scope = scope.parent
        if scope is not None:
            vm.writing(scope)
            frame.scope.redirected[name] = scope


def _function(vm: Vm, node: nodes.FunctionDef, frame: Frame) -> None:
    in_class = frame.scope.kind == "class"
    owner = frame.owner
    prefix = f"{owner.name}." if in_class and owner is not None else ""
    made: Value = Function(
        node, frame.scope, node.name, prefix + node.name, frame.module, evaluate.defaults(vm, node.params, frame), owner
    )
    if in_class and node.name in ("__init_subclass__", "__class_getitem__"):
        made = ClassMethod(made)
    if in_class and node.name == "__new__":
        made = StaticMethod(made)
    store_name(node.name, decorate(vm, node.decorators, made, frame), frame)


def decorate(vm: Vm, decorators: tuple[nodes.Expr, ...], value: Value, frame: Frame) -> Value:
    """Apply decorators, the innermost first."""
    for decorator in reversed(decorators):
        wrapper = evaluate.evaluate(vm, decorator, frame)
        frame.at = decorator.span
        if isinstance(wrapper, Unknown):
            value = Unknown(f"decorated by something unknown: {wrapper.reason}", vm.place())
        else:
            value = vm.call(wrapper, [value])
    return value


def _class(vm: Vm, node: nodes.ClassDef, frame: Frame) -> None:
    frame.at = node.span
    bases = evaluate.elements(vm, node.bases, frame)
    if isinstance(bases, Unknown):
        bases = [bases]
    outer = f"{frame.owner.name}." if frame.scope.kind == "class" and frame.owner is not None else ""
    place = Place(frame.module.filename, node.span) if frame.module.filename else None
    qualname = f"{frame.module.name}.{outer}{node.name}"
    cls = ClassValue(node.name, qualname, tuple(bases), {}, frame.module, place)
    keywords = {word.arg: evaluate.evaluate(vm, word.value, frame) for word in node.keywords if word.arg is not None}
    scope = Scope(cls.namespace, frame.scope, "class")
    inner = Frame(frame.module, scope, None, None, cls, node.span)
    vm.frames.append(inner)
    try:
        run(vm, node.body, inner)
    finally:
        vm.frames.pop()
    classes.finish(vm, cls)
    _apply_class_keywords(vm, cls, keywords)
    vm.program.define_class(cls, node)
    store_name(node.name, decorate(vm, node.decorators, cls, frame), frame)


def _apply_class_keywords(vm: Vm, cls: ClassValue, keywords: dict[str, Value]) -> None:
    metaclass = keywords.pop("metaclass", None)
    if isinstance(metaclass, ClassValue | Unknown):
        cls.unknown_base = cls.unknown_base or Unknown(f"the metaclass of `{cls.name}` is not modelled", cls.place)
    for base in cls.mro[1:]:
        hook = base.namespace.get("__init_subclass__") if isinstance(base, ClassValue) else None
        if isinstance(hook, ClassMethod):
            vm.call(hook.func, [cls], keywords)
            return


def _type_alias(vm: Vm, node: nodes.TypeAlias, frame: Frame) -> None:
    store_name(node.name, Unknown("a type alias"), frame)


def _pass(vm: Vm, node: nodes.Pass, frame: Frame) -> None:
    return None


# --- compound statements --------------------------------------------------------------------------------


def _if(vm: Vm, node: nodes.If, frame: Frame) -> Run:
    test = evaluate.evaluate(vm, node.test, frame)
    if vm.importing and loops.is_open(vm, test):
        loops.forget(vm, node.body + node.orelse, frame, "it depends on a condition that is not known")
        return None
    return (yield from block(vm, node.body if vm.truth(test) else node.orelse, frame))


def _for(vm: Vm, node: nodes.For, frame: Frame) -> Run:
    source = vm.iterator(evaluate.evaluate(vm, node.iter, frame))
    if isinstance(source, Unknown) or node.is_async:
        reason = source.reason if isinstance(source, Unknown) else "an asynchronous loop"
        return loops.skip(vm, node, frame, f"a loop over something unknown: {reason}")
    for item in source:
        vm.step()
        assign(vm, node.target, item, frame)
        stop = yield from block(vm, node.body, frame)
        if stop is BREAK:
            return None
        if stop is not None and stop is not CONTINUE:
            return stop
    return (yield from block(vm, node.orelse, frame))


def _while(vm: Vm, node: nodes.While, frame: Frame) -> Run:
    rounds = 0
    while True:
        vm.step()
        test = evaluate.evaluate(vm, node.test, frame)
        rounds += 1
        if loops.is_open(vm, test) or rounds > loops.MAX_ROUNDS:
            return loops.skip(vm, node, frame, "a loop whose end is not known")
        if not vm.truth(test):
            return (yield from block(vm, node.orelse, frame))
        stop = yield from block(vm, node.body, frame)
        if stop is BREAK:
            return None
        if stop is not None and stop is not CONTINUE:
            return stop


def _match(vm: Vm, node: nodes.Match, frame: Frame) -> Run:
    subject = evaluate.evaluate(vm, node.subject, frame)
    for case in node.cases:
        if not patterns.matches(vm, case.pattern, subject, frame):
            continue
        if case.guard is None or vm.truth(evaluate.evaluate(vm, case.guard, frame)):
            return (yield from block(vm, case.body, frame))
    return None


SIMPLE: dict[type, Callable[[Any, Any, Frame], Stop | None]] = {
    nodes.ExprStmt: _expr,
    nodes.Assign: _assign,
    nodes.AnnAssign: _annassign,
    nodes.AugAssign: _augassign,
    nodes.Return: _return,
    nodes.Raise: _raise,
    nodes.Assert: _assert,
    nodes.Delete: _delete,
    nodes.Pass: _pass,
    nodes.Break: lambda vm, node, frame: BREAK,
    nodes.Continue: lambda vm, node, frame: CONTINUE,
    nodes.Import: _import,
    nodes.ImportFrom: _import_from,
    nodes.Global: _global,
    nodes.Nonlocal: _nonlocal,
    nodes.FunctionDef: _function,
    nodes.ClassDef: _class,
    nodes.TypeAlias: _type_alias,
}
COMPOUND: dict[type, Callable[[Any, Any, Frame], Run]] = {
    nodes.If: _if,
    nodes.For: _for,
    nodes.While: _while,
    nodes.Match: _match,
    nodes.Try: exceptions.try_,
    nodes.With: exceptions.with_,
}
