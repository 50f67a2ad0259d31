"""Which rules run, in which files their findings are told, and how much they weigh, as the settings say."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from convlint.config import Config
from convlint.errors import ConfigError, UsageError
from convlint.findings import Finding, Severity
from convlint.rules.base import Rule
from convlint.source.ignores import Patterns, patterns_of

_PREFIX = re.compile(r"CVL\d{0,3}")
_OTHERS = re.compile(r"(?!C?V?L)[A-Z]{1,2}\d+")
"""Codes of other tools, such as E501, which are no misspelt ones of convlint's."""


class UnknownSelectorError(UsageError):
    """A selector that stands for no rule."""

    def __init__(self, selector: str, near: str) -> None:
        self.selector, self.near = selector, near
        hint = (
            f"the nearest is `{near}`" if near else "give a code such as CVL101, a prefix such as CVL1, a name, or ALL"
        )
        super().__init__(f"unknown rule selector `{selector}`: {hint}")


class LeftOut(Struct, frozen=True):
    """Rules that say nothing in the files of a pattern, or, if `others`, in all other files."""

    patterns: Patterns | None
    others: bool
    codes: frozenset[str]

    def holds(self, finding: Finding) -> bool:
        if self.patterns is None or finding.code not in self.codes:
            return False
        return (self.patterns.verdict(os.path.realpath(finding.place.filename), False) is True) is not self.others


class Selection(Struct, frozen=True):
    """The rules that run in the files of one settings file; `levels` are the weights that it gives, by code."""

    rules: tuple[Rule, ...]
    levels: Mapping[str, Severity]
    left_out: tuple[LeftOut, ...] = ()

    def tells(self, finding: Finding) -> bool:
        """Tell whether findings of this rule are told in this file."""
        if all(rule.code != finding.code for rule in self.rules):
            return False
        return not any(left_out.holds(finding) for left_out in self.left_out)

    def weighed(self, finding: Finding) -> Finding:
        """Return the finding with the severity that the settings give to its rule."""
        level = self.levels.get(finding.code)
        return finding if level is None else replace(finding, severity=level)


def selection(rules: Sequence[Rule], settings: Config) -> Selection:
    """Return the rules that run under these settings: those selected (all if nothing is), without those ignored.

    The selector that names a rule most closely wins, and `ignore` wins a tie. Raises UsageError for a selector that
    stands for no rule, with its place if a file says it.
    """
    try:
        levels = {rule.code: level for rule in rules if (level := _level(rule, settings.severity, rules)) is not None}
        wanted = (*(settings.select or ("ALL",)), *settings.extend_select)
        picked = chosen(rules, wanted, (*settings.ignore, *settings.extend_ignore))
        left_out = tuple(_left_out(it, rules, settings.root) for it in settings.per_file_ignores.items())
    except UnknownSelectorError as error:
        place = _place_of(settings, error.selector)
        raise (ConfigError(f"{place}: {error}") if place else error) from error
    return Selection(
        tuple(rule for rule in picked if levels.get(rule.code) != "off"),
        {code: Severity(level) for code, level in levels.items() if level != "off"},
        left_out,
    )


def _left_out(item: tuple[str, Sequence[str]], rules: Sequence[Rule], root: str) -> LeftOut:
    pattern, selectors = item
    codes = frozenset(rule.code for rule in chosen(rules, selectors, ()))
    patterns = patterns_of(os.path.realpath(root or os.curdir), [pattern.removeprefix("!")])
    return LeftOut(patterns, pattern.startswith("!"), codes)


def chosen(rules: Sequence[Rule], select: Iterable[str], ignore: Iterable[str]) -> tuple[Rule, ...]:
    """Return the rules that `select` names more closely than `ignore` does. Raises UnknownSelectorError."""
    wanted = [canonical(selector, rules) for selector in select]
    unwanted = [canonical(selector, rules) for selector in ignore]
    return tuple(rule for rule in rules if _closeness(rule, wanted) > _closeness(rule, unwanted))


def canonical(selector: str, rules: Sequence[Rule]) -> str:
    """Return a selector as code, beginning of a code, or "ALL", whatever case it is in. Raises UnknownSelectorError."""
    upper, lower = selector.strip().upper(), selector.strip().lower()
    if upper == "ALL" or (_PREFIX.fullmatch(upper) and any(rule.code.startswith(upper) for rule in rules)):
        return upper
    named = next((rule.code for rule in rules if rule.name == lower), None)
    if named is None:
        raise UnknownSelectorError(selector, nearest(selector, rules))
    return named


def nearest(selector: str, rules: Sequence[Rule]) -> str:
    """Return the code or name that is most like a wrong one, "" if none is."""
    import difflib

    if _OTHERS.fullmatch(selector.strip().upper()):
        return ""
    names = {name.lower(): name for rule in rules for name in (rule.code, rule.name)}
    near = difflib.get_close_matches(selector.lower(), names, n=1)
    return names[near[0]] if near else ""


def _closeness(rule: Rule, selectors: Iterable[str]) -> int:
    """Return how closely the closest selector names the rule: 0 for not at all."""
    return max((1 if s == "ALL" else len(s) for s in selectors if s == "ALL" or rule.code.startswith(s)), default=0)


def _level(rule: Rule, levels: Mapping[str, str], rules: Sequence[Rule]) -> str | None:
    by_selector = {canonical(selector, rules): level for selector, level in levels.items()}
    closest = max(by_selector, key=lambda selector: _closeness(rule, [selector]), default="")
    return by_selector[closest] if _closeness(rule, [closest]) else None


def _place_of(settings: Config, selector: str) -> str:
    """Return where the settings file names a selector, "" if it does not."""
    if not settings.source:
        return ""
    from convlint.config.files import place_of

    lists = {name: getattr(settings, name) for name in ("select", "extend_select", "ignore", "extend_ignore")}
    for name, selectors in lists.items():
        if selector in selectors:
            return place_of(settings.source, [name.replace("_", "-")], selector)
    if selector in settings.severity:
        return place_of(settings.source, ["severity", selector])
    if any(selector in selectors for selectors in settings.per_file_ignores.values()):
        return place_of(settings.source, ["per-file-ignores"], selector)
    return ""
