"""Other processes: the same report for every number of them, and what happens to one costs one file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

import convlint
from convlint.cli import main
from convlint.config import Config
from convlint.config.resolve import Settings
from convlint.linting.asked import group_of, on_disk
from convlint.linting.one_file import FileLinter
from convlint.running import pool, sharing, spread
from convlint.running.lint import How
from convlint.running.sharing import jobs_for
from convlint.running.spread import BATCH_BYTES
from convlint.source import memory

KILLING = "import os, signal; from convlint.linting import one_file; check = one_file.FileLinter.check; "
KILLER = KILLING + (
    "one_file.FileLinter.check = lambda self, path: "
    "os.kill(os.getpid(), signal.SIGKILL) if path.endswith('net3.py') else check(self, path); "
)


def test_the_report_is_the_same_for_every_number_of_jobs(tree: Path) -> None:
    alone = convlint.lint_paths(["."])
    assert {finding.code for finding in alone.findings} == {"CVL102", "CVL900"}
    for jobs in (2, 3):
        assert convlint.lint_paths(["."], jobs=jobs) == alone
    assert convlint.lint_paths(["."], jobs=2, cache=".convlint_cache") == alone
    assert convlint.lint_paths(["."], jobs=2, cache=".convlint_cache") == alone


def test_nothing_depends_on_the_files_before(tree: Path) -> None:
    """What one file's imports change, and where their run stops, is told of all who import it, or of none."""
    (tree / "shared.py").write_text(
        "from torch import nn\nfrom torch.hub import _no_such_name\n\n\n"
        "class Block(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.conv = nn.Conv2d(3, 8, 3)\n\n    def forward(self, x):\n        return self.conv(x)\n"
    )
    for name in "xyz":
        (tree / f"{name}.py").write_text(
            f"import torch\nfrom torch import nn\n\n\nclass {name.upper()}(nn.Module):\n    def __init__(self):\n"
            "        super().__init__()\n        from shared import Block\n        self.block = Block()\n"
            "        self.idle = nn.Linear(2, 2)\n\n    def forward(self, x):\n        return self.block(x)\n"
        )
    together = {}
    for order in (["x.py", "y.py", "z.py"], ["z.py", "y.py", "x.py"], ["x.py"], ["y.py"], ["z.py"]):
        asked = on_disk(order, Settings())
        linter = FileLinter(group_of(asked.files[0], Settings()), asked.around)
        for path in order:
            result = linter.check(path).result
            assert together.setdefault(path, result) == result
        linter.close()


@pytest.mark.parametrize("form", ["full", "concise", "json"])
def test_what_is_printed_is_the_same(tree: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = set()
    for jobs in ("1", "2"):
        code = main(["--no-cache", "-j", jobs, "--gaps", "--output-format", form, "."])
        said.add((code, *capsys.readouterr()))
    assert len(said) == 1


@pytest.mark.parametrize("text", ["0", "-1", "x", "1.5"])
def test_jobs_are_a_number(text: str, tree: Path) -> None:
    assert main(["-j", text, "."]) == 2


def test_settings_come_with_the_work(tree: Path) -> None:
    config = Config(ignore=("CVL1",), models={}, max_layer_params="1k")
    assert convlint.lint_paths(["."], jobs=2, config=config) == convlint.lint_paths(["."], config=config)


def test_a_file_that_kills_its_process_is_named(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_START", pool._START.replace("main()", KILLER + "main()"))
    alone = convlint.lint_paths(["."])
    report = convlint.lint_paths(["."], jobs=2)
    others = [finding for finding in alone.findings if finding.place.filename != "net3.py"]
    assert [finding for finding in report.findings if finding.place.filename != "net3.py"] == others
    (killer,) = [finding for finding in report.findings if finding.place.filename == "net3.py"]
    assert killer.code == "CVL900"
    assert "SIGKILL" in killer.message
    assert report.failures == ()


def test_a_process_that_dies_once_costs_nothing(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    once = KILLING + (
        "mark = os.path.join(os.getcwd(), 'died'); "
        "one_file.FileLinter.check = lambda self, path: (open(mark, 'w').close(), os.kill(os.getpid(), 9)) "
        "if path.endswith('net3.py') and not os.path.exists(mark) else check(self, path); "
    )
    monkeypatch.setattr(pool, "_START", pool._START.replace("main()", once + "main()"))
    report = convlint.lint_paths(["."], jobs=2)
    assert (tree / "died").exists()
    assert report == convlint.lint_paths(["."])


def test_a_process_that_holds_too_much_is_replaced(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process notes its number, and none is used twice."""
    small = KILLING + (
        "from convlint.running import child; child.MOST = 1; "
        "one_file.FileLinter.check = lambda self, path: "
        "(open(os.path.join('seen', f'{path}.{os.getpid()}'), 'w').close(), check(self, path))[1]; "
    )
    (tree / "seen").mkdir()
    monkeypatch.setattr(pool, "_START", pool._START.replace("main()", small + "main()"))
    monkeypatch.setattr(sharing, "BYTES_HERE", 0)
    report = convlint.api.lint_as(["."], Settings(), How(jobs=1))  # type: ignore[attr-defined]
    names = [path.name.rpartition(".") for path in (tree / "seen").iterdir()]
    assert len(names) == 9
    assert len({number for _, _, number in names}) == len({file for file, _, _ in names}) == 9
    assert report == convlint.lint_paths(["."])


def test_memory_is_told() -> None:
    before = memory.resident()
    held = bytearray(os.urandom(1)) * (64 << 20)
    assert memory.resident() - before > len(held) // 2 or os.name == "nt"


def test_a_bug_in_another_process_costs_one_file(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bug = KILLING + (
        "from convlint.analysis import files; "
        "files.analyse_file = (lambda run: lambda program, sources, path, settings: "
        "1 / 0 if path.endswith('net3.py') else run(program, sources, path, settings))(files.analyse_file); "
    )
    monkeypatch.setattr(pool, "_START", pool._START.replace("main()", bug + "main()"))
    report = convlint.lint_paths(["."], jobs=2)
    assert [(failure.filename, failure.error) for failure in report.failures] == [
        ("net3.py", "ZeroDivisionError: division by zero")
    ]


class Broken(Executor):
    """An executor whose workers are all gone."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        raise RuntimeError("cannot schedule new futures after shutdown")


def test_any_executor_will_do(tree: Path) -> None:
    alone = convlint.lint_paths(["."])
    with ThreadPoolExecutor(2) as threads:
        assert convlint.lint_paths(["."], executor=threads) == alone
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        assert convlint.lint_paths(["."], executor=processes) == alone
    assert convlint.lint_paths(["."], executor=Broken()) == alone


def test_workers_that_live_on_see_each_run_anew(tree: Path) -> None:
    with ThreadPoolExecutor(1) as threads:
        for width in (3, 4):
            (tree / "width.py").write_text(f"WIDTH = {width}\n")
            assert convlint.lint_paths(["."], executor=threads) == convlint.lint_paths(["."])
            (tree / "defaults.py").unlink(missing_ok=True)


def test_a_worker_that_sees_other_files_says_so(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file, or one that it reads, changes while the worker is on its way to it."""
    for changed in ("net3.py", "width.py"):
        before = (tree / changed).read_text()

        class Late(ThreadPoolExecutor):
            def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
                (tree / changed).write_text(before + "x = 1\n")  # noqa: B023
                future = super().submit(fn, *args, **kwargs)
                future.exception()
                (tree / changed).write_text(before)  # noqa: B023
                return future

        monkeypatch.setattr(spread, "BATCH_FILES", 1)
        with Late(1) as executor:
            report = convlint.lint_paths(["net3.py"], executor=executor)
        (failure,) = report.failures
        assert failure.filename == "net3.py"
        assert f"sees another content of {changed}" in failure.error
        assert main(["net3.py", "--no-cache"]) == 1


def test_few_files_are_no_work_for_processes(tree: Path) -> None:
    files = on_disk(["."], convlint.api._settings(Config())).files  # type: ignore[attr-defined]
    assert jobs_for(files, None) == 1
    assert jobs_for(files, 3) == 3
    assert jobs_for(files[:2], 3) == 2


def test_batches_hold_every_file_once(tree: Path) -> None:
    files = on_disk(["."], convlint.api._settings(Config())).files  # type: ignore[attr-defined]
    batches = spread._batches(files)
    assert [file for batch in batches for file in batch] == list(files)
    assert all(sum(file.size for file in batch) <= BATCH_BYTES for batch in batches)


@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
def test_an_interrupted_run_ends_at_once_and_leaves_nothing(tree: Path) -> None:
    slow = "import torch\n" + "x = f(a, b, c)[0] + 1\n" * 20_000  # some seconds to parse
    for number in range(6):
        (tree / f"net{number}.py").write_text(f"{slow}y = {number}\n")
    environment = {**os.environ, "TMPDIR": str(tree / "tmp")}
    (tree / "tmp").mkdir()
    run = subprocess.Popen(
        [sys.executable, "-m", "convlint", "-j", "2", "."],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # what runs in the background ignores it
    )
    deadline = time.monotonic() + 30
    while len(_children(run.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    workers = _children(run.pid)
    assert len(workers) == 2
    time.sleep(0.5)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=10)
    assert (run.returncode, out, err) == (130, b"", b"")
    time.sleep(0.1)
    assert not [pid for pid in workers if _runs(pid)]
    assert list((tree / "tmp").iterdir()) == []


def _children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split()]


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
