"""From an argument of a call back to the first place where somebody could change it, through names and calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from convlint.findings import Related
from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.origins import arguments
from convlint.origins.scopes import Giving, Scope, Site, attribute_givings, givings, sites_of
from convlint.origins.writing import written
from convlint.places import Place, Span

MOST_FOLLOWED = 12
"""How many names are gone through; a chain that is longer has an end of which nothing is told."""


class Texts(Protocol):
    """The files that an analysis has read."""

    def body(self, path: str) -> nodes.Module | None:
        """Return the lowered module of a file, None for one that cannot be had."""

    def imported(self, name: str, level: int, importer: str) -> str | None:
        """Return the file that an import in `importer` names, None if it is not known for certain."""


class Argument(Struct, frozen=True):
    """An argument of the call at `place`, which the calls of `stack` led to, outermost first: by its `name`, or at its
    `index`. `value` is the number that it was."""

    place: Place
    stack: tuple[Place, ...]
    name: str
    index: int | None
    value: int


class _At(Struct, frozen=True):
    """An expression, where it stands, and the calls that led there."""

    filename: str
    expr: nodes.Expr
    around: tuple[Scope, ...]
    stack: tuple[Place, ...]
    exact: bool = True
    """Whether its value is that of what was followed to it."""
    hops: int = 0
    """From how many files names were imported on the way."""


class _Step(Struct, frozen=True):
    """What gives a name its value, and where that stands."""

    name: str
    span: Span
    at: _At
    each: bool = False


def chain(argument: Argument, texts: Texts) -> tuple[str, tuple[Related, ...]]:
    """Return how the argument is written, "" for a plain number, and the places that give it its value, the first
    place where somebody could change it at the end."""
    site = _site(argument.place, texts)
    expr = None if site is None else arguments.argument(site.call, argument.name, argument.index)
    if site is None or expr is None:
        return "", ()
    at = _At(argument.place.filename, expr, site.around, argument.stack)
    steps = list(_steps(at, texts))
    last = steps[-1].at if steps else at
    if last.exact and isinstance(last.expr, nodes.Constant) and last.expr.value != argument.value:
        return "", ()  # something else than what is written here gave it another value
    own = written(expr) if any(True for _ in _leaves(expr)) else ""
    own = "" if own == argument.name else own
    return own, tuple(_related(step, argument.value) for step in steps)


def _related(step: _Step, value: int) -> Related:
    place = Place(step.at.filename, step.span)
    text = written(step.at.expr)
    if step.each:
        return Related(place, f"`{step.name}` goes through {f'`{text}`' if text else 'what stands'} here")
    if not text:
        return Related(place, f"`{step.name}` comes from here")
    if isinstance(step.at.expr, nodes.Constant):
        return Related(place, f"`{step.name}` is {text} here")
    told = f", which is {value}," if step.at.exact and isinstance(step.at.expr, nodes.BinOp) else ""
    return Related(place, f"`{step.name}` is `{text}`{told} here")


def _steps(at: _At, texts: Texts) -> Iterator[_Step]:
    for _ in range(MOST_FOLLOWED):
        step = _step(at, texts)
        if step is None:
            return
        yield step
        at = step.at


def _step(at: _At, texts: Texts) -> _Step | None:
    """Return what gives the one name of an expression its value; None where it has none, or several."""
    expr = at.expr
    if isinstance(expr, nodes.Constant | nodes.List | nodes.Tuple | nodes.Dict):
        return None
    if isinstance(expr, nodes.Name):
        return _of_name(at, expr.id, texts)
    if isinstance(expr, nodes.Attribute):
        return _of_attribute(at, expr, texts)
    leaves = {written(leaf): leaf for leaf in _leaves(expr)}
    if len(leaves) != 1:
        return None
    (leaf,) = leaves.values()
    return _step(replace(at, expr=leaf, exact=False), texts)


def _leaves(expr: nodes.Expr) -> Iterator[nodes.Name | nodes.Attribute]:
    """Yield the names and attributes that an expression is computed of, functions that it calls left out."""
    if isinstance(expr, nodes.Name | nodes.Attribute):
        yield expr
    elif isinstance(expr, nodes.Call):
        for given in (*expr.args, *(it.value for it in expr.keywords)):
            yield from _leaves(given)
    elif isinstance(expr, nodes.BinOp):
        yield from (*_leaves(expr.left), *_leaves(expr.right))
    elif isinstance(expr, nodes.UnaryOp):
        yield from _leaves(expr.operand)
    elif isinstance(expr, nodes.Subscript):
        yield from _leaves(expr.value)


def _of_name(at: _At, name: str, texts: Texts) -> _Step | None:
    for depth in range(len(at.around) - 1, -1, -1):
        scope, around = at.around[depth], at.around[: depth + 1]
        is_own = not any(isinstance(it, nodes.FunctionDef) for it in at.around[depth + 1 :])
        if isinstance(scope, nodes.ListComp | nodes.GeneratorExp):
            found = givings(scope.generators, name)
        elif isinstance(scope, nodes.FunctionDef):
            found = givings(scope.body, name)
            if arguments.parameter(scope, name) is not None:
                return _of_parameter(at, scope, around, name, texts) if is_own and not found else None
        elif isinstance(scope, nodes.ClassDef) and depth == len(at.around) - 1:
            found = givings(scope.body, name)
        else:
            continue
        if found:
            return _only(at, name, found, around, at.stack if is_own else ())
    module = texts.body(at.filename)
    if module is None:
        return None
    return _only(at, name, givings(module.body, name), (), ()) or _of_import(at, module, name, texts)


def _only(
    at: _At, name: str, found: tuple[Giving, ...], around: tuple[Scope, ...], stack: tuple[Place, ...]
) -> _Step | None:
    """Return the step to what gives a name its value, if that is one thing."""
    if len(found) != 1:
        return None
    giving = found[0]
    exact = at.exact and not giving.each
    return _Step(name, giving.span, _At(at.filename, giving.value, around, stack, exact, at.hops), giving.each)


def _of_parameter(
    at: _At, function: nodes.FunctionDef, around: tuple[Scope, ...], name: str, texts: Texts
) -> _Step | None:
    """Return the step to the call that gave a parameter its value, or to its default."""
    caller = at.stack[-1] if at.stack else None
    site = None if caller is None else _site(caller, texts)
    if caller is not None and site is not None:
        is_method = len(around) > 1 and isinstance(around[-2], nodes.ClassDef)
        given = arguments.argument(site.call, name, arguments.place_of(function, name, is_method=is_method))
        if given is not None:
            return _Step(name, caller.span, _At(caller.filename, given, site.around, at.stack[:-1], at.exact))
        if arguments.has_stars(site.call):
            return None
    parameter = arguments.parameter(function, name)  # it is built from its defaults where no call is
    if parameter is None or parameter.default is None:
        return None
    span = (*parameter.span[:2], *parameter.default.span[2:])
    return _Step(name, span, _At(at.filename, parameter.default, around[:-1], (), at.exact))


def _of_import(at: _At, module: nodes.Module, name: str, texts: Texts) -> _Step | None:
    """Return the step to what gives a name its value in the file that it is imported from."""
    path, known = _imported(at.filename, module, name, texts)
    if not path or at.hops == MOST_FOLLOWED:
        return None
    return _of_name(_At(path, at.expr, (), (), at.exact, at.hops + 1), known, texts)


def _imported(filename: str, module: nodes.Module, name: str, texts: Texts) -> tuple[str, str]:
    """Return the file that a name is imported from, and what it is called there; two empty texts if it is not."""
    for node in walk(module.body):
        for alias in node.names if isinstance(node, nodes.ImportFrom) else ():
            if (alias.asname or alias.name) == name:
                return texts.imported(node.module, node.level, filename) or "", alias.name
    return "", ""


def _of_attribute(at: _At, expr: nodes.Attribute, texts: Texts) -> _Step | None:
    name = written(expr)
    if isinstance(expr.value, nodes.Name):
        site = Site(_NO_CALL, at.around)
        function, owner = site.function, site.owner
        if function is not None and owner is not None and _receiver(function) == expr.value.id:
            return _of_own(at, name, expr.attr, function, owner, texts)
    held = _resolved(replace(at, expr=expr.value), texts)
    if isinstance(held.expr, nodes.Call):
        for keyword in held.expr.keywords:
            if keyword.arg == expr.attr:
                return _Step(name, held.expr.span, replace(held, expr=keyword.value, exact=at.exact))
        held = replace(held, expr=held.expr.func)
    name_there = held.expr.id if isinstance(held.expr, nodes.Name) else ""
    filename, cls = _class_of(held.filename, name_there, texts)
    if cls is None:
        return None
    return _only(replace(at, filename=filename), name, givings(cls.body, expr.attr), (cls,), ())


_NO_CALL = nodes.Call((1, 0, 1, 0), nodes.Name((1, 0, 1, 0), ""), (), ())


def _receiver(function: nodes.FunctionDef) -> str:
    return function.params.args[0].name if function.params.args else ""


def _of_own(
    at: _At, name: str, attribute: str, function: nodes.FunctionDef, owner: nodes.ClassDef, texts: Texts
) -> _Step | None:
    """Return the step to where a method sets an attribute of its own object, if one place of the class does."""
    found = attribute_givings(owner, attribute)
    if len(found) != 1:
        return None
    giving, method = found[0]
    outer = at.around[: at.around.index(owner) + 1]
    if method is None:
        return _only(at, name, (giving,), outer, ())
    if method is function:
        return _only(at, name, (giving,), (*outer, method), at.stack)
    return _only(at, name, (giving,), (*outer, method), _led_to(method, at, texts))


def _led_to(method: nodes.FunctionDef, at: _At, texts: Texts) -> tuple[Place, ...]:
    """Return the calls that led to a method, from which others led to where one is; () if they are not known."""
    for length in range(len(at.stack) - 1, -1, -1):
        place = at.stack[length]
        site = _site(place, texts) if place.filename == at.filename else None
        if site is not None and site.function is method:
            return at.stack[:length]
    return ()


def _resolved(at: _At, texts: Texts) -> _At:
    """Follow plain names to what they stand for."""
    for _ in range(MOST_FOLLOWED):
        step = _of_name(at, at.expr.id, texts) if isinstance(at.expr, nodes.Name) else None
        if step is None or step.each:
            return at
        at = step.at
    return at


def _class_of(filename: str, name: str, texts: Texts, hops: int = 0) -> tuple[str, nodes.ClassDef | None]:
    """Return the class that a name stands for, if it is defined once, and the file where."""
    module = texts.body(filename)
    if module is None:
        return filename, None
    found = [it for it in walk(module.body) if isinstance(it, nodes.ClassDef) and it.name == name]
    if found:
        return filename, found[0] if len(found) == 1 else None
    path, known = _imported(filename, module, name, texts)
    return _class_of(path, known, texts, hops + 1) if path and hops < MOST_FOLLOWED else (filename, None)


def _site(place: Place, texts: Texts) -> Site | None:
    module = texts.body(place.filename)
    return None if module is None else sites_of(module).get(place.span)
