"""The code of a function: what its text says of its parameters, and its body, compiled when it is first called."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, TypeVar

from convlint.interp.values.unknown import Value
from convlint.ir import nodes

if TYPE_CHECKING:
    from convlint.interp.values.scope import Frame, Names
    from convlint.interp.vm import Vm

T = TypeVar("T")

Run = Callable[["Vm", "Frame"], Any]
"""A compiled expression, which returns its value, or a statement, which returns how it ended: None or a `Stop`."""

Pausing = Callable[["Vm", "Frame"], Generator[Value, Value, Any]]
"""The same where a generator may pause in it."""


class Code:
    """A `def` or `lambda`; `names` is what its text says of its scope.

    `compile_body` makes the body and tells its size in steps; a body returns what the function returns, or yields what
    the generator function yields.
    """

    __slots__ = (
        "answers", "body", "by_name", "compile_body", "is_async", "is_generator", "is_lambda", "kwarg", "names", "node",
        "positional", "required", "simple", "size", "span", "vararg",
    )  # fmt: skip

    def __init__(
        self,
        node: nodes.FunctionDef | nodes.Lambda,
        names: Names,
        compile_body: Callable[[Code], tuple[Run | Pausing, int]],
    ) -> None:
        params = node.params
        self.node = node
        self.names = names
        self.compile_body = compile_body
        self.body: Any = None
        self.answers: dict[object, Any] = {}
        self.size = 0
        self.span = node.span
        self.is_lambda = isinstance(node, nodes.Lambda)
        self.is_async = isinstance(node, nodes.FunctionDef) and node.is_async
        self.is_generator = node.is_generator
        self.positional = tuple(param.name for param in params.posonly + params.args)
        self.by_name = frozenset(param.name for param in params.args + params.kwonly)
        self.required = self.positional + tuple(param.name for param in params.kwonly)
        self.vararg = None if params.vararg is None else params.vararg.name
        self.kwarg = None if params.kwarg is None else params.kwarg.name
        self.simple = -1 if self.vararg or self.kwarg or params.kwonly else len(self.positional)
        """How many arguments, all by position, are bound without further ado; -1 if that is not enough."""

    def told_by(self, question: Callable[[Code], T]) -> T:
        """Return the answer to a question about the text, which is asked once.

        The code keeps it: a table of codes elsewhere would keep them, and all that they are made of, for ever.
        """
        if question not in self.answers:
            self.answers[question] = question(self)
        answer: T = self.answers[question]
        return answer

    def prepare(self) -> Any:
        """Compile the body, on the first call."""
        self.body, self.size = self.compile_body(self)
        return self.body
