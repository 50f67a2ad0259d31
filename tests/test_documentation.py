"""What is generated from the rules is current, and what the documentation names exists."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from convlint import __version__, links
from convlint.cli import main
from convlint.rules import RULES

ROOT = Path(__file__).resolve().parent.parent


def test_generated_pages_and_table_are_current():
    command = [sys.executable, "docs/generate.py", "--check"]
    run = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def shown_runs() -> list[tuple[str, str]]:
    """Return every command of convlint's that the README and the guides show with its output, and that output."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs" / "guides").glob("*.md"))]
    shown = re.compile(r"^```console\n\$ convlint (.*)\n((?!\$|```)(?:.*\n)+?)```$", re.MULTILINE)
    return [run for page in pages for run in shown.findall(page.read_text(encoding="utf-8"))]


def test_the_site_builds_without_a_warning(tmp_path):
    pytest.importorskip("material")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    told = [line for line in done.stderr.splitlines() if line.startswith(("WARNING", "ERROR"))]
    assert (done.returncode, told) == (0, [])
    assert (tmp_path / "site" / "rules" / "CVL101-non-integral-output" / "index.html").is_file()


def test_every_convention_has_its_test():
    rows = re.findall(
        r"\| `(tests/[\w/]+\.py)::(\w+)` \|$", (ROOT / "docs" / "conventions.md").read_text(), re.MULTILINE
    )
    assert len(rows) > 30
    for path, name in rows:
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{name}"


def test_every_promise_has_its_tests():
    rows = [line for line in (ROOT / "SECURITY.md").read_text().splitlines() if line.startswith("| ")][2:]
    assert len(rows) >= 10
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", row.rpartition(" | ")[0] + row.rpartition(" | ")[2])
        assert named, row
        for path, name in named:
            assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8") if name else (ROOT / path).is_file()


def test_every_rule_page_has_the_address_that_findings_give():
    site = (ROOT / "mkdocs.yml").read_text()
    assert f"site_url: {links.DOCUMENTATION}/" in site
    for rule in RULES:
        assert links.rule_url(rule.code, rule.name) == f"{links.DOCUMENTATION}/rules/{rule.slug}/"
        assert (ROOT / "docs" / "rules" / f"{rule.slug}.md").is_file()


def test_the_readme_shows_runs():
    assert len(shown_runs()) >= 2


@pytest.mark.parametrize(("arguments", "output"), shown_runs())
def test_shown_output_is_real(arguments, output, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    main(arguments.split())
    captured = capsys.readouterr()
    assert captured.out + captured.err == output


def test_changelog_names_every_rule():
    assert set(re.findall(r"CVL\d{3}", (ROOT / "CHANGELOG.md").read_text())) == {rule.code for rule in RULES}


def test_version_is_a_release_or_its_preparation():
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.dev\d+|rc\d+)?", __version__)


def test_the_readme_compares_with_what_was_measured():
    from benchmarks.comparison import PAGE, README, TOOLS, with_table

    readme, page = README.read_text(), PAGE.read_text()
    assert with_table(readme, page) == readme
    assert all(f"\n| {tool} " in readme for tool in TOOLS)
