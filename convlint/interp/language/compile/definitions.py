"""Functions, lambdas, classes and whole modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from convlint.interp.language import alternatives, class_rules, classes, forgetting
from convlint.interp.language.calls import call
from convlint.interp.language.compile import names, watching
from convlint.interp.language.compile.displays import elements, mapping
from convlint.interp.language.compile.pausing import pausing_block
from convlint.interp.language.compile.unit import (
    Unit,
    block,
    does_something,
    expression,
    expression_of,
    pausing,
    runs,
    statement_of,
)
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.code import Code, Pausing, Run
from convlint.interp.values.functions import ClassMethod, Function, StaticMethod
from convlint.interp.values.scope import MODULE, Frame, Names, Scope
from convlint.interp.values.signals import PyRaise, Undecided
from convlint.interp.values.unknown import Unknown, Value
from convlint.ir import nodes
from convlint.ir.relower import CODE, TAKEN
from convlint.trace import Place

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


# --- functions ------------------------------------------------------------------------------------------


def code_of(unit: Unit, node: nodes.FunctionDef | nodes.Lambda) -> Code:
    """Make the code of a function whose text stands in the scope that is being compiled."""
    params = node.params
    stars = [param for param in (params.vararg, params.kwarg) if param is not None]
    own = {param.name for param in (*params.posonly, *params.args, *params.kwonly, *stars)}
    outer = (frozenset(node.globals), frozenset(node.nonlocals)) if isinstance(node, nodes.FunctionDef) else ()
    return Code(node, Names("function", unit.names, frozenset(own.union(node.names)), *outer), compile_body)


def compile_body(code: Code) -> tuple[Run | Pausing, int]:
    """Compile what a call runs. It returns what the function returns; where the function yields, it is a generator."""
    unit, node = Unit(code.names, pausing=code.is_generator), code.node
    body: Run | Pausing
    if isinstance(node, nodes.Lambda):
        body = pausing(unit, node.body) if code.is_generator else expression(unit, node.body)
    else:
        body = pausing_block(unit, node.body) if code.is_generator else watching.entered(node, _body(unit, node.body))
    return body, unit.size + 1


def _body(unit: Unit, body: tuple[nodes.Stmt, ...]) -> Run:
    """Compile statements. While modules are imported, what is not followed of them is forgotten, and so is what raises
    though the import of an installed package comes to its end."""
    steps = runs(unit, body)

    def run(vm: Vm, frame: Frame) -> Value:
        for step in steps:
            try:
                if step(vm, frame) is not None:
                    return frame.returned
            except (Undecided, PyRaise) as error:
                if isinstance(error, PyRaise):
                    if not alternatives.is_disbelieved(vm, frame):
                        raise
                    if vm.opened.get(id(frame)):
                        return vm.opened[id(frame)].pop()  # it has returned before
                stmt = [stmt for stmt in body if does_something(stmt)][steps.index(step)]
                alternatives.pass_over(vm, stmt, frame, error)
        return None

    return run


def _defaults(unit: Unit, params: nodes.Parameters) -> list[tuple[str, Run]]:
    every = params.posonly + params.args + params.kwonly
    return [(param.name, expression(unit, param.default)) for param in every if param.default is not None]


@expression_of(nodes.Lambda)
def _lambda(unit: Unit, node: nodes.Lambda) -> Run:
    code, defaults = code_of(unit, node), _defaults(unit, node.params)

    def run(vm: Vm, frame: Frame) -> Function:
        given = {name: value(vm, frame) for name, value in defaults}
        return Function(code, frame.scope, "<lambda>", _path(frame, "<lambda>"), frame.module, given, frame.owner)

    return run


def _path(frame: Frame, name: str) -> str:
    """Return what Python calls the qualified name of a function or class that is defined here."""
    if name in frame.scope.text.globals:
        return name
    if frame.scope.kind == "class" and frame.owner is not None:
        return f"{frame.owner.path}.{name}"
    return name if frame.function is None else f"{frame.function.qualname}.<locals>.{name}"


@statement_of(nodes.FunctionDef)
def _function(unit: Unit, node: nodes.FunctionDef) -> Run:
    decorators = [(expression(unit, decorator), decorator.span) for decorator in node.decorators]
    code, defaults, span = code_of(unit, node), _defaults(unit, node.params), node.span
    name = unit.names.written(node.name)
    in_class, store = unit.names.kind == "class", names.store(unit.names, node.name)
    wrapper = _IMPLIED.get(name) if in_class else None

    def run(vm: Vm, frame: Frame) -> None:
        frame.at = span
        wrappers = [(decorator(vm, frame), place) for decorator, place in decorators]
        given = {name: value(vm, frame) for name, value in defaults}
        owner = frame.owner
        made: Value = Function(code, frame.scope, name, _path(frame, name), frame.module, given, owner)
        store(vm, frame, _decorated(vm, frame, wrappers, made if wrapper is None else wrapper(made)))

    return run


_IMPLIED = {"__init_subclass__": ClassMethod, "__class_getitem__": ClassMethod, "__new__": StaticMethod}
"""What Python makes of these functions in a class body by itself."""


def _decorated(vm: Vm, frame: Frame, wrappers: list[tuple[Value, nodes.Span]], value: Value) -> Value:
    """Apply decorators, the innermost first."""
    for wrapper, place in reversed(wrappers):
        frame.at = place
        if isinstance(wrapper, Unknown):
            vm.havoc(wrapper, wrapper.reason)
            vm.havoc(value, wrapper.reason)
            cause = Unknown(f"decorated by something unknown: {wrapper.reason}", vm.place())
            value = forgetting.made_of(cause, wrapper, value)
        else:
            value = call(vm, wrapper, [value], {})
    return value


# --- classes --------------------------------------------------------------------------------------------


@statement_of(nodes.ClassDef)
def _class(unit: Unit, node: nodes.ClassDef) -> Run:
    decorators = [(expression(unit, decorator), decorator.span) for decorator in node.decorators]
    bases, span = elements(unit, node.bases), node.span
    keywords = [(word.arg, expression(unit, word.value)) for word in node.keywords]
    text = Names("class", unit.names, frozenset(node.names), frozenset(node.globals), frozenset(node.nonlocals))
    name = unit.names.written(node.name)
    text.private = f"_{name.lstrip('_')}" if name.strip("_") else ""
    inside = unit.inside(text)
    body, store, nested = block(inside, node.body), names.store(unit.names, node.name), unit.names.kind == "class"
    size = inside.size

    def run(vm: Vm, frame: Frame) -> None:
        frame.at = span
        wrappers = [(decorator(vm, frame), place) for decorator, place in decorators]
        found = bases(vm, frame)
        place = Place(frame.module.filename, span) if frame.module.filename else None
        outer = f"{frame.owner.name}." if nested and frame.owner is not None else ""
        qualname = f"{frame.module.name}.{outer}{name}"
        given = tuple(found) if isinstance(found, list) else (found,)
        home = frame.scope.globals.get("__name__", "")
        home = home if isinstance(home, str) else ""
        cls = ClassValue(name, qualname, given, {}, frame.module, place, path=_path(frame, name), home=home)
        for word, value in keywords:
            _add_keyword(vm, cls, word, value(vm, frame))
        metaclass = cls.keywords.pop("metaclass", None)
        classes.set_metaclass(vm, cls, metaclass)
        inner = Frame(frame.module, Scope(cls.namespace, frame.scope, text), None, None, cls, span)
        vm.step(size)
        vm.frames.append(inner)
        try:
            body(vm, inner)
        finally:
            vm.frames.pop()
        classes.finish(vm, cls)
        _init_subclass(vm, cls)
        vm.program.define_class(vm, cls, node)
        made: Value = cls
        if classes.makes_no_class(metaclass):
            vm.havoc(cls.bases, f"what makes `{name}` is no class of classes")
            made = vm.unknown(f"what makes `{name}` is no class of classes")
        store(vm, frame, _decorated(vm, frame, wrappers, made))

    return run


def _add_keyword(vm: Vm, cls: ClassValue, word: str | None, value: Value) -> None:
    """Note what a class statement says besides its bases; what `**` unpacks may name a metaclass too."""
    found = {word: value} if word is not None else mapping(vm, value)
    if isinstance(found, Unknown) or not all(isinstance(key, str) for key in found):
        cls.unknown_base = cls.unknown_base or vm.unknown("a class made with keywords that are not known")
    else:
        cls.keywords.update(found)


def _init_subclass(vm: Vm, cls: ClassValue) -> None:
    for base in cls.mro[1:]:
        hook = base.namespace.get("__init_subclass__") if isinstance(base, ClassValue) else None
        if isinstance(hook, ClassMethod):
            call(vm, hook.func, [cls], dict(cls.keywords))
            return
    class_rules.check_keywords(vm, cls)


# --- modules --------------------------------------------------------------------------------------------


def run_module(
    vm: Vm, module: nodes.Module, frame: Frame, failed: Callable[[nodes.Stmt, PyRaise | Undecided], None] | None = None
) -> None:
    """Run the statements of a whole file; `failed` is told of one that raises, and may let the others run.

    What is compiled is kept with the module, unless somebody watches: then it notes what lines hold.
    """
    frame.body = module.body
    frame.module.keeps_texts |= _keeps_texts(module.body)
    watched = any(map(watching.is_watched, module.body))
    code = [_compiled(stmt) for stmt in module.body] if watched else module.once(CODE, lambda: _code(module))
    for stmt, (run, size) in zip(module.body, code, strict=True):
        vm.step(size)
        try:
            run(vm, frame)
        except (PyRaise, Undecided) as error:
            if failed is None:
                raise
            failed(stmt, error)


def _keeps_texts(body: tuple[nodes.Stmt, ...]) -> bool:
    """Whether a module begins with `from __future__ import annotations`."""
    return any(
        isinstance(stmt, nodes.ImportFrom)
        and stmt.module == "__future__"
        and any(alias.name == "annotations" for alias in stmt.names)
        for stmt in body[:5]
    )


def _code(module: nodes.Module) -> list[tuple[Run, int]]:
    """Return the compiled statements of a module; those that a text had before it was changed are taken over."""
    taken = module.__dict__.pop(TAKEN, {})
    return [taken.get(id(stmt)) or _compiled(stmt) for stmt in module.body]


def _compiled(stmt: nodes.Stmt) -> tuple[Run, int]:
    unit = Unit(MODULE)
    return block(unit, (stmt,)), unit.size
