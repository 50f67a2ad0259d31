"""One finding for one cause: what several rules say of the same windows of one layer is told once, and so is what one
rule says of many layers of one model for one reason."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from convlint.changes import Change, SetArgument, SetArguments
from convlint.findings import Finding, Related
from convlint.places import Place

_OF_ONE_CAUSE = frozenset({"CVL101", "CVL105", "CVL106"})
"""What windows do not read, and what they read beside their input: it follows from kernel, stride and padding."""
_OF_ONE_MODEL = {
    "CVL107": "so it is in {} more {} of this model, as the map stays that small",
    "CVL305": "so it is in {} more {} of this model",
}
"""What has one reason in all layers of a model, and how the others are told: a map that is too small, a habit."""
_MOST_SHOWN = 12


def one_for_each_cause(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings; of those of one cause at one place the gravest, with what the others say as related places.

    What was silenced or is not asked for must be gone by then.
    """
    groups: dict[object, list[Finding]] = {}
    for number, finding in enumerate(findings):
        groups.setdefault(_cause(finding) or number, []).append(finding)
    return _one_for_each_model(_spokesman(group) for group in groups.values())


def _one_for_each_model(findings: Iterable[Finding]) -> list[Finding]:
    groups: dict[object, list[Finding]] = {}
    for number, finding in enumerate(findings):
        key = (finding.code, finding.severity, finding.place.filename, finding.model)
        groups.setdefault(key if finding.code in _OF_ONE_MODEL else number, []).append(finding)
    return [_for_all(sorted(group, key=lambda finding: finding.sort_key)) for group in groups.values()]


def _for_all(group: list[Finding]) -> Finding:
    """Return the first of several findings that say the same of other layers, which become related places."""
    first, *others = group
    if not others:
        return first
    count = len({finding.place for finding in others})
    more = _OF_ONE_MODEL[first.code].format(count, "place" if count == 1 else "places")
    also = [Related(finding.place, finding.message) for finding in others[:_MOST_SHOWN]]
    evidence = tuple(piece for finding in group for piece in finding.evidence)
    message, change = f"{first.message}; {more}", _together([finding.change for finding in group])
    return replace(first, message=message, related=(*first.related, *also), evidence=evidence, change=change)


def _together(changes: list[Change | None]) -> Change | None:
    """Return one change that makes all of the same kind."""
    parts = tuple(dict.fromkeys(change for change in changes if isinstance(change, SetArgument)))
    if len(parts) < 2:
        return changes[0]
    what, _, effect = parts[0].message.partition(": ")
    same = all(part.message == parts[0].message for part in parts)
    told = f"{what} in {len(parts)} places" if same else f"change {len(parts)} layers"
    return SetArguments(parts, f"{told}: {effect}" if effect else told)


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
