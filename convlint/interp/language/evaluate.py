"""Evaluating expressions of the IR."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convlint.interp.language import comparisons, comprehensions, loops, operators
from convlint.interp.natives import registry
from convlint.interp.values.functions import Function
from convlint.interp.values.modules import LazyImport
from convlint.interp.values.scope import Frame, Scope
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.ir import nodes

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def evaluate(vm: Vm, node: nodes.Expr, frame: Frame) -> Value:
    """Return the value of an expression."""
    vm.steps += 1
    return TABLE[type(node)](vm, node, frame)


def load_name(vm: Vm, name: str, frame: Frame) -> Value:
    """Look a name up through the scopes, then among the builtins."""
    scope: Scope | None = frame.scope
    first = True
    while scope is not None:
        names = scope.names
        if name in names and (first or scope.kind != "class"):
            value = names[name]
            return vm.program.resolve(vm, value) if type(value) is LazyImport else value
        if name in scope.redirected:
            scope = scope.redirected[name]
            continue
        if scope.kind == "function" and name in scope.locals and name not in scope.redirected:
            vm.throw(
                UnboundLocalError, f"cannot access local variable '{name}' where it is not associated with a value"
            )
        if scope.kind != "comprehension":
            first = False
        scope = scope.parent
    return _global_or_builtin(vm, name, frame)


def _global_or_builtin(vm: Vm, name: str, frame: Frame) -> Value:
    late = vm.program.late_global(vm, frame.module, name)
    if late is not MISSING:
        return late
    found = registry.find("builtins." + name)
    if found is not None:
        return found
    if name in ("None", "True", "False"):
        return {"None": None, "True": True, "False": False}[name]
    if frame.module.unknown is not None:
        return vm.derived(frame.module.unknown, "name", name)
    vm.throw(NameError, f"name '{name}' is not defined")


def _constant(vm: Vm, node: nodes.Constant, frame: Frame) -> Value:
    if not node.kind:
        return node.value
    text = str(node.value)
    if node.kind == "int":
        return int(text) if len(text) < 1000 else vm.unknown("the number is too large")
    if node.kind == "bytes":
        return text.encode("latin-1")
    if node.kind == "surrogates":
        return text.encode("ascii").decode("unicode_escape")
    if node.kind == "complex":
        return complex(0, float(text))
    return ...


def _name(vm: Vm, node: nodes.Name, frame: Frame) -> Value:
    names = frame.scope.names
    value = names.get(node.id, MISSING)
    if value is MISSING:
        frame.at = node.span
        return load_name(vm, node.id, frame)
    return vm.program.resolve(vm, value) if type(value) is LazyImport else value


def _attribute(vm: Vm, node: nodes.Attribute, frame: Frame) -> Value:
    obj = evaluate(vm, node.value, frame)
    frame.at = node.span
    return vm.getattr(obj, node.attr)


def _subscript(vm: Vm, node: nodes.Subscript, frame: Frame) -> Value:
    obj = evaluate(vm, node.value, frame)
    key = evaluate(vm, node.slice, frame)
    frame.at = node.span
    return vm.getitem(obj, key)


def _slice(vm: Vm, node: nodes.Slice, frame: Frame) -> Value:
    parts = [None if part is None else evaluate(vm, part, frame) for part in (node.lower, node.upper, node.step)]
    return slice(*parts)


def _call(vm: Vm, node: nodes.Call, frame: Frame) -> Value:
    func = evaluate(vm, node.func, frame)
    args, kwargs = arguments(vm, node, frame)
    frame.at = node.span
    if isinstance(args, Unknown):
        frame.at = node.span
        return _call_with_unknown(vm, func, args, kwargs)
    result = vm.call(func, args, kwargs)
    frame.at = node.span
    return result


def _call_with_unknown(vm: Vm, func: Value, cause: Unknown, kwargs: dict[str, Value]) -> Value:
    """Call something with arguments of which not even the number is known."""
    for value in kwargs.values():
        vm.havoc(value, cause.reason)
    receiver = getattr(func, "receiver", None)
    if receiver is not None:
        vm.havoc(receiver, cause.reason)
    return vm.unknown(f"a call with unpacked arguments that are not known: {cause.reason}")


def arguments(vm: Vm, node: nodes.Call, frame: Frame) -> tuple[list[Value] | Unknown, dict[str, Value]]:
    """Evaluate the arguments of a call; an unknown stands for positional arguments whose number is unknown."""
    args: list[Value] = []
    cause: Unknown | None = None
    for arg in node.args:
        if type(arg) is nodes.Starred:
            items = vm.list_of(evaluate(vm, arg.value, frame))
            if isinstance(items, Unknown):
                cause = items
            else:
                args.extend(items)
        else:
            args.append(evaluate(vm, arg, frame))
    kwargs: dict[str, Value] = {}
    for keyword in node.keywords:
        value = evaluate(vm, keyword.value, frame)
        if keyword.arg is not None:
            kwargs[keyword.arg] = value
            continue
        unpacked = _mapping(vm, value)
        if isinstance(unpacked, Unknown):
            cause = unpacked
        else:
            kwargs.update(unpacked)
    if cause is not None:
        for value in args:
            vm.havoc(value, cause.reason)
        return cause, kwargs
    return args, kwargs


def _mapping(vm: Vm, value: Value) -> dict[str, Value] | Unknown:
    value = operators.instance_payload(value)
    cause = vm.taint_of(value)
    if cause is not None:
        return cause
    if isinstance(value, dict):
        return value
    if isinstance(value, Unknown):
        return value
    keys = vm.getattr(value, "keys", MISSING)
    if keys is MISSING:
        vm.throw(TypeError, "argument after ** must be a mapping")
    names = vm.list_of(vm.call(keys))
    return names if isinstance(names, Unknown) else {name: vm.getitem(value, name) for name in names}


def _binop(vm: Vm, node: nodes.BinOp, frame: Frame) -> Value:
    left = evaluate(vm, node.left, frame)
    right = evaluate(vm, node.right, frame)
    frame.at = node.span
    return operators.binary(vm, node.op, left, right)


def _unaryop(vm: Vm, node: nodes.UnaryOp, frame: Frame) -> Value:
    operand = evaluate(vm, node.operand, frame)
    frame.at = node.span
    return operators.unary(vm, node.op, operand)


def _boolop(vm: Vm, node: nodes.BoolOp, frame: Frame) -> Value:
    value: Value = None
    for index, part in enumerate(node.values):
        value = evaluate(vm, part, frame)
        if vm.importing and index < len(node.values) - 1 and loops.is_open(vm, value):
            return vm.unknown("a module-level condition that is not known")
        if index < len(node.values) - 1 and vm.truth(value) == (node.op == "or"):
            return value
    return value


def _compare(vm: Vm, node: nodes.Compare, frame: Frame) -> Value:
    left = evaluate(vm, node.left, frame)
    result: Value = True
    for index, (op, comparator) in enumerate(zip(node.ops, node.comparators, strict=True)):
        right = evaluate(vm, comparator, frame)
        frame.at = node.span
        result = comparisons.compare(vm, op, left, right)
        if index < len(node.ops) - 1 and not vm.truth(result):
            return result
        left = right
    return result


def _ifexp(vm: Vm, node: nodes.IfExp, frame: Frame) -> Value:
    test = evaluate(vm, node.test, frame)
    if vm.importing and loops.is_open(vm, test):
        return vm.unknown("a module-level condition that is not known")
    chosen = node.body if vm.truth(test) else node.orelse
    return evaluate(vm, chosen, frame)


def elements(vm: Vm, elts: tuple[nodes.Expr, ...], frame: Frame) -> list[Value] | Unknown:
    """Evaluate the elements of a display; starred ones are unpacked."""
    items: list[Value] = []
    cause: Unknown | None = None
    for elt in elts:
        if type(elt) is nodes.Starred:
            unpacked = vm.list_of(evaluate(vm, elt.value, frame))
            if isinstance(unpacked, Unknown):
                cause = unpacked
            else:
                items.extend(unpacked)
        else:
            items.append(evaluate(vm, elt, frame))
    return items if cause is None else cause


def _tuple(vm: Vm, node: nodes.Tuple, frame: Frame) -> Value:
    items = elements(vm, node.elts, frame)
    return items if isinstance(items, Unknown) else tuple(items)


def _list(vm: Vm, node: nodes.List, frame: Frame) -> Value:
    return elements(vm, node.elts, frame)


def _set(vm: Vm, node: nodes.Set, frame: Frame) -> Value:
    items = elements(vm, node.elts, frame)
    return items if isinstance(items, Unknown) else vm.call(set, [items])


def _dict(vm: Vm, node: nodes.Dict, frame: Frame) -> Value:
    result: dict[Any, Value] = {}
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        if key_node is None:
            unpacked = _mapping(vm, evaluate(vm, value_node, frame))
            if isinstance(unpacked, Unknown):
                vm.havoc(result, unpacked.reason)
            else:
                result.update(unpacked)
            continue
        key = evaluate(vm, key_node, frame)
        vm.setitem(result, key, evaluate(vm, value_node, frame))
    return result


def _joined(vm: Vm, node: nodes.JoinedStr, frame: Frame) -> Value:
    parts: list[str] = []
    for value in node.values:
        text = evaluate(vm, value, frame)
        if isinstance(text, Unknown):
            return text
        parts.append(text)
    return "".join(parts)


def _formatted(vm: Vm, node: nodes.FormattedValue, frame: Frame) -> Value:
    value = evaluate(vm, node.value, frame)
    spec = "" if node.format_spec is None else evaluate(vm, node.format_spec, frame)
    if isinstance(spec, Unknown):
        return spec
    text = vm.format(value, spec, node.conversion or ("r" if node.debug_text and not spec else ""))
    return text if isinstance(text, Unknown) else node.debug_text + text


# --- the rest -------------------------------------------------------------------------------------------


def defaults(vm: Vm, params: nodes.Parameters, frame: Frame) -> dict[str, Value]:
    """Evaluate the default values of a function's parameters."""
    every = params.posonly + params.args + params.kwonly
    return {param.name: evaluate(vm, param.default, frame) for param in every if param.default is not None}


def _lambda(vm: Vm, node: nodes.Lambda, frame: Frame) -> Value:
    scope = frame.scope
    return Function(node, scope, "<lambda>", "<lambda>", frame.module, defaults(vm, node.params, frame), frame.owner)


def _namedexpr(vm: Vm, node: nodes.NamedExpr, frame: Frame) -> Value:
    from convlint.interp.language.execute import store_name

    value = evaluate(vm, node.value, frame)
    store_name(node.target.id, value, frame, outside_comprehension=True)
    return value


def _await(vm: Vm, node: nodes.Await, frame: Frame) -> Value:
    evaluate(vm, node.value, frame)
    return vm.unknown("`await`")


def _yield(vm: Vm, node: nodes.Yield | nodes.YieldFrom, frame: Frame) -> Value:
    return vm.unknown("`yield` inside an expression")


def _starred(vm: Vm, node: nodes.Starred, frame: Frame) -> Value:
    return evaluate(vm, node.value, frame)


TABLE: dict[type, Callable[[Any, Any, Frame], Value]] = {
    nodes.Constant: _constant,
    nodes.Name: _name,
    nodes.Attribute: _attribute,
    nodes.Subscript: _subscript,
    nodes.Slice: _slice,
    nodes.Starred: _starred,
    nodes.Call: _call,
    nodes.BinOp: _binop,
    nodes.UnaryOp: _unaryop,
    nodes.BoolOp: _boolop,
    nodes.Compare: _compare,
    nodes.IfExp: _ifexp,
    nodes.Tuple: _tuple,
    nodes.List: _list,
    nodes.Set: _set,
    nodes.Dict: _dict,
    nodes.JoinedStr: _joined,
    nodes.FormattedValue: _formatted,
    nodes.ListComp: comprehensions.listcomp,
    nodes.SetComp: comprehensions.setcomp,
    nodes.GeneratorExp: comprehensions.genexp,
    nodes.DictComp: comprehensions.dictcomp,
    nodes.Lambda: _lambda,
    nodes.NamedExpr: _namedexpr,
    nodes.Await: _await,
    nodes.Yield: _yield,
    nodes.YieldFrom: _yield,
}
