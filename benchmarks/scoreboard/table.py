"""Counts verdicts, and writes the scoreboard in text and in Markdown."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from benchmarks.scoreboard.compare import Verdict

STATUSES = ("exact", "partial", "wrong", "failed")

PREAMBLE = """\
# What convlint sees of real models

Written by `benchmarks/zoo.py compare --write`. A model is **exact** when for every call of a leaf module its
path, kind, input and output shapes and parameters, and the total of the parameters, equal what torch itself
shows; **partial** when something is unknown, and convlint says so; **wrong** when anything that it claims
differs; **failed** when there is no answer within the limits. Seconds are processor time.
"""


@dataclass(frozen=True, slots=True)
class Score:
    """The verdicts over one package and what they cost."""

    package: str
    """Name and version."""
    verdicts: tuple[Verdict, ...]
    seconds: float
    """Processor time of all models."""
    peak: int
    """Bytes, of the worker that held the most."""

    def count(self, status: str) -> int:
        """How many models have this status."""
        return sum(verdict.status == status for verdict in self.verdicts)


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason, shared by the models that it keeps from being exact."""

    status: str
    text: str
    verdicts: tuple[Verdict, ...]


def package_version(package: str, source: Path) -> str:
    """The package's name and, where its metadata lie beside it, its version."""
    found = sorted(source.glob(f"{package}-*.dist-info"))
    return f"{package} {found[0].name.removesuffix('.dist-info').partition('-')[2]}" if found else package


def causes(score: Score) -> list[Cause]:
    """Why models are not exact: the worst status first, then the most frequent."""
    groups: defaultdict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for verdict in score.verdicts:
        if verdict.status != "exact":
            groups[verdict.status, verdict.cause].append(verdict)
    rank = {status: at for at, status in enumerate(("wrong", "failed", "partial"))}
    ordered = sorted(groups.items(), key=lambda item: (rank[item[0][0]], -len(item[1]), item[0][1]))
    return [Cause(status, text, tuple(verdicts)) for (status, text), verdicts in ordered]


def line(score: Score) -> str:
    """One line of text."""
    counts = ", ".join(f"{score.count(status)} {status}" for status in STATUSES)
    cost = f"{score.seconds:.1f} s, {score.peak / 1e6:.0f} MB"
    return f"{score.package}: {len(score.verdicts)} models: {counts}; {cost}"


def cause_lines(score: Score, examples: int = 3) -> list[str]:
    """The causes as text, each with some of its models."""
    lines = []
    for cause in causes(score):
        lines.append(f"{len(cause.verdicts):5} {cause.status:8}{cause.text}")
        lines += [f"{'':14}{verdict.target}  {verdict.detail}" for verdict in cause.verdicts[:examples]]
    return lines


def section(score: Score) -> str:
    """The package's part of the Markdown page."""
    head = ["models", *STATUSES, "seconds", "peak memory"]
    counts = [str(score.count(status)) for status in STATUSES]
    cells = [str(len(score.verdicts)), *counts, f"{score.seconds:.0f}", f"{score.peak / 1e6:.0f} MB"]
    lines = [f"## {score.package}", "", _row(head), _row(["---:"] * len(head)), _row(cells)]
    found = causes(score)
    if found:
        lines += ["", _row(["models", "status", "first cause", "for example"]), _row(["---:", "---", "---", "---"])]
        lines += [_row([str(len(c.verdicts)), c.status, _code(c.text), _code(c.verdicts[0].target)]) for c in found]
    return "\n".join(lines) + "\n"


def write(path: Path, score: Score) -> None:
    """Put the package's section into the page, in place of an older one of the same package."""
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    own = _named(score.package)
    parts = re.split(r"(?m)^(?=## )", old)[1:]
    kept = [part for part in parts if _named(part.partition("\n")[0].removeprefix("## ")) != own]
    parts = sorted([part.strip() + "\n" for part in kept] + [section(score)], key=str.lower)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([PREAMBLE, *parts]), encoding="utf-8")


def _named(title: str) -> tuple[str, str]:
    """The package of a section and the front door that it is about, whatever the version."""
    package, _, through = title.partition(", ")
    return package.partition(" ")[0], through


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    return "`" + text.replace("`", "'").replace("|", "\\|") + "`" if text else ""
