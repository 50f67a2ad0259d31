"""The front end: its own tests, and that what the wheel holds is built from its sources."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "report-ui"
BUNDLE = ROOT / "convlint" / "report" / "page" / "bundle"


@pytest.fixture(scope="module")
def npx() -> str:
    program = shutil.which("npx")
    if program is None or not (SOURCES / "node_modules").is_dir():
        pytest.skip("NOT TESTED: the front end's packages are not installed: `npm install` in report-ui")
    return program


def run(npx: str, *command: str) -> None:
    done = subprocess.run([npx, "--no-install", *command], cwd=SOURCES, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_front_end_passes_its_own_tests(npx):
    run(npx, "tsc", "--noEmit")
    run(npx, "vitest", "run")


def test_the_bundle_is_built_from_the_sources(npx, tmp_path):
    run(npx, "vite", "build", "--outDir", str(tmp_path), "--emptyOutDir")
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {
        file.name: file.read_text() for file in BUNDLE.iterdir()
    }


def test_the_page_is_small():
    assert sum(file.stat().st_size for file in BUNDLE.iterdir()) < 160_000


def test_no_lock_file_names_a_registry():
    assert '"resolved"' not in (SOURCES / "package-lock.json").read_text()
