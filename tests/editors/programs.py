"""The programs that are driven, where they are there, and a model with one finding."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 240
MODEL = """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        name = "😋"; self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return self.conv(x)
"""
DIGITS = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 28 * 28, 10)

    def forward(self, x):
        x = torch.relu(self.conv(x))
        x = torch.max_pool2d(x, 2)
        return self.fc(x.flatten(1))


net = Net()
print(net(torch.randn(64, 1, 28, 28)).shape)
"""
"""A model that forgets its pooling: CVL202 in row 14, mended by `14 * 14` in row 9."""


def picture(page: Any, name: str) -> None:
    """Keep what a page shows, for the guide, if CONVLINT_PICTURES is set."""
    if os.environ.get("CONVLINT_PICTURES"):
        page.screenshot(path=ROOT / "docs" / "editors" / f"{name}.png")


def program(name: str, variable: str = "") -> str:
    """Return the path of a program, or of what a variable names in its place; without it the test is left out."""
    found = shutil.which(os.environ.get(variable) or name)
    if found is None:
        pytest.skip(f"NOT TESTED: {name} is not installed")
    return found


def environment(folder: Path, **variables: str) -> dict[str, str]:
    """Return what programs are started with: a home of their own, and `convlint` on the PATH."""
    bin_folder = folder / "bin"
    bin_folder.mkdir(exist_ok=True)
    script = bin_folder / "convlint"
    script.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m convlint "$@"\n')
    script.chmod(0o755)
    return {
        **os.environ,
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / ".config"),
        "XDG_DATA_HOME": str(folder / ".local" / "share"),
        "XDG_STATE_HOME": str(folder / ".local" / "state"),
        **variables,
    }


def run(command: list[str], folder: Path, **variables: str) -> str:
    """Return what a program writes, with `convlint` on its PATH."""
    env = environment(folder, **variables)
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


@contextmanager
def serving(command: list[str], port: int, folder: Path, env: dict[str, str]) -> Iterator[Path]:
    """Run a program that serves a port of this machine, and end it. Yields the file with what it writes."""
    log = folder / "log.txt"
    with log.open("wb") as writing:
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=writing, stderr=subprocess.STDOUT)
    try:
        for _ in range(SECONDS):
            assert process.poll() is None, log.read_text()
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(1)
        yield log
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
