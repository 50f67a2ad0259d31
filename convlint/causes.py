"""One finding for one cause: what several rules say of the same windows of one layer is told once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from convlint.findings import Finding, Related
from convlint.places import Place

_OF_ONE_CAUSE = frozenset({"CVL101", "CVL105", "CVL106"})
"""What windows do not read, and what they read beside their input: it follows from kernel, stride and padding."""


def one_for_each_cause(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings; of those of one cause at one place the gravest, with what the others say as related places.

    What was silenced or is not asked for must be gone by then.
    """
    groups: dict[object, list[Finding]] = {}
    for number, finding in enumerate(findings):
        groups.setdefault(_cause(finding) or number, []).append(finding)
    return [_spokesman(group) for group in groups.values()]


def _cause(finding: Finding) -> Place | None:
    return finding.place if finding.code in _OF_ONE_CAUSE else None


def _spokesman(group: list[Finding]) -> Finding:
    chosen, *others = sorted(group, key=lambda finding: (finding.severity.rank, finding.code))
    if not others:
        return chosen
    also = (Related(it.related[0].place if it.related else it.place, f"{it.code}: {it.message}") for it in others)
    evidence = tuple(piece for finding in (chosen, *others) for piece in finding.evidence)
    advice = "; ".join(dict.fromkeys(finding.help for finding in (chosen, *others) if finding.help))
    return replace(chosen, related=(*chosen.related, *also), help=advice, evidence=evidence)
