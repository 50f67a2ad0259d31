"""The table of contents of the layers room says what the modules register, and lets each be imported by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from convlint.layers import __main__ as writing
from convlint.layers.core import contents, registry

ALONE = """
import importlib, sys
before = set(sys.modules)
while wanted := sys.stdin.readline().split():
    for name in set(sys.modules) - before:
        if name.startswith("convlint.layers"):
            del sys.modules[name]
    family, *names = wanted
    registry = importlib.import_module("convlint.layers.core.registry")
    wrong = [name for name in names if registry.find(name) is None]
    importlib.import_module(family)
    wrong += [name for name in names if registry.registered()[0][name] != family]
    assert not wrong, wrong
"""


def test_the_table_is_up_to_date() -> None:
    text = Path(contents.__file__).read_text(encoding="utf-8")
    assert writing.written(text) == text, "run `python -m convlint.layers`"


def test_a_table_that_lacks_a_name_is_written_anew() -> None:
    text = Path(contents.__file__).read_text(encoding="utf-8")
    damaged = text.replace("linear.linear torch.nn Bilinear ", "linear.linear torch.nn ")
    assert damaged != text
    assert writing.written(damaged) == text


def test_every_name_is_found_when_its_module_is_the_first_to_be_asked_for() -> None:
    families = contents.families()
    lines = [
        " ".join((family, *(name for name, home in families.items() if home == family)))
        for family in sorted(set(families.values()))
    ]
    run = subprocess.run(
        [sys.executable, "-c", ALONE], input="\n".join(lines), capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_a_name_without_its_family_in_the_table_is_an_error() -> None:
    code = (
        "from convlint.layers.core import contents, registry\n"
        "del contents.families()['torch.nn.Bilinear']\n"
        "try:\n"
        "    registry.find('torch.nn.Linear')\n"
        "except LookupError as error:\n"
        "    print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("torch.nn.Bilinear of convlint.layers.linear.linear is not in contents.py")


def test_a_small_model_needs_few_families() -> None:
    code = (
        "import sys; from convlint.layers.core import registry; before = set(sys.modules)\n"
        "registry.find('torch.nn.Conv2d'), registry.find('torch.Tensor.relu'), registry.names(), registry.bases()\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = run.stdout.split()
    assert "convlint.layers.windows.convolution" in imported
    assert "convlint.layers.recurrent.recurrent" not in imported


def test_names_and_bases_are_those_that_the_modules_register() -> None:
    assert {registry.find(name) is not None for name in registry.names()} == {True}
    families, bases = registry.registered()
    assert registry.names() == set(families)
    assert registry.bases() == bases
