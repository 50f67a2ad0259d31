"""What single runs of single models show, and how that becomes findings: each thing is said once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from convlint.findings import Finding, Related
from convlint.places import Place

if TYPE_CHECKING:
    from convlint.evidence import Evidence

_MOST_RELATED = 5


class Sighting(Struct, frozen=True):
    """A finding as one run of one model shows it, and where that really is."""

    finding: Finding
    origin: Place
    unless_built: Place | None = None
    """A class that torch refuses as built from its defaults: who builds it with arguments may never rely on them."""


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
            also = _unlike(message, chosen.finding.message)
            others.setdefault(message, Related(_call_or_place(sighting), f"also {also}"))
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


def _unlike(message: str, said: str) -> str:
    """Return a message without its end that is said already: "`b`" for "`b`: too small" beside "`a`: too small"."""
    what, colon, rest = message.partition(": ")
    return what if colon and rest == said.partition(": ")[2] else message


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
