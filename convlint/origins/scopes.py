"""What a file binds and calls, found once for each file: calls by their place, and what gives a name its value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.places import Span

Scope = nodes.FunctionDef | nodes.ClassDef | nodes.Lambda | nodes.ListComp | nodes.GeneratorExp
_SCOPES = (nodes.FunctionDef, nodes.ClassDef, nodes.Lambda, nodes.ListComp, nodes.GeneratorExp)


class Site(Struct, frozen=True):
    """A call, and the definitions and comprehensions around it, outermost first."""

    call: nodes.Call
    around: tuple[Scope, ...]

    @property
    def function(self) -> nodes.FunctionDef | None:
        """The function that makes the call, None at module level or in the body of a class."""
        inner = next((it for it in reversed(self.around) if isinstance(it, nodes.FunctionDef | nodes.ClassDef)), None)
        return inner if isinstance(inner, nodes.FunctionDef) else None

    @property
    def owner(self) -> nodes.ClassDef | None:
        """The innermost class around the call."""
        return next((it for it in reversed(self.around) if isinstance(it, nodes.ClassDef)), None)


class Giving(Struct, frozen=True):
    """What gives a name its value: an expression, or with `each` one whose items it takes in turn."""

    span: Span
    value: nodes.Expr
    each: bool = False


def sites_of(module: nodes.Module) -> dict[Span, Site]:
    """Return every call of a file by its span."""
    return module.once("sites", lambda: {site.call.span: site for site in _sites(module)})


def _sites(module: nodes.Module) -> Iterator[Site]:
    stack: list[tuple[Any, tuple[Scope, ...]]] = [(module.body, ())]
    while stack:
        part, around = stack.pop()
        if isinstance(part, tuple):
            stack.extend((item, around) for item in part)
        elif isinstance(part, nodes.Node):
            if isinstance(part, nodes.Call):
                yield Site(part, around)
            inside = (*around, part) if isinstance(part, _SCOPES) else around
            stack.extend((getattr(part, field), inside) for field in part.__struct_fields__ if field != "span")


def givings(body: object, name: str) -> tuple[Giving, ...]:
    """Return all that gives a name its value in a body, functions and classes inside left out."""
    found: list[Giving] = []
    for node in walk(body):
        if isinstance(node, nodes.Assign):
            found += [it for target in node.targets for it in _assigned(target, name, node.value)]
        elif isinstance(node, nodes.AnnAssign) and node.value is not None:
            found += _assigned(node.target, name, node.value)
        elif isinstance(node, nodes.AugAssign | nodes.NamedExpr):
            found += _assigned(node.target, name, node)
        elif isinstance(node, nodes.For | nodes.Comprehension) and _binds(node.target, name):
            found.append(Giving(_head(node), node.iter, each=True))
    return tuple(found)


def attribute_givings(owner: nodes.ClassDef, name: str) -> tuple[tuple[Giving, nodes.FunctionDef | None], ...]:
    """Return all that sets `self.name` in a class, each with its method; what its body sets with None."""
    found: list[tuple[Giving, nodes.FunctionDef | None]] = [(it, None) for it in givings(owner.body, name)]
    for method in owner.body:
        if isinstance(method, nodes.FunctionDef) and method.params.args:
            receiver = method.params.args[0].name
            found += [(it, method) for it in givings(method.body, f"{receiver}.{name}")]
    return tuple(found)


def _assigned(target: nodes.Expr, name: str, value: Any) -> Iterator[Giving]:
    if _named(target) == name:
        yield Giving((*target.span[:2], *value.span[2:]), value)
    elif isinstance(target, nodes.Tuple | nodes.List):
        several = isinstance(value, nodes.Tuple | nodes.List) and len(value.elts) == len(target.elts)
        for index, part in enumerate(target.elts):
            if several:
                yield from _assigned(part, name, value.elts[index])
            elif _binds(part, name):
                yield Giving((*target.span[:2], *value.span[2:]), value, each=True)


def _named(target: nodes.Expr) -> str:
    """Return "name" or "self.name" of what is assigned to, "" for anything else."""
    if isinstance(target, nodes.Name):
        return target.id
    if isinstance(target, nodes.Attribute) and isinstance(target.value, nodes.Name):
        return f"{target.value.id}.{target.attr}"
    return ""


def _binds(target: nodes.Expr, name: str) -> bool:
    return any(_named(part) == name for part in walk(target) if isinstance(part, nodes.Name | nodes.Attribute))


def _head(loop: nodes.For | nodes.Comprehension) -> Span:
    return (*loop.target.span[:2], *loop.iter.span[2:])
