"""The comparison as text: a line for each model, totals, and the page in docs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.acceptance.answers import GRID, LARGEST, sizes
from benchmarks.acceptance.judge import Verdict

HEAD = f"""# Which inputs models accept: convlint against torch

Written by `python benchmarks/accepts.py compare --source .zoo --write`. For each model, `convlint accepts` gives the
set of sizes of one image that the model takes, in evaluation mode; torch was asked size by size: every square from 1×1
to {LARGEST}×{LARGEST}, and every two different sides of {", ".join(map(str, GRID))}, {len(sizes())} sizes in all.
A size counts as taken if the forward does not raise.

"On the CPU" is how many of the sizes ran on the CPU. They were taken in an order by chance until a model had had
its share of time; the rest ran on the meta device, and on the CPU again within two of every square at which the answer
changes. Where a set is not decided, the column says why first, and how many sizes are refused with certainty
all the same.

"""


def line(verdict: Verdict) -> str:
    """Say in one line what was found."""
    name, spent = verdict.truth.name, f"{verdict.seconds:.1f} s"
    if verdict.wrong:
        return f"{name}  {len(verdict.wrong)} WRONG: {verdict.wrong[:6]}"
    if verdict.undecided:
        return f"{name}  not decided: {'; '.join(verdict.undecided[:3])}  ({verdict.excluded} refused)  {spent}"
    return f"{name}  equal on {len(sizes())} sizes ({verdict.truth.on_cpu} on the CPU)  {spent}"


def totals(verdicts: Sequence[Verdict]) -> str:
    """Say in one line how many models and sizes were compared, and how many disagree."""
    decided = [verdict for verdict in verdicts if not verdict.undecided]
    excluded = sum(verdict.excluded for verdict in verdicts)
    return (
        f"{len(verdicts)} models: {len(decided)} decided, {len(verdicts) - len(decided)} not decided. "
        f"{len(decided) * len(sizes())} sizes of the decided compared, {excluded} sizes of others refused for certain; "
        f"{sum(len(verdict.wrong) for verdict in verdicts)} disagreements."
    )


def page(verdicts: Sequence[Verdict]) -> str:
    """Return the page in Markdown."""
    rows = ["| model | torch takes | on the CPU | convlint |", "| --- | --- | --- | --- |"]
    for verdict in sorted(verdicts, key=lambda verdict: verdict.truth.name):
        truth = verdict.truth
        rows.append(f"| `{truth.name}` | {len(truth.taken)} | {truth.on_cpu} | {_said(verdict)} |")
    causes = Counter(reason for verdict in verdicts for reason in verdict.undecided[:1])
    parts = [HEAD, totals(verdicts), "\n\n", "\n".join(rows), "\n"]
    if causes:
        parts.append("\nWhy a set is not decided, the first reason of each model:\n\n")
        parts += [f"- {count} × {reason}\n" for reason, count in causes.most_common()]
    return "".join(parts)


def _said(verdict: Verdict) -> str:
    if verdict.wrong:
        return f"**{len(verdict.wrong)} wrong**"
    if verdict.undecided:
        return f"not decided: {verdict.undecided[0].replace('|', '∣')}; {verdict.excluded} refused".replace("\n", " ")
    return "equal"
