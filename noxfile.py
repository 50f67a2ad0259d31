"""The tests with each Python: `nox`, or `nox -s tests-3.12 -- tests/ir`; `nox -s reports` compares what they report."""

from __future__ import annotations

import nox

PYTHONS = ["3.10", "3.11", "3.12", "3.13", "3.14"]
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["tests", "reports"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the suite; all of its depth with CONVLINT_TEST_DEPTH=1."""
    session.install(".[dev]")
    session.run("python", "-m", "pytest", "-n", "auto", *session.posargs)


@nox.session(python=PYTHONS)
def reports(session: nox.Session) -> None:
    """Report on the fixtures and the corpus as the first Python did, byte for byte; torch is not needed for it."""
    session.install(".")
    kept = f"{session.cache_dir}/reports.json"
    session.run("python", "-m", "benchmarks.same_reports", "--kept", kept, *(session.posargs or REPORTED))


REPORTED = ["fixtures", "tests/soundness/corpus"]
