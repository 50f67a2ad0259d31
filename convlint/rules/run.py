"""From traces to findings: runs the rules, and finds the place that may be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from convlint.axes.following import forget
from convlint.config import Config
from convlint.evidence import Evidence
from convlint.findings import Finding, Related, Severity
from convlint.links import rule_url
from convlint.origins.following import Texts
from convlint.origins.spelling import spelt
from convlint.origins.traced import told
from convlint.places import is_installed
from convlint.rules.base import Claim, Rule
from convlint.sightings import Sighting
from convlint.trace import ModelTrace, Place, ProgramTrace

Asked = Callable[[str], bool]
"""Tells whether a file is one of those that the user asked about."""

_MOST_PRESUMED = 2


def sightings(
    traces: Iterable[ModelTrace], rules: Sequence[Rule], settings: Config, asked: Asked, texts: Texts | None = None
) -> Iterator[Sighting]:
    """Yield what the rules find in the traces, which are taken together for each model class.

    `texts` are the files in which it is looked up where the numbers of a finding come from.
    """
    models: dict[tuple[str, Place], list[ModelTrace]] = {}
    for trace in traces:
        models.setdefault((trace.qualname, trace.place), []).append(trace)
    for runs in models.values():
        for rule in rules:
            for claim in rule.check_model(runs, settings):
                finding = _finding(rule, claim, runs[0], asked, texts)
                if finding is not None:
                    error = finding.severity is Severity.ERROR
                    yield Sighting(finding, claim.place, _refused_on_defaults(runs) if error else None)
        forget()


def program_sightings(
    programs: Iterable[ProgramTrace], rules: Sequence[Rule], settings: Config, asked: Asked
) -> Iterator[Sighting]:
    """Yield what the rules find in what a file does as a program, whatever models it runs."""
    for program in programs:
        for rule in rules:
            for claim in rule.check_program(program, settings):
                finding = _finding(rule, claim, program, asked)
                if finding is not None:
                    yield Sighting(finding, claim.place)


def _refused_on_defaults(runs: Sequence[ModelTrace]) -> Place | None:
    """Return where a class is defined that torch refuses in no other runs than those on defaults."""
    refused = [trace for trace in runs if trace.violation is not None]
    return runs[0].place if refused and all(trace.on_defaults for trace in refused) else None


def _finding(
    rule: Rule, claim: Claim, trace: ModelTrace | ProgramTrace, asked: Asked, texts: Texts | None = None
) -> Finding | None:
    """Return the finding that a claim makes, or None if nothing that led there is in a file that was asked for."""
    place = _shown_place(claim, trace, asked)
    if place is None or (
        is_installed(claim.place) and not asked(claim.place.filename) and not _is_own_affair(rule, claim, trace)
    ):
        return None
    related = tuple(told(claim.related, texts))
    if place != claim.place:
        related = (Related(claim.place, "it is here, in a file that was not asked for"), *related)
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=claim.severity or rule.severity,
        message=claim.message,
        place=place,
        model=trace.name if isinstance(trace, ModelTrace) else "",
        layer=claim.layer,
        related=(*related, *_presumed(claim, trace, place)),
        help=claim.help if isinstance(claim.help, str) else spelt(claim.help, texts),
        url=rule_url(rule.code, rule.name),
        change=claim.fix,
        evidence=_pieces(claim.evidence),
    )


def _pieces(evidence: Evidence | tuple[Evidence, ...] | None) -> tuple[Evidence, ...]:
    if evidence is None:
        return ()
    return evidence if isinstance(evidence, tuple) else (evidence,)


def _is_own_affair(rule: Rule, claim: Claim, trace: ModelTrace | ProgramTrace) -> bool:
    """Tell whether a claim about an installed package concerns who uses it: torch raises, or it is a warning that the
    numbers in the program cause."""
    severity = claim.severity or rule.severity
    given = not isinstance(trace, ModelTrace) or trace.input_source != "symbolic"
    return severity is Severity.ERROR or (severity is Severity.WARNING and rule.of_sizes and given)


def _presumed(claim: Claim, trace: ModelTrace | ProgramTrace, place: Place) -> tuple[Related, ...]:
    """Return what a claim about the program's files takes of the world outside, each thing once."""
    files = {place.filename, claim.place.filename, trace.place.filename}
    told = {gap.reason: gap.place for gap in trace.presumed if gap.place is not None and gap.place.filename in files}
    return tuple(Related(where, what) for what, where in list(told.items())[:_MOST_PRESUMED])


def _shown_place(claim: Claim, trace: ModelTrace | ProgramTrace, asked: Asked) -> Place | None:
    """Return the claim's place, or the innermost asked-for call that led there."""
    led = [claim.place, *reversed(claim.stack)]
    if isinstance(trace, ModelTrace) and trace.call is not None:
        led.append(trace.call)
    led.append(trace.place)
    return next((place for place in led if asked(place.filename)), None)
