"""What is written of a result is all of it: a field that is forgotten is noticed here."""

from __future__ import annotations

from convlint.changes import SetArgument
from convlint.findings import Failure, Finding, Fix, Related, Severity
from convlint.followed import Followed
from convlint.linting import plain
from convlint.linting.result import Checked, FileResult
from convlint.places import Concern, Gap, Place, SourceProblem
from convlint.sightings import Sighting
from convlint.source.edits import Edit

HERE, THERE = Place("a\udcff.py", (1, 2, 3, 4)), Place("b.py", (5, 6, 7, 8))
FINDING = Finding(
    "CVL102",
    "name",
    Severity.NOTE,
    "message ×",
    HERE,
    "Net",
    "conv",
    (Related(THERE, "there"),),
    "help",
    "https://",
    Fix("pads", "a.py", (Edit(1, 2, 3, 4, ", padding=1"),), True),
    SetArgument(HERE, "padding", "1", ("stride", "padding"), ("stride",), ("padding",), "pads", True),
)
NOT_WRITTEN = {"evidence", "confirmation"}


def whole() -> Checked:
    result = FileResult(
        "a\udcff.py",
        (Sighting(FINDING, THERE, HERE), Sighting(FINDING, HERE)),
        (Gap(None, "why", ("Net.conv",), concern=Concern.PROGRAM), Gap(THERE, "why not")),
        frozenset({HERE, THERE}),
        (("b.py", SourceProblem("broken", 3, 4)),),
        {"passed": {"a.py": (1, 2)}},
        Failure("a.py", "KeyError", "Traceback"),
        Followed(1, 2, ("why", "why not"), ("it ends",), ("its time is over",)),
    )
    return Checked(result, {("content", "a\udcff.py"): "abc", ("file", "c.py"): "no"}, True)


def test_results_come_back_as_they_were() -> None:
    checked = whole()
    assert plain.read(plain.written(checked)) == checked
    (gap, _) = plain.read(plain.written(checked)).result.gaps
    assert gap.concern is Concern.PROGRAM


def test_no_field_is_forgotten() -> None:
    """Every field has another value than its default in what the test above compares."""
    checked = whole()
    sighting = checked.result.sightings[0]
    for value in (checked, checked.result, sighting, sighting.finding, checked.result.gaps[0]):
        required = len(value.__struct_fields__) - len(value.__struct_defaults__)
        bare = type(value)(*[None] * required)
        for name in value.__struct_fields__[required:]:
            assert name in NOT_WRITTEN or getattr(value, name) != getattr(bare, name), name
