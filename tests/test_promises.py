"""What `SECURITY.md` promises of linted code: it is never imported, compiled or run; nothing is written but the cache
and what a fix mends; nothing is connected to, and no process is started but convlint's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]

AUDITED = """
import json, os, sys, threading
TREE, LOG = sys.argv[1:3]
ARGUMENTS = sys.argv[3:]
log = os.open(LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
inside = threading.local()

def note(*what):
    os.write(log, (json.dumps([str(it)[:300] for it in what]) + "\\n").encode())

def in_tree(path):
    if not isinstance(path, str | bytes | os.PathLike) or os.fsdecode(path).startswith("<"):
        return False
    return os.path.abspath(os.fsdecode(path)).startswith(TREE)

def hook(event, args):
    if getattr(inside, "busy", False):
        return
    inside.busy = True
    try:
        watch(event, args)
    finally:
        inside.busy = False

def watch(event, args):
    if event == "open":
        path, mode, flags = args
        writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
        if writes and not isinstance(path, int):
            note("write", os.path.abspath(os.fsdecode(path)))
    elif event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate"):
        note("write", os.path.abspath(os.fsdecode(args[0])))
    elif event == "import":
        if in_tree(args[1]) or args[0].split(".")[0] in ("evil", "evil_package", "net"):
            note("import", args[0], args[1])
    elif event == "compile":
        if in_tree(args[1]):
            note("compile", args[1])
    elif event == "exec":
        if in_tree(getattr(args[0], "co_filename", "")):
            note("exec", args[0].co_filename)
    elif event.startswith(("socket.connect", "socket.bind", "socket.getaddrinfo", "urllib", "ftplib", "smtplib")):
        note("socket", event, args)
    elif event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile"):
        note("process", event, args[1] if event == "subprocess.Popen" else args)
    elif event in ("os.fork", "os.forkpty", "pty.spawn"):
        note("process", event)

import asyncio, convlint.cli
sys.addaudithook(hook)
sys.exit(convlint.cli.main(ARGUMENTS))
"""
"""Runs convlint with its arguments, and writes down what an audit hook is told of it."""

EVIL = "open({marker!r}, 'w').write('was run')\n"
NET = (
    "import evil\nimport evil_package.part\nimport torch\n\neval(compile(open(__file__).read(), 'x', 'exec'))\n"
    "from torch import nn\n\n\n"
    "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.fc = nn.Linear(3, 4)  # convlint: ignore[CVL102]\n\n"
    "    def forward(self, x):\n        return self.fc(x)\n\n\nNet()(torch.zeros(2, 5))\n"
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder whose every file does harm when it is run, under the names that a careless tool would import."""
    folder = tmp_path / "tree"
    marker = str(tmp_path / "marker")
    for name in (
        "evil", "evil_package/__init__", "evil_package/part", "setup", "conftest", "sitecustomize", "usercustomize",
        "torch", "numpy", "libcst", "msgspec", "pathspec", "typing_extensions", "convlint_plugin",
    ):  # fmt: skip
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(EVIL.format(marker=marker))
    (folder / "net.py").write_text(NET)
    (folder / "broken.py").write_text("import torch\nx = (\n")
    (folder / "pyproject.toml").write_text('[tool.convlint]\nextend-select = ["ALL"]\n')
    (folder / ".git").mkdir()
    return folder


def audited(tree: Path, *arguments: str, **options: Any) -> tuple[subprocess.Popen[bytes], Path]:
    """Start convlint in the folder under the hook; return the process and where the hook writes."""
    log = tree.parent / "log"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tree.parent / "users-cache")}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"  # what Python itself writes of convlint is no matter of the tree
    command = [sys.executable, "-P" if sys.version_info >= (3, 11) else "-s", "-c", AUDITED, str(tree), str(log)]
    return subprocess.Popen([*command, *arguments], cwd=tree, env=environment, stderr=subprocess.PIPE, **options), log


def told(log: Path) -> list[list[str]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def assert_harmless(tree: Path, log: Path, *may_write: str, workers: bool = False) -> None:
    """Assert that nothing of the tree was run, and nothing written but caches and the files that are named."""
    assert not (tree.parent / "marker").exists()
    allowed = [str(tree / ".convlint_cache"), str(tree.parent / "users-cache"), os.devnull, *map(str, may_write)]
    for kind, *what in told(log):
        if kind == "write":
            assert what[0].startswith(tuple(allowed)), what
        elif kind == "process":
            assert workers, what
            assert "convlint.running.child" in what[1], what
        else:
            raise AssertionError((kind, *what))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["."], 1),
        (["--force-exclude", "net.py"], 1),
        (["--no-cache", "--output-format", "sarif", "."], 1),
        (["summary", "net.py:Net", "--input", "2,3"], 0),
        (["--show-settings"], 0),
    ],
)
def test_linting_runs_nothing_and_writes_the_cache_only(tree: Path, arguments: list[str], code: int) -> None:
    process, log = audited(tree, *arguments, stdout=subprocess.PIPE)
    out, err = process.communicate(timeout=300)
    assert process.returncode == code, err.decode()
    assert out
    assert_harmless(tree, log)


def test_the_hook_sees_what_it_is_for(tree: Path) -> None:
    """The hook of these tests is told of a file of the tree that is run: without that they would show nothing."""
    script = f"import sys; sys.path.insert(0, {str(tree)!r}); sys.argv[0] = ''; import evil"
    told_of = AUDITED.replace("sys.exit(convlint.cli.main(ARGUMENTS))", script)
    log = tree.parent / "log"
    subprocess.run([sys.executable, "-c", told_of, str(tree), str(log)], cwd=tree.parent, check=True, timeout=300,
                   env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"})  # fmt: skip
    kinds = {kind for kind, *_ in told(log)}
    assert {"exec", "write"} <= kinds
    assert (tree.parent / "marker").exists()


def test_other_processes_are_its_own_workers(tree: Path) -> None:
    (tree / "second.py").write_text(NET)
    process, log = audited(tree, "-j", "2", ".", stdout=subprocess.PIPE)
    process.communicate(timeout=300)
    assert process.returncode == 1
    assert sum(kind == "process" for kind, *_ in told(log)) == 2
    assert_harmless(tree, log, workers=True)


def test_fixing_writes_the_files_that_it_mends(tree: Path) -> None:
    process, log = audited(tree, "--fix", "--unsafe-fixes", "net.py", stdout=subprocess.PIPE)
    process.communicate(timeout=300)
    assert "nn.Linear(5, 4)" in (tree / "net.py").read_text()
    assert_harmless(tree, log, str(tree / "net.py"), str(tree / ".convlint-"))


def test_the_language_server_runs_and_writes_nothing(tree: Path) -> None:
    process, log = audited(tree, "server", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None

    def send(method: str, params: Any, number: int | None = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params, **({} if number is None else {"id": number})}
        body = json.dumps(message).encode()
        process.stdin.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        process.stdin.flush()

    def receive() -> Any:
        size = 0
        while line := process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                size = int(line.split(b":")[1])
        return json.loads(process.stdout.read(size))

    send("initialize", {"processId": None, "rootUri": tree.as_uri(), "capabilities": {}}, 1)
    while receive().get("id") != 1:
        pass
    send("initialized", {})
    document = {"uri": (tree / "net.py").as_uri(), "languageId": "python", "version": 1, "text": NET}
    send("textDocument/didOpen", {"textDocument": document})
    while (message := receive()).get("method") != "textDocument/publishDiagnostics":
        pass
    assert any(it["code"] == "CVL202" for it in message["params"]["diagnostics"])
    send("shutdown", None, 2)
    while receive().get("id") != 2:
        pass
    send("exit", None)
    process.communicate(timeout=60)
    assert_harmless(tree, log)


def test_run_as_a_module_it_imports_nothing_from_the_working_folder(tree: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "convlint", "--no-cache", "net.py"],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    assert not (tree.parent / "marker").exists()
