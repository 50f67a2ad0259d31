"""Small programs that each take a number from one piece of Python: torch runs them, and convlint says no error.

A file of `small/` holds programs, each under a line `# title`. What a program calls `w` is 8: the model is built for
that many features and gets as many, or the program has a model of its own that gets `GIVEN` columns. Given 7, torch
raises, and convlint says so where it knows what Python does.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from convlint.api import lint_source
from tests.soundness.programs import errors, run_in_torch

pytestmark = pytest.mark.sampled

HEAD = """
import torch
from torch import nn
import torch.nn.functional as F
import abc, asyncio, atexit, collections, collections.abc, contextlib, copy, dataclasses, enum, functools, inspect
import itertools, json, logging, math, numbers, operator, os, random, re, string, sys, threading, types, typing
import warnings, weakref
"""
MODEL = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(w, 10)

    def forward(self, x):
        return self.fc(x)

Net()(torch.randn(2, GIVEN))
"""
AT_LEAST = {
    "classes": 0.7, "control": 0.7, "further": 0.6, "library": 0.85, "machinery": 0.85, "skipped": 0.55, "values": 0.8,
}  # fmt: skip
"""Of how many programs convlint finds the error, once there is one."""


def _programs(path: Path) -> dict[str, str]:
    parts = re.split(r"^# ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {
        title: HEAD + code + ("" if "class Net" in code else MODEL)
        for title, _, code in (p.partition("\n") for p in parts)
    }


FILES = {path.stem: _programs(path) for path in sorted((Path(__file__).parent / "small").glob("*.txt"))}
PROGRAMS = {f"{file}: {title}": source for file, programs in FILES.items() for title, source in programs.items()}


@cache
def _finds(name: str) -> bool:
    return bool(errors(PROGRAMS[name].replace("GIVEN", "7"), "small"))


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_error_on_what_torch_runs(name: str) -> None:
    source = PROGRAMS[name].replace("GIVEN", "8")
    run_in_torch(source, "small")
    assert not errors(source, "small")


def test_what_was_looked_at_before_changes_nothing() -> None:
    names = list(PROGRAMS)[::9]
    forwards = {name: lint_source(PROGRAMS[name].replace("GIVEN", "7"), "small.py").findings for name in names}
    backwards = {name: lint_source(PROGRAMS[name].replace("GIVEN", "7"), "small.py").findings for name in names[::-1]}
    assert any(forwards.values())
    assert forwards == backwards


@pytest.mark.parametrize("file", FILES)
def test_most_is_known(file: str) -> None:
    told = [name for name in PROGRAMS if name.startswith(f"{file}: ") and "GIVEN" in PROGRAMS[name]]
    assert len(told) > 50
    assert sum(map(_finds, told)) >= AT_LEAST[file] * len(told)
