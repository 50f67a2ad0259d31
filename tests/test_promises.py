"""What `SECURITY.md` promises of linted code: it is never imported, compiled or run; nothing is written but the cache
and what a fix mends; nothing is connected to, and no process is started but convlint's own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.wire import Wire

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
    if not path or not isinstance(path, str | bytes | os.PathLike) or os.fsdecode(path).startswith("<"):
        return False
    return os.path.abspath(os.fsdecode(path)).startswith(TREE)

def is_theirs(source):
    return isinstance(source, str | bytes) and ("import evil" if isinstance(source, str) else b"import evil") in source

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
        if in_tree(args[1]) or is_theirs(args[0]):
            note("compile", args[1], args[0])
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
    wire = Wire(process)
    wire.begin(tree)
    uri = (tree / "net.py").as_uri()
    found = wire.open(uri, NET)
    assert any(it["code"] == "CVL202" for it in found)
    document = {"textDocument": {"uri": uri}}
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": NET.count("\n"), "character": 0}}
    place = {"position": {"line": 10, "character": 14}}
    answers = [
        wire.ask(f"textDocument/{method}", {**document, **params})
        for method, params in [
            ("codeAction", {"range": whole, "context": {"diagnostics": found}}),
            ("hover", place),
            ("definition", place),
            ("documentSymbol", {}),
            ("codeLens", {}),
            ("inlayHint", {"range": whole}),
        ]
    ]
    assert all("result" in answer for answer in answers)
    wire.notify("textDocument/didSave", document)
    wire.end()
    assert_harmless(tree, log)


def test_run_as_a_module_it_imports_nothing_from_the_working_folder(tree: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for name in STANDARD - _imported_by_python(tree.parent):
        (tree / f"{name}.py").write_text(EVIL.format(marker=str(tree.parent / "marker")))
    for arguments in (["--no-cache", "net.py"], ["--no-cache", "-j", "2", "net.py", "broken.py"], ["rule", "CVL101"]):
        done = subprocess.run(
            [sys.executable, "-m", "convlint", *arguments], cwd=tree, env=environment, capture_output=True, text=True
        )
        assert done.returncode == (0 if arguments[0] == "rule" else 1), done.stderr
        assert not (tree.parent / "marker").exists(), arguments


STANDARD = frozenset(sys.stdlib_module_names) - {"__main__"}


def _imported_by_python(folder: Path) -> set[str]:
    """Return what Python itself imports for `python -m` from wherever it is: nobody can keep it from that but by -P."""
    package = folder / "empty" / "package"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text("import sys\nprint(*sys.modules)\n")
    command = [sys.executable, "-m", "package"]
    done = subprocess.run(command, cwd=folder / "empty", capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


# --- hostile settings -----------------------------------------------------------------------------------


SETTINGS = [
    *(
        f"[tool.convlint]\n{line}\n"
        for line in (
            'plugins = ["evil"]', 'plugin = "evil:main"', 'init-hook = "import evil"', 'load-plugins = "evil"',
            'python = "./python"', 'python = "."', 'search-path = [".", "..", "/"]', 'baseline = "evil.pickle"',
            'baseline = "../outside.json"', 'extend = "evil.py"', 'extend = "../outside.toml"',
            'output-format = "evil:Format"',
            'select = ["evil"]', 'exclude = ["(a+)+$", "**/**/**/**/**/**/x"]', 'cache-dir = "../outside"',
            '[tool.convlint.models."evil:Net"]\narguments = { x = "__import__(\'evil\')" }',
            '[tool.convlint.models."net:Net"]\ninputs = ["__import__(\'evil\').x, 3"]',
        )
    ),
]  # fmt: skip
"""What would run, read or write something if settings were more than data."""


@pytest.mark.parametrize("settings", SETTINGS)
def test_settings_cannot_make_it_do_anything(tree: Path, settings: str) -> None:
    (tree / "pyproject.toml").write_text(settings)
    (tree / "evil.pickle").write_bytes(b"cos\nsystem\n(S'touch ../marker'\ntR.")
    (tree / "python").write_text(f"#!/bin/sh\ntouch {tree.parent / 'marker'}\n")
    (tree / "python").chmod(0o755)
    process, log = audited(tree, "net.py", stdout=subprocess.PIPE)
    _, err = process.communicate(timeout=300)
    assert process.returncode in (0, 1, 2)
    assert b"Traceback" not in err
    assert b"bug" not in err
    assert_harmless(tree, log)
    assert not [path for path in tree.parent.iterdir() if path.name.startswith("outside")]


@pytest.mark.skipif(os.name == "nt", reason="makes links")
@pytest.mark.parametrize("place", [".convlint_cache", ".convlint_cache/results", ".convlint_cache/results/*"])
def test_a_cache_that_is_a_link_is_none(tree: Path, place: str) -> None:
    """What is linted may bring a link along in the place of its cache."""
    outside = tree.parent / "outside"
    outside.mkdir()
    (outside / "theirs").write_text("theirs")
    names = [f"{number:02x}" for number in range(256)] if place.endswith("*") else [""]
    for name in names:
        link = tree / place.replace("*", name)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(outside)
    process, log = audited(tree, "net.py", stdout=subprocess.PIPE)
    process.communicate(timeout=300)
    assert process.returncode == 1
    assert_harmless(tree, log)
    assert [path.name for path in outside.iterdir()] == ["theirs"]
    process, log = audited(tree, "clean", stdout=subprocess.PIPE)
    process.communicate(timeout=300)
    assert [path.name for path in outside.iterdir()] == ["theirs"]


@pytest.mark.skipif(os.name == "nt", reason="makes links")
def test_fixes_are_not_written_through_links_out_of_the_tree(tree: Path) -> None:
    outside = tree.parent / "outside.py"
    outside.write_text(NET)
    (tree / "linked.py").symlink_to(outside)
    process, log = audited(tree, "--fix", "--unsafe-fixes", "linked.py", "net.py", stdout=subprocess.PIPE)
    process.communicate(timeout=300)
    assert outside.read_text() == NET
    assert_harmless(tree, log, str(tree / "net.py"), str(tree / ".convlint-"))


def test_the_hook_of_pre_commit_is_one_of_the_commands_above() -> None:
    import yaml

    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert {hook["entry"] for hook in hooks} == {"convlint check", "convlint check --force-exclude"}
    assert all(hook["language"] == "python" and not hook["additional_dependencies"] for hook in hooks)


# --- what is written about it ---------------------------------------------------------------------------


def test_every_promise_names_tests_that_are_there() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith(("| promise", "| ---"))]
    assert len(rows) >= 10
    for row in rows:
        named = re.findall(r"`(tests/[^`]+)`", row)
        assert named, row
        for name in named:
            path, _, test = name.partition("::")
            source = (ROOT / path).read_text()
            assert not test or f"def {test}(" in source, name
