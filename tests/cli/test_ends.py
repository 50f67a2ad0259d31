"""How runs end that the world stands in the way of: cleanly, with what is known, and without debris."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from convlint.config import Config
from convlint.config.resolve import Settings
from convlint.findings import Report, Unreadable
from convlint.linting.asked import on_disk
from convlint.running.lint import How, lint

ROOT = Path(__file__).resolve().parents[2]
FIXABLE = "import torch\nfrom torch import nn\n\nnet = nn.Linear(3, 4)\nnet(torch.zeros(2, 5))\n"
FULL = Path("/dev/full")
NO_POWERS = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")
"""What takes from root the right to read and write everything."""

on_posix = pytest.mark.skipif(os.name == "nt", reason="as POSIX has it")
on_full_disk = pytest.mark.skipif(not FULL.exists(), reason="no disk is full here")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "net.py").write_text(FIXABLE)
    return tmp_path


def run(folder: Path, *arguments: str, before: tuple[str, ...] = (), **options: Any) -> tuple[int, str, str]:
    """Return the exit code of convlint in a folder, and what it says on both streams."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
    options.setdefault("stdout", subprocess.PIPE)
    done = subprocess.run(
        [*before, sys.executable, "-m", "convlint", *arguments], cwd=folder, env=environment, stderr=subprocess.PIPE,
        text=True, timeout=120, check=False, **options,
    )  # fmt: skip
    return done.returncode, done.stdout or "", done.stderr


def without_powers() -> tuple[str, ...]:
    """Return what a command is run by that may not write and read whatever its permissions are."""
    if os.geteuid() != 0:
        return ()
    if shutil.which(NO_POWERS[0]) is None:
        pytest.skip("root may do everything")
    return NO_POWERS


# --- a full disk ----------------------------------------------------------------------------------------


@on_full_disk
@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        (["net.py"], None), (["--output-format", "json", "net.py"], None), (["rule", "CVL101"], None),
        (["--fix", "--unsafe-fixes", "-"], FIXABLE), (["--unsafe-fixes", "--diff", "net.py"], None),
        (["-o", "/dev/full", "net.py"], None),
    ],
)  # fmt: skip
def test_a_full_disk_behind_the_output_is_said(folder: Path, arguments: list[str], given: str | None) -> None:
    with FULL.open("w") as full:
        code, _, told = run(folder, *arguments, stdout=full, input=given)
    assert code == 2
    assert "No space left on device" in told
    assert "bug" not in told
    assert "Traceback" not in told


@on_posix
def test_a_file_system_that_takes_no_more_leaves_the_old_file(folder: Path) -> None:
    """The kernel refuses every write to a file; the cache is silently done without."""
    import resource

    environment = {"XDG_CACHE_HOME": str(folder / "cache")}
    refused = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (9, 9))
    code, out, told = run(folder, "--fix", "--unsafe-fixes", "net.py", preexec_fn=refused, env=environment)
    assert (code, out) == (2, "")
    assert told == "convlint: net.py: cannot be written: File too large\n"
    assert (folder / "net.py").read_text() == FIXABLE
    assert not list(folder.glob(".convlint-*"))


# --- what may not be read or written --------------------------------------------------------------------


@on_posix
def test_a_read_only_folder_leaves_the_old_file(folder: Path) -> None:
    folder.chmod(0o555)
    try:
        code, _, told = run(folder, "--fix", "--unsafe-fixes", "net.py", before=without_powers())
    finally:
        folder.chmod(0o755)
    assert (code, told) == (2, "convlint: net.py: cannot be written: Permission denied\n")
    assert [path.name for path in folder.iterdir()] == ["net.py"]
    assert (folder / "net.py").read_text() == FIXABLE


@on_posix
@pytest.mark.parametrize("arguments", [["."], ["-j", "2", "."], ["--fix", "."], ["net.py", "secret.py"]])
def test_a_file_that_may_not_be_read_costs_no_other_one(folder: Path, arguments: list[str]) -> None:
    (folder / "secret.py").write_text(FIXABLE)
    (folder / "secret.py").chmod(0)
    code, out, told = run(folder, "--no-cache", *arguments, before=without_powers())
    assert code == 2
    assert out.count("CVL202") == 1
    assert "convlint: secret.py: Permission denied\n" in told
    assert "Traceback" not in told


@on_posix
def test_the_owner_stays(folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root gives files away")
    os.chown(folder / "net.py", 65534, 65534)
    assert run(folder, "--fix", "--unsafe-fixes", "net.py")[0] == 0
    status = (folder / "net.py").stat()
    assert (status.st_uid, status.st_gid) == (65534, 65534)


# --- what goes away meanwhile ---------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_disappears_costs_no_other_one(folder: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    report = linted_after(folder, monkeypatch, jobs, lambda path: path.unlink())
    assert report.unreadable == (Unreadable("gone.py", "No such file or directory"),)
    assert report.exit_code == 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_changes_is_linted_as_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    assert not linted_after(folder, monkeypatch, jobs, lambda path: path.write_text("import torch\n")).unreadable


def linted_after(folder: Path, monkeypatch: pytest.MonkeyPatch, jobs: int, change: Any) -> Report:
    """Lint two files of which one changes after it was found; the other one's finding is there."""
    monkeypatch.chdir(folder)
    gone = folder / "gone.py"
    gone.write_text(FIXABLE)
    settings = Settings(Config())
    asked = on_disk(["gone.py", "net.py"], settings)
    change(gone)
    report = lint(asked, settings, How(jobs=jobs))
    assert report.failures == ()
    assert [(it.place.filename, it.code) for it in report.findings] == [("net.py", "CVL202")]
    return report


def test_a_fix_is_not_written_over_what_has_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from convlint.cli import fixing, main

    tell = fixing._tell_dropped
    monkeypatch.chdir(folder)
    monkeypatch.setattr(fixing, "_tell_dropped", lambda done: ((folder / "net.py").write_text("x = 1\n"), tell(done)))
    assert main(["--fix", "--unsafe-fixes", "net.py"]) == 2
    assert "net.py: has changed meanwhile, and is not written" in capsys.readouterr().err
    assert (folder / "net.py").read_text() == "x = 1\n"


@on_posix
def test_a_working_folder_that_is_gone_is_said(folder: Path) -> None:
    (folder / "here").mkdir()
    script = f'cd here && rmdir ../here && exec "{sys.executable}" -m convlint .'
    code, _, told = run(folder, before=("sh", "-c", script))
    assert (code, told) == (2, "convlint: the working folder is not there any more\n")


# --- closed streams -------------------------------------------------------------------------------------


@on_posix
@pytest.mark.parametrize(
    ("closing", "code"), [(">&-", 1), ("2>&-", 1), (">&- 2>&-", 1), ("<&-", 1), ("<&- >&- 2>&-", 1)]
)
def test_closed_streams_are_no_error(folder: Path, closing: str, code: int) -> None:
    """Nothing that is opened takes the number of a closed stream, and is written to."""
    script = f'"{sys.executable}" -m convlint --no-cache . {closing}; echo "$?" > code'
    _, _, told = run(folder, before=("sh", "-c", script))
    assert (folder / "code").read_text() == f"{code}\n"
    assert "bug" not in told
    assert (folder / "net.py").read_text() == FIXABLE


@on_posix
@pytest.mark.parametrize(
    "arguments", ["--unsafe-fixes --diff .", "--output-format json .", "rule CVL101", "--fix - < net.py"]
)
def test_a_reader_that_leaves_at_once_is_no_error(folder: Path, arguments: str) -> None:
    script = f'"{sys.executable}" -m convlint --no-cache {arguments} | true'
    _, _, told = run(folder, before=("sh", "-c", script))
    assert "Traceback" not in told
    assert "BrokenPipe" not in told


# --- interrupts -----------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="sees by /proc how far it is")
def test_an_interrupted_fix_ends_with_130_and_leaves_whole_files(folder: Path) -> None:
    texts = {f"net{number}.py": FIXABLE + "x = f(a, b, c)[0] + 1\n" * 4_000 + f"y = {number}\n" for number in range(8)}
    for name, text in texts.items():
        (folder / name).write_text(text)
    running = subprocess.Popen(
        [sys.executable, "-m", "convlint", "--no-cache", "--fix", "--unsafe-fixes", *sorted(texts)], cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while "libcst" not in Path(f"/proc/{running.pid}/maps").read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err) == (130, b"", b"")
    for name, text in texts.items():
        assert (folder / name).read_text() in (text, text.replace("nn.Linear(3", "nn.Linear(5"))
    assert {path.name for path in folder.iterdir()} == {*texts, "net.py"}
