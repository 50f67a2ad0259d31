"""The text of every output format on the fixtures, pinned: a change of wording shows here."""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from convlint.cli import main

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("form", ["full", "concise", "json"])
def test_check(
    form: str, snapshot: SnapshotAssertion, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["check", "fixtures", "--isolated", "--color", "never", "--output-format", form]) == 1
    assert capsys.readouterr().out == snapshot


@pytest.mark.parametrize("target", ["filters.py:TwentyFiltersOnVideo", "filters.py:FirstLayer", "pooling.py:Padded"])
def test_summary(
    target: str, snapshot: SnapshotAssertion, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["summary", f"fixtures/worked/{target}"]) == 0
    assert capsys.readouterr().out == snapshot


def test_rule(snapshot: SnapshotAssertion, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "CVL101"]) == 0
    assert capsys.readouterr().out == snapshot
