"""Adversarial programs end within their share of time and memory, and the rest of the run is as it was.

All of them are measured by `benchmarks/bounded.py`; here are those that once did not end well, or whose bound is of its
own kind. They run in one process of their own, whose memory is limited.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.depth import kept
from tests.soundness.adversarial import PROGRAMS, program

HERE = (
    "towers of powers",
    "texts that double",
    "many long lists",
    "a list in itself",
    "a module in itself",
    "regular expressions",
    "powers of sizes",
    "comments that silence",
    "open brackets",
    "a comment of 10 MB",
    "a module in a module",
    "a chain of classes",
    "layers by number",
    "lists of pads",
    "pieces of tensors",
    "calls in calls",
    "calls of calls",
    "short statements",
    "formatted texts",
    "comments not understood",
)
REFUSED = (
    "open brackets", "a comment of 10 MB", "calls in calls", "calls of calls", "short statements", "formatted texts",
)  # fmt: skip
LINT = """
import sys
from convlint import api
from convlint.config import Config
if len(sys.argv) > 2:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
report = api.lint_paths([sys.argv[1]], config=Config(file_timeout=5))
assert not report.failures, report.failures
print(*sorted({f"{finding.place.filename}:{finding.code}" for finding in report.findings}), sep="\\n")
"""


def test_names_are_those_of_programs() -> None:
    assert set(HERE) <= set(PROGRAMS)


def test_each_ends_and_the_rest_of_the_run_is_intact(tmp_path: Path) -> None:
    names = kept(HERE)
    for number, name in enumerate(names):
        (tmp_path / f"a{number}.py").write_text(program(name))
    (tmp_path / "z.py").write_text("import torch\nfrom torch import nn\n\nnn.Linear(3, 4)(torch.zeros(2, 5))\n")
    limited = ["limited"] if sys.platform == "linux" else []
    done = subprocess.run(
        [sys.executable, "-c", LINT, str(tmp_path), *limited], capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = {tuple(line.removeprefix(f"{tmp_path}/").split(":")) for line in done.stdout.splitlines()}
    assert ("z.py", "CVL202") in found
    refused = {file for file, code in found if code == "CVL900"}
    assert refused == {f"a{number}.py" for number, name in enumerate(names) if name in REFUSED}


@pytest.mark.parametrize("name", ["towers of powers", "comments that silence"])
def test_what_is_no_burden_is_still_checked(name: str) -> None:
    import convlint

    assert "CVL202" in {finding.code for finding in convlint.lint_source(program(name)).findings}
