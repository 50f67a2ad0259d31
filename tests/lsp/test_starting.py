"""Starting the server: what is loaded for it, and what it says where something is missing."""

from __future__ import annotations

import os
import subprocess
import sys

from convlint.cli import main
from tests.lsp.editor import ROOT


def test_without_pygls_it_says_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pygls", None)
    assert main(["server"]) == 2
    assert "pip install 'convlint[lsp]'" in capsys.readouterr().err


def test_pygls_is_loaded_for_the_server_only_and_torch_never():
    """Loading pygls takes longer than linting a small file, and torch longer than that (bug 10)."""
    code = (
        "import sys; from convlint.cli import main; main(['version']); early = 'pygls' in sys.modules;"
        "from convlint.lsp.server import build; build(); print(early, 'torch' in sys.modules)"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
    assert done.stdout.splitlines()[-1] == "False False"


def test_it_ends_when_the_client_goes_without_a_word(tmp_path):
    """A client that dies closes the pipe; nothing but the protocol is on standard output."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "convlint", "server", "--stdio"],
        input=b"", capture_output=True, env=env, cwd=tmp_path, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, b"")
