"""The child process survives nothing, and convlint survives the child: every way to lose it is a result."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from convlint.confirm import process
from convlint.confirm.child import main as child_main
from convlint.confirm.process import ChildLost, Limits, NoTorch, Worker
from convlint.errors import UsageError
from tests.confirm.user_code import request, written

pytestmark = [pytest.mark.sampled, pytest.mark.asks_torch]

SMALL = Limits(seconds=3, memory_bytes=1 << 30)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(limits=SMALL) as made:
        yield made


def lost(worker: Worker, tmp_path: Path, source: str) -> ChildLost:
    """Run a model whose module is `source`; return how the child was lost."""
    with pytest.raises(ChildLost) as raised:
        worker.ask(request(written(tmp_path, source)))
    return raised.value


def test_both_sides_know_the_same_exit_code() -> None:
    assert process.EXHAUSTED == child_main.EXHAUSTED


def test_a_killed_child_is_a_result_and_the_next_request_has_another(worker: Worker, tmp_path: Path) -> None:
    killed = lost(worker, tmp_path, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    assert (killed.cause, killed.reason) == ("signal", "it was ended by SIGKILL")
    answer = worker.ask(request(written(tmp_path, "{PLAIN}")))
    assert [call["path"] for call in answer["calls"]] == ["conv"]
    assert worker.torch_version
    assert worker.python_version.startswith(f"{sys.version_info[0]}.{sys.version_info[1]}")


def test_a_crash_leaves_a_traceback_in_the_output(worker: Worker, tmp_path: Path) -> None:
    crashed = lost(worker, tmp_path, "import ctypes\nctypes.string_at(0)")
    assert (crashed.cause, crashed.reason) == ("signal", "it was ended by SIGSEGV")
    assert "net.py" in crashed.output
    assert "convlint" not in crashed.output


def test_an_exit_past_python_is_a_result(worker: Worker, tmp_path: Path) -> None:
    left = lost(worker, tmp_path, "import os\nprint('going', flush=True)\nos._exit(7)")
    assert (left.cause, left.reason) == ("exit", "it exited with code 7")
    assert "going" in left.output


@pytest.mark.parametrize("source", ["while True: pass", "import time\ntime.sleep(600)"])
def test_a_hang_ends_with_the_place_where_it_hung(tmp_path: Path, source: str) -> None:
    with Worker(limits=Limits(seconds=1)) as worker:
        hung = lost(worker, tmp_path, source)
    assert (hung.cause, hung.reason) == ("hang", "it gave no answer within 1 s")
    assert "net.py" in hung.output


def test_a_hang_that_stops_its_clock_is_ended_by_the_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.3)
    source = "import faulthandler, time\nfaulthandler.cancel_dump_traceback_later()\ntime.sleep(600)"
    with Worker(limits=Limits(seconds=1)) as worker:
        assert lost(worker, tmp_path, source).cause == "hang"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems keep no limit of address space")
@pytest.mark.parametrize("source", ["held = bytearray(8 << 30)", "import torch\nheld = torch.ones(1 << 31)"])
def test_a_memory_bomb_is_a_result(worker: Worker, tmp_path: Path, source: str) -> None:
    bomb = lost(worker, tmp_path, source)
    assert (bomb.cause, bomb.reason) == ("memory", "it needs more than 1 GiB of memory")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_where_the_system_keeps_no_limit_the_parent_watches(tmp_path: Path) -> None:
    with Worker(limits=Limits(seconds=20, memory_bytes=600 << 20)) as worker:
        worker.ask(request(written(tmp_path, "{PLAIN}", "first.py")))
        assert worker._child is not None
        worker._child.watch(limited=False)
        source = """
            import resource, time
            resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            held = bytearray(b"x") * (700 << 20)
            time.sleep(60)
            """
        assert lost(worker, tmp_path, source).cause == "memory"


def test_a_flood_of_output_is_bounded_and_its_end_kept(worker: Worker, tmp_path: Path) -> None:
    source = """
        import os
        for _ in range(1600):
            os.write(1, b"x" * 65536)
        print("the end", flush=True)
        os._exit(1)
        """
    flooded = lost(worker, tmp_path, source)
    assert len(flooded.output) <= process.OUTPUT_BYTES
    assert flooded.output.endswith("xthe end\n")


def test_prints_and_reads_of_user_code_stay_out_of_the_channel(worker: Worker, tmp_path: Path) -> None:
    source = """
        import os, sys
        print('{"calls": []}')
        os.write(1, b'{"calls": []}\\n')
        sys.stdout.write("no end of line")
        assert sys.stdin.read() == ""
        os.system("echo from a shell")
        {PLAIN}
        """.replace("{PLAIN}", "")
    path = written(tmp_path, source)
    path.write_text(path.read_text() + written(tmp_path, "{PLAIN}", "other.py").read_text())
    assert len(worker.ask(request(path))["calls"]) == 1
    assert "from a shell" in worker.output()


def test_a_fork_that_comes_back_does_not_answer_twice(worker: Worker, tmp_path: Path) -> None:
    path = written(tmp_path, "{PLAIN}")
    path.write_text("import os\nos.fork()\n" + path.read_text())
    for _ in range(2):
        assert len(worker.ask(request(path))["calls"]) == 1


def test_what_the_child_started_ends_with_it(worker: Worker, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    source = f"""
        import os, subprocess
        sleeper = subprocess.Popen(["sleep", "600"])
        open({str(note)!r}, "w").write(str(sleeper.pid))
        os._exit(0)
        """
    assert lost(worker, tmp_path, source).cause == "exit"
    pid = int(note.read_text())
    for _ in range(100):
        if not running(pid):
            break
        time.sleep(0.05)
    assert not running(pid)


def running(pid: int) -> bool:
    """Whether a process is there and not merely waiting to be collected."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_the_network_is_closed(worker: Worker, tmp_path: Path) -> None:
    source = "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9/')"
    error = worker.ask(request(written(tmp_path, source)))["error"]
    assert "may not use the network" in error["text"]


def test_nothing_is_written_beside_user_code(worker: Worker, tmp_path: Path) -> None:
    written(tmp_path, "WIDTH = 4", "parts.py")
    path = written(tmp_path, "{PLAIN}")
    path.write_text("import parts\n" + path.read_text())
    assert "error" not in worker.ask(request(path))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["net.py", "parts.py"]


def interpreter(folder: Path, script: str) -> str:
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.skipif(os.name != "posix", reason="a shell stands in for an interpreter")
def test_an_interpreter_without_torch_is_told_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(NoTorch, match=r"pip install 'convlint\[torch\]', or name an interpreter .* with --python"):
        Worker(interpreter(tmp_path, f'exec {sys.executable} -S -E "$@"')).__enter__()


@pytest.mark.skipif(os.name != "posix", reason="a shell stands in for an interpreter")
def test_what_is_no_interpreter_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not start as a Python with torch: it exited with code 3: what\\?"):
        Worker(interpreter(tmp_path, "echo 'what?' >&2; exit 3")).__enter__()
    with pytest.raises(UsageError, match="No such file"):
        Worker(str(tmp_path / "absent")).__enter__()


def test_a_device_that_is_not_there_is_told() -> None:
    with pytest.raises(UsageError, match=r"--device nonsense: torch .* cannot use it"):
        Worker(device="nonsense").__enter__()
