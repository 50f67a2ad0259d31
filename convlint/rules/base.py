"""What a rule is: a code, a name, a severity, a page with examples, and a check of a model's traces."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import ClassVar

from msgspec import Struct

from convlint.changes import Change
from convlint.config import Config
from convlint.evidence import Evidence
from convlint.findings import Related, Severity
from convlint.origins.spelling import Spelt
from convlint.origins.traced import Traced
from convlint.trace import ModelTrace, Place, ProgramTrace


class Claim(Struct, frozen=True):
    """What a rule found, before it is known whether its place may be shown.

    `stack` are the calls that led to `place`, outermost first: if `place` lies in a file that nobody asked for, the
    innermost of them that lies in an asked-for file stands for it. `severity` of None is the rule's own. `evidence` is
    what torch must show if it is true, a piece for each thing that it says, `fix` what to change for it to be gone.
    """

    message: str
    place: Place
    stack: tuple[Place, ...] = ()
    layer: str = ""
    severity: Severity | None = None
    related: tuple[Related | Traced, ...] = ()
    help: str | Spelt = ""
    evidence: Evidence | tuple[Evidence, ...] | None = None
    fix: Change | None = None


class Rule:
    """One rule. A subclass states its metadata and overrides one of the checks.

    The subclass's docstring is the rule's page: a first line that says what the rule claims, then the sections
    "What it does", "Why is this bad?", "Example" and "Use instead". `BAD` and `GOOD` are whole small programs that the
    rule must and must not report; they are tests and documentation at once.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity]
    needs_sizes: ClassVar[bool] = True
    """Whether it can say nothing certain of a model whose input sizes are open."""
    of_sizes: ClassVar[bool] = False
    """Whether the numbers that a program gives, such as the size of an input or a budget, can cause it in layers that
    are not the program's own; all else that is no error is their authors' affair."""
    BAD: ClassVar[tuple[str, ...]] = ()
    GOOD: ClassVar[tuple[str, ...]] = ()
    EXAMPLE_SETTINGS: ClassVar[Config] = Config()
    """The settings under which the examples are to be read."""

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        """Yield what one run of a model shows."""
        return iter(())

    def check_model(self, traces: Sequence[ModelTrace], settings: Config) -> Iterator[Claim]:
        """Yield what all runs of one model class show together; `traces` is not empty."""
        for trace in traces:
            yield from self.check(trace, settings)

    def check_program(self, program: ProgramTrace, settings: Config) -> Iterator[Claim]:
        """Yield what one path of a script or function shows, inside and outside of the models that it runs."""
        return iter(())

    @property
    def page(self) -> str:
        """The rule's documentation in Markdown, without the heading."""
        return inspect.cleandoc(type(self).__doc__ or "")

    @property
    def summary(self) -> str:
        """What the rule claims, in one line."""
        return self.page.partition("\n")[0]

    @property
    def slug(self) -> str:
        """Code and name, as in the name of its page: "CVL101-non-integral-output"."""
        return f"{self.code}-{self.name}"
