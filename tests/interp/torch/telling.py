"""What a program shows with and without what the interpreter tells again instead of running it."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

import convlint
from convlint.interp.vm import Vm

Sizes = tuple[int | str, ...]


def told(
    monkeypatch: pytest.MonkeyPatch, path: Path, source: str, telling: tuple[object, str], off: str, *sizes: Sizes
) -> tuple[object, int]:
    """Return all that is found in a file, its `Net` on some sizes, and how often something was told again.

    `telling` is the function that tells again, by its module and name; `off` the property of a run that is false where
    nothing shall be, "" for none.
    """
    count = [0]
    tell = getattr(*telling)

    def counted(*given: object) -> object:
        count[0] += 1
        return tell(*given)

    with monkeypatch.context() as patched:
        patched.setattr(*telling, counted)
        if off:
            patched.setattr(Vm, off, False)
        path.write_text(textwrap.dedent(source))
        report = convlint.lint_paths([path], config=convlint.Config())
        summaries = [convlint.summarize(f"{path}:Net", each) for each in sizes]
    assert not report.failures
    shown = [(str(f.place), f.code, f.message, f.help, [str(r) for r in f.related]) for f in report.findings]
    rows = [[str(layer) for layer in summary.layers] for summary in summaries]
    totals = [(summary.params, str(summary.accepts), summary.gaps) for summary in summaries]
    return (shown, report.gaps, rows, totals), count[0]
