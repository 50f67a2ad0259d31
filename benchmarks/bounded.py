"""What adversarial programs take: `python -m benchmarks.bounded [NAME…]` prints a table, a row for each program.

Each is linted in a process of its own, whose memory is limited, as `convlint check` does it. Seconds are of the
processor, with all that starting takes; memory is the most that the process held.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.soundness.adversarial import PROGRAMS, program

MEMORY = 4 << 30
LINT = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
from convlint.config import Config
from convlint.config.resolve import Settings
from convlint.linting.asked import on_disk
from convlint.running.lint import How, lint
settings = Settings(Config())
report = lint(on_disk([sys.argv[1]], settings), settings, How())
used = resource.getrusage(resource.RUSAGE_SELF)
json.dump({"seconds": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss >> 10, "findings": len(report.findings),
           "failures": [it.error for it in report.failures], "gaps": [gap.reason for gap in report.gaps]}, sys.stdout)
"""


def main() -> int:
    names = sys.argv[1:] or list(PROGRAMS)
    print(
        "| program | seconds | memory | findings | what was cut short |", "| --- | ---: | ---: | ---: | --- |", sep="\n"
    )
    failed = 0
    for name in names:
        told = _measured(name)
        failed += "failures" not in told or bool(told["failures"])
        print(_row(name, told), flush=True)
    return int(failed > 0)


def _measured(name: str) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.py"
        path.write_text(program(name))
        try:
            done = subprocess.run(
                [sys.executable, "-c", LINT, str(path), str(MEMORY)], capture_output=True, timeout=600, env=os.environ
            )
            told: dict[str, object] = json.loads(done.stdout)
        except subprocess.TimeoutExpired:
            return {"ended": "no end"}
        except ValueError:
            return {"ended": f"exit code {done.returncode}"}
    return told


def _row(name: str, told: dict[str, object]) -> str:
    if "failures" not in told:
        return f"| {name} | | | | {told['ended']} |"
    gaps, failures = told["gaps"], told["failures"]
    assert isinstance(gaps, list)
    said = failures or [gap for gap in gaps if "the run ends" in gap or "nothing is told" in gap] or gaps
    reason = str(said[0])[:90].replace("|", "\\|") if said else ""
    return f"| {name} | {told['seconds']:.1f} | {told['memory']} MB | {told['findings']} | {reason} |"


if __name__ == "__main__":
    sys.exit(main())
