"""From traces to findings: runs the rules, finds the place that may be shown, and says each thing once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from convlint.config import Config
from convlint.evidence import Evidence
from convlint.findings import Finding, Related, Severity
from convlint.links import rule_url
from convlint.rules.base import Claim, Rule
from convlint.trace import ModelTrace, Place

Asked = Callable[[str], bool]
"""Tells whether a file is one of those that the user asked about."""

_MOST_RELATED = 5


@dataclass(frozen=True, slots=True)
class Sighting:
    """A finding as one run of one model shows it, and where that really is."""

    finding: Finding
    origin: Place
    unless_built: Place | None = None
    """A class that torch refuses as built from its defaults: who builds it with arguments may never rely on them."""


def sightings(
    traces: Iterable[ModelTrace], rules: Sequence[Rule], settings: Config, asked: Asked
) -> Iterator[Sighting]:
    """Yield what the rules find in the traces, which are taken together for each model class."""
    models: dict[tuple[str, Place], list[ModelTrace]] = {}
    for trace in traces:
        models.setdefault((trace.qualname, trace.place), []).append(trace)
    for runs in models.values():
        for rule in rules:
            for claim in rule.check_model(runs, settings):
                finding = _finding(rule, claim, runs[0], asked)
                if finding is not None:
                    error = finding.severity is Severity.ERROR
                    yield Sighting(finding, claim.place, _refused_on_defaults(runs) if error else None)


def _refused_on_defaults(runs: Sequence[ModelTrace]) -> Place | None:
    """Return where a class is defined that torch refuses in no other runs than those on defaults."""
    refused = [trace for trace in runs if trace.violation is not None]
    return runs[0].place if refused and all(trace.on_defaults for trace in refused) else None


def merged(found: Iterable[Sighting]) -> tuple[Finding, ...]:
    """Return the findings in the order of their places, one for each code and place.

    The gravest speaks for the others, the first of equals; what the others say that is different stands with it.
    """
    groups: dict[tuple[str, Place], list[Sighting]] = {}
    for sighting in found:
        groups.setdefault((sighting.finding.code, sighting.finding.place), []).append(sighting)
    return tuple(sorted(map(_spokesman, groups.values()), key=lambda finding: finding.sort_key))


def _spokesman(group: list[Sighting]) -> Finding:
    chosen = min(group, key=lambda sighting: sighting.finding.severity.rank)
    others: dict[str, Related] = {}
    for sighting in group:
        message = sighting.finding.message
        if message != chosen.finding.message:
            others.setdefault(message, Related(_call_or_place(sighting), f"also {message}"))
    changes = {sighting.finding.change for sighting in group}
    if len(changes) > 1:  # what mends one run would not mend another
        chosen = replace(chosen, finding=replace(chosen.finding, change=None))
    if not others:
        return chosen.finding
    evidence = _evidence(chosen, group)
    extra = list(others.values())
    shown = extra[:_MOST_RELATED]
    if len(extra) > len(shown):
        shown.append(Related(chosen.finding.place, f"and {len(extra) - len(shown)} more like these"))
    return replace(chosen.finding, related=(*chosen.finding.related, *shown), evidence=evidence)


def _evidence(chosen: Sighting, group: list[Sighting]) -> tuple[Evidence, ...]:
    """Return the evidence of all that is said, what is said first at the beginning."""
    by_message: dict[str, tuple[Evidence, ...]] = {}
    for sighting in (chosen, *group):
        by_message.setdefault(sighting.finding.message, sighting.finding.evidence)
    return tuple(piece for evidence in by_message.values() for piece in evidence)[: _MOST_RELATED + 1]


def _call_or_place(sighting: Sighting) -> Place:
    """Return the call that shows the finding, where it has one, else its own place."""
    related = sighting.finding.related
    return related[0].place if related else sighting.origin


def _finding(rule: Rule, claim: Claim, trace: ModelTrace, asked: Asked) -> Finding | None:
    """Return the finding that a claim makes, or None if nothing that led there is in a file that was asked for."""
    place = _shown_place(claim, trace, asked)
    if place is None:
        return None
    related = claim.related
    if place != claim.place:
        related = (Related(claim.place, "it is here, in a file that was not asked for"), *related)
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=claim.severity or rule.severity,
        message=claim.message,
        place=place,
        model=trace.name,
        layer=claim.layer,
        related=related,
        help=claim.help,
        url=rule_url(rule.code, rule.name),
        change=claim.fix,
        evidence=() if claim.evidence is None else (claim.evidence,),
    )


def _shown_place(claim: Claim, trace: ModelTrace, asked: Asked) -> Place | None:
    """Return the claim's place, or the innermost asked-for call that led there."""
    led = [claim.place, *reversed(claim.stack)]
    if trace.call is not None:
        led.append(trace.call)
    led.append(trace.place)
    return next((place for place in led if asked(place.filename)), None)
