"""What convlint tells a person: findings, and the report of a run that holds them. Not how they are shown."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from convlint.changes import Change
from convlint.comparing import Compared
from convlint.followed import NO_MODELS, Followed
from convlint.places import Gap, Place
from convlint.source.edits import Edit

if TYPE_CHECKING:
    from convlint.evidence import Evidence


class Severity(Enum):
    """How much a finding weighs; the value is what every output format prints."""

    ERROR = "error"
    """torch raises, at this place, for every input that the model was said to take."""
    WARNING = "warning"
    """It runs, and loses or wastes something real."""
    NOTE = "note"
    """True and worth knowing, usually meant."""

    @property
    def fails(self) -> bool:
        """Whether a finding of this severity makes the run fail."""
        return self is not Severity.NOTE

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


class Related(Struct, frozen=True):
    """Another place that belongs to a finding, and what is there."""

    place: Place
    message: str


class Status(Enum):
    """What the runtime check made of a finding; the value is what every output format prints."""

    CONFIRMED = "confirmed"
    """torch shows what the finding says."""
    REFUTED = "refuted"
    """torch shows something else: a bug of convlint's."""
    NOT_CHECKED = "not-checked"
    """torch was not asked, or could not answer."""


class Confirmation(Struct, frozen=True):
    """What torch said to one finding, in one line: its error text, what it measured, or why it was not asked."""

    status: Status
    detail: str


class Fix(Struct, frozen=True):
    """What would mend a finding: edits of one file. `message` says what they do, in one line.

    A fix that is not `safe` changes what the model computes or holds, and `message` says so.
    """

    message: str
    filename: str
    edits: tuple[Edit, ...]
    safe: bool

    @property
    def applicability(self) -> str:
        """ "safe" or "unsafe", as output formats print it."""
        return "safe" if self.safe else "unsafe"


class CellFix(Compared, Fix, frozen=True):
    """A fix of a notebook: its edits count the rows of cell `number`, whose `lines` these are."""

    apart: ClassVar = frozenset({"lines"})
    number: int
    lines: tuple[str, ...]


class Finding(Compared, Struct, frozen=True):
    """One thing that a rule has to say about one place.

    `model` is the model's class or factory, `layer` the dotted path of the layer in it; "" where there is none.
    `help` says what would mend it, in one line; `fix` mends it, and `change` is what the rule
    wants to be changed for that. `url` is the rule's page.
    `evidence` is what torch must show if it is true, one piece for each thing that the finding says; `confirmation` is
    what torch showed, None if it was not asked. Findings are compared without their evidence.
    """

    apart: ClassVar = frozenset({"evidence"})
    code: str
    name: str
    severity: Severity
    message: str
    place: Place
    model: str = ""
    layer: str = ""
    related: tuple[Related, ...] = ()
    help: str = ""
    url: str | None = None
    fix: Fix | None = None
    change: Change | None = None
    evidence: tuple[Evidence, ...] = ()
    confirmation: Confirmation | None = None

    @property
    def is_refuted(self) -> bool:
        return self.confirmation is not None and self.confirmation.status is Status.REFUTED

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Path, row, column, code, message: the one order in which every face shows findings."""
        row, column = self.place.span[:2]
        return (self.place.filename, row, column, self.code, self.message)


class Failure(Struct, frozen=True):
    """A file on which convlint itself failed, which is a bug: what was raised, in one line and in full; or, with no
    traceback, a file that a worker could not do, and why."""

    filename: str
    error: str
    traceback: str


class Notice(Struct, frozen=True):
    """Something that is probably not meant, in a comment that directs convlint or in the settings; fails no run.

    `place` is None for what is in no file.
    """

    message: str
    place: Place | None = None


class Unreadable(Struct, frozen=True):
    """A file or folder that was to be read and cannot be."""

    path: str
    reason: str


class Report(Struct, frozen=True):
    """All that one run has to say. `files` counts the files that were read."""

    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...] = ()
    files: int = 0
    failures: tuple[Failure, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    notices: tuple[Notice, ...] = ()
    followed: Followed = NO_MODELS

    @property
    def exit_code(self) -> int:
        """2 if a file was not read or convlint failed on it, 3 if torch refutes a finding, 1 if one fails the run.

        A refuted finding is a bug of convlint's and not of the user's: it fails the run in its own way.
        """
        if self.failures or self.unreadable:
            return 2
        if any(finding.is_refuted for finding in self.findings):
            return 3
        return int(any(finding.severity.fails for finding in self.findings))
