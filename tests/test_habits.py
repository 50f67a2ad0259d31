"""The files that other services read: each is what its reader takes, and pins what it runs."""

from __future__ import annotations

import importlib.resources
import json
import re
from pathlib import Path

import jsonschema
import pytest

from convlint import __version__

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SCHEMAS = {
    "action.yml": "github-actions",
    "CITATION.cff": "citation-file-format",
    **{str(path.relative_to(ROOT)): "github-workflows" for path in WORKFLOWS},
}


@pytest.mark.parametrize(("name", "schema"), SCHEMAS.items())
def test_files_are_what_their_schema_says(name, schema):
    vendored = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{schema}.json"
    # YAML 1.1, which PyYAML reads, takes the key `on` for true.
    text = re.sub(r"^on:", '"on":', (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    jsonschema.validate(yaml.safe_load(text), json.loads(vendored.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", [*WORKFLOWS, ROOT / "action.yml"], ids=lambda path: path.name)
def test_actions_are_pinned_by_hash_and_may_do_little(path):
    text = path.read_text(encoding="utf-8")
    used = re.findall(r"uses: (\S+)(.*)", text)
    assert used
    for action, comment in used:
        assert action == "./" or re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)
        assert action == "./" or re.fullmatch(r" # v\d+\.\d+\.\d+", comment)
    if path.name != "action.yml":
        assert "\npermissions:\n  contents: read\n" in text
    assert not re.search(r"run:.*\$\{\{", text)


def test_every_supported_python_is_tested_on_three_systems():
    matrix = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text())["jobs"]["tests"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.10", "3.11", "3.12", "3.13", "3.14"]
    assert len(matrix["os"]) == 3


def test_issue_templates_ask_for_gaps_and_the_version():
    templates = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
    assert len(templates) > 1
    for path in templates:
        if path.name != "config.yml":
            text = path.read_text(encoding="utf-8")
            assert "convlint check --gaps" in text
            assert "convlint version" in text
            assert {"name", "description", "body"} <= set(yaml.safe_load(text))


def test_the_citation_is_of_this_version():
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == __version__


def test_our_hooks_run_what_ci_runs():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    ci = (ROOT / ".github/workflows/tests.yml").read_text()
    assert all(" ".join(hook["entry"].split()[:2]) in ci or hook["entry"].split()[0] in ci for hook in hooks)
