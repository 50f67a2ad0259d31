"""A Dask cluster of several processes: the same report, whatever becomes of its workers."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import convlint
from convlint.cli import main
from convlint.running import spread
from convlint.running.cluster import dask_executor

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster() -> Iterator[distributed.LocalCluster]:
    settings = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**settings) as running:
        yield running


def test_a_cluster_says_the_same(
    tree: Path, cluster: distributed.LocalCluster, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = main(["--no-cache", "-j", "1", "."]), *capsys.readouterr()
    spread_out = main(["--no-cache", "--dask", cluster.scheduler_address, "."]), *capsys.readouterr()
    assert spread_out == alone
    assert alone[0] == 1


def test_a_killed_worker_loses_nothing(
    tree: Path, cluster: distributed.LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        (tree / f"slow{number}.py").write_text(
            (tree / "net0.py").read_text() + f"x = 0\nfor i in range(60000):\n    x += i * {number}\n"
        )
    monkeypatch.setattr(spread, "BATCH_FILES", 1)
    victim = next(iter(cluster.workers.values())).pid
    killed = threading.Timer(0.5, lambda: os.kill(victim, signal.SIGKILL))
    killed.start()
    with dask_executor(cluster.scheduler_address) as executor:
        report = convlint.lint_paths(["."], executor=executor)
    killed.join()
    deadline = time.monotonic() + 20
    while len(cluster.scheduler_info["workers"]) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)  # the cluster replaces it
    assert report == convlint.lint_paths(["."])


def test_no_scheduler_is_the_users_error(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convlint.running.cluster.SECONDS_TO_CONNECT", 1)
    assert main(["--dask", "tcp://127.0.0.1:9", "."]) == 2
