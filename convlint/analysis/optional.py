"""Arguments that stand for nothing unless they are given: `width=None`, `parts=()`."""

from __future__ import annotations

from convlint.ir import nodes


def open_arguments(params: nodes.Parameters) -> list[nodes.Parameter]:
    """Return the arguments whose default is None or an empty container: nobody is known to call with it."""
    return [param for param in params.single if param.default is not None and _stands_for_nothing(param.default)]


def _stands_for_nothing(default: nodes.Expr) -> bool:
    if isinstance(default, nodes.Constant):
        return default.value is None
    if isinstance(default, nodes.Tuple | nodes.List):
        return not default.elts
    return isinstance(default, nodes.Dict) and not default.keys
