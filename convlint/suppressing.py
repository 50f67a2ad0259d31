"""What comments leave out of a report: the findings that they name; and which of them name what is not found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from convlint.findings import Finding, Fix, Notice
from convlint.fixes.comments import without
from convlint.links import rule_url
from convlint.rules import RULES
from convlint.rules.base import Rule
from convlint.rules.evaluated import Evaluated
from convlint.rules.selection import Selection, UnknownSelectorError, canonical
from convlint.rules.structure.unparsable_file import UnparsableFile
from convlint.rules.structure.unused_suppression import UnusedSuppression
from convlint.source.directives import DirectiveProblem, Directives, Suppression, read_directives
from convlint.source.text import SourceError, SourceText, decode
from convlint.trace import Place

SelectionOf = Callable[[str], Selection]


class Comments:
    """The comments that direct convlint in the files of a run, read when they are first asked for."""

    def __init__(self, data: Mapping[str, bytes]) -> None:
        self._data = data
        self._read: dict[str, Directives] = {}

    def suppressions(self, filename: str) -> Sequence[Suppression]:
        return self._of(filename).suppressions

    @property
    def any_suppressions(self) -> bool:
        return any(self._of(name).suppressions for name in self._data)

    def all_suppressions(self) -> Iterator[tuple[str, Suppression]]:
        for name in self._data:
            for suppression in self._of(name).suppressions:
                yield name, suppression

    def notices(self) -> Iterator[Notice]:
        """Yield the comments that are meant for convlint and not understood."""
        for name in self._data:
            for problem in self._of(name).problems:
                place = Place(name, (problem.row, problem.column, problem.row, problem.end_column))
                yield Notice(problem.message, place)

    def text(self, filename: str) -> SourceText:
        """Return a file that holds comments which were read."""
        return decode(self._data[filename])

    def _of(self, filename: str) -> Directives:
        if filename not in self._read:
            try:
                self._read[filename] = _known(read_directives(decode(self._data.get(filename, b""))))
            except SourceError:
                self._read[filename] = Directives()
        return self._read[filename]


def told(findings: Iterable[Finding], comments: Comments, selection_of: SelectionOf, seen: Evaluated) -> list[Finding]:
    """Return the findings that no comment silences, and what is found of the comments themselves."""
    used: set[tuple[Suppression, str]] = set()
    kept: list[Finding] = []
    for finding in findings:
        silencing = list(_silencing(finding, comments))
        parts = finding.change.parts if finding.change is not None else ()
        elsewhere = (it for part in parts for it in _covering(finding.code, part.place, comments))
        used.update((suppression, finding.code) for suppression in (*silencing, *elsewhere))
        if not silencing:
            kept.append(finding)
    unused = _unused(comments, used, selection_of, seen)
    return kept + [finding for finding in unused if not any(_silencing(finding, comments))]


def _silencing(finding: Finding, comments: Comments) -> Iterator[Suppression]:
    return _covering(finding.code, finding.place, comments)


def _covering(code: str, place: Place, comments: Comments) -> Iterator[Suppression]:
    first, _, last, _ = place.span
    for suppression in comments.suppressions(place.filename):
        if suppression.covers(code, first, last):
            yield suppression


def _unused(
    comments: Comments, used: set[tuple[Suppression, str]], selection_of: SelectionOf, seen: Evaluated
) -> Iterator[Finding]:
    for name, suppression in comments.all_suppressions():
        rules = {rule.code: rule for rule in selection_of(name).rules}
        if UnusedSuppression.code not in rules:
            continue
        silenced = [code for it, code in used if it == suppression]
        idle = [
            named
            for named in suppression.codes or ("CVL",)
            if not any(code.startswith(named) for code in silenced)
            and _are_judged(_named(named), rules, name, suppression, seen)
        ]
        if idle:
            yield _finding(name, suppression, idle if suppression.codes else [], comments.text(name))


def _named(beginning: str) -> list[str]:
    """Return the codes that a code or its beginning stands for; those about the file itself only if named in full."""
    own = (UnusedSuppression.code, UnparsableFile.code)
    codes = [rule.code for rule in RULES if rule.code.startswith(beginning)]
    return [code for code in codes if code not in own or code == beginning]


def _are_judged(
    codes: Iterable[str], rules: Mapping[str, Rule], name: str, suppression: Suppression, seen: Evaluated
) -> bool:
    """Tell whether rules are selected and were evaluated where a comment names them."""
    first, last = suppression.first_row, suppression.last_row
    return all(code in rules and seen.judges(rules[code], name, first, last) for code in codes)


def _finding(name: str, suppression: Suppression, idle: Sequence[str], source: SourceText) -> Finding:
    rule = UnusedSuppression()
    what = ", ".join(f"`{code}`" for code in idle)
    verb = "silence" if len(idle) > 1 else "silences"
    message = f"{what} in this comment {verb} nothing" if idle else "this comment silences nothing"
    place = Place(name, (suppression.row, suppression.column, suppression.row, suppression.end_column))
    url = rule_url(rule.code, rule.name)
    advice, edits = f"remove {what or 'it'}", without(source, suppression, idle)
    fix = Fix(advice, name, edits, safe=True) if edits else None
    return Finding(rule.code, rule.name, rule.severity, message, place, help=advice, url=url, fix=fix)


def _known(directives: Directives) -> Directives:
    """Return directives with codes, or beginnings of codes, for names; names that stand for no rule become problems."""
    suppressions: list[Suppression] = []
    problems = list(directives.problems)
    for suppression in directives.suppressions:
        codes: list[str] = []
        for name in suppression.codes:
            try:
                code = canonical(name, RULES)
            except UnknownSelectorError as error:
                hint = f"; the nearest is `{error.near}`" if error.near else ""
                problems.append(_problem(suppression, f"`{name}` is no rule of convlint's{hint}"))
                continue
            codes.append("CVL" if code == "ALL" else code)
        if codes or not suppression.codes:
            suppressions.append(replace(suppression, codes=tuple(dict.fromkeys(codes))))
    return Directives(
        tuple(suppressions), directives.inputs, tuple(sorted(problems, key=lambda it: (it.row, it.column)))
    )


def _problem(suppression: Suppression, message: str) -> DirectiveProblem:
    return DirectiveProblem(suppression.row, suppression.column, suppression.end_column, message)
