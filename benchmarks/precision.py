"""Every warning on packages as they are: is it true in torch, and would a maintainer change the code for it?

    python benchmarks/precision.py --source FOLDER [--only PACKAGE] [--found FILE] [--write]

FOLDER holds the unpacked packages. `--found` keeps what was found in a file, and takes from it the packages that are
there already. The judgements are in `precision.jsonl` beside this script; a warning without one is told, and the exit
code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "precision.md"
JUDGED = Path(__file__).with_name("precision.jsonl")
PACKAGES = (
    "timm",
    "torchvision",
    "kornia",
    "monai",
    "diffusers",
    "ultralytics",
    "basicsr",
    "pytorchcv",
    "segmentation_models_pytorch",
)
_HEAD = """# Warnings on unchanged packages

Written by `benchmarks/precision.py`. Every warning and error that convlint has for the sources of these packages, with
no settings, and two questions to each: is it **true** in torch, and would a maintainer **change** the code for it?
Both are answered by one reading of the code, which `benchmarks/precision.jsonl` keeps. Packages with weights that are
published under these layers do not change what the layers compute: what they would write otherwise in a new model
counts as a change, what a paper asks for does not.

"""

Key = tuple[str, int, str]
"""File, row, code."""


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning or error, as the command line tells it."""

    filename: str
    row: int
    code: str
    severity: str
    message: str

    @property
    def key(self) -> Key:
        return self.filename, self.row, self.code

    @property
    def package(self) -> str:
        return self.filename.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reading of the code says of a warning, and why."""

    true: bool
    change: bool
    why: str


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, required=True, help="the folder that holds the unpacked packages")
    parser.add_argument("--only", choices=PACKAGES, action="append", help="this package")
    parser.add_argument("--found", type=Path, help="a folder for what was found, one file for each package")
    parser.add_argument("--write", action="store_true", help="write the page in docs")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        kept = options.found or Path(scratch)
        found = {package: told(package, options.source.resolve(), kept) for package in options.only or PACKAGES}
    judged = judgements()
    missing = [it for warnings in found.values() for it in warnings if it.key not in judged]
    for it in missing:
        print(f"not judged: {it.filename}:{it.row} {it.code} {it.message}")
    print(summary(found, judged))
    if options.write:
        versions = {package: version_of(package, options.source) for package in found}
        PAGE.write_text(_HEAD + "\n".join(page(found, judged, versions)), encoding="utf-8")
    return int(bool(missing))


def told(package: str, source: Path, kept: Path) -> list[Warned]:
    """Return the warnings and errors of a package, linting it if what was found is not kept."""
    kept.mkdir(parents=True, exist_ok=True)
    output = kept / f"{package}.jsonl"
    if not output.exists():
        command = [sys.executable, "-m", "convlint", "check", package, "--isolated", "--exit-zero", "--quiet"]
        command += ["--search-path", str(source), "--output-format", "json-lines", "--output-file", str(output)]
        subprocess.run(command, cwd=source, env=_environment(), check=True)
    return warnings_in(map(json.loads, output.read_text("utf-8").splitlines()))


def warnings_in(findings: Iterable[Mapping[str, Any]]) -> list[Warned]:
    """Return what is more than a note, in the order of the files."""
    graver = (it for it in findings if it["severity"] != "note")
    return sorted(
        (Warned(it["filename"], it["location"]["row"], it["code"], it["severity"], it["message"]) for it in graver),
        key=lambda it: it.key,
    )


def judgements() -> dict[Key, Judgement]:
    """Return the judgements by file, row and code."""
    entries = map(json.loads, JUDGED.read_text("utf-8").splitlines())
    return {
        (it["file"], it["row"], it["code"]): Judgement(it["true"], it["change"], it.get("why", "")) for it in entries
    }


def summary(found: Mapping[str, Sequence[Warned]], judged: Mapping[Key, Judgement]) -> str:
    """Say in one line how many of the warnings are true and worth a change."""
    answers = [judged[it.key] for warnings in found.values() for it in warnings if it.key in judged]
    right = sum(answer.true for answer in answers)
    worth = sum(answer.true and answer.change for answer in answers)
    share = f" ({100 * worth // len(answers)} %)" if answers else ""
    return f"{len(answers)} warnings in {len(found)} packages: {right} true, {worth} worth a change{share}"


def page(
    found: Mapping[str, Sequence[Warned]], judged: Mapping[Key, Judgement], versions: Mapping[str, str]
) -> Iterator[str]:
    """Yield the lines of the page: the sums, then a table for each package."""
    yield f"{summary(found, judged)}.\n"
    yield "| package | warnings | true | worth a change |"
    yield "| --- | ---: | ---: | ---: |"
    for package, warnings in found.items():
        answers = [judged[it.key] for it in warnings if it.key in judged]
        right, worth = sum(it.true for it in answers), sum(it.true and it.change for it in answers)
        yield f"| {package} {versions[package]} | {len(warnings)} | {right} | {worth} |"
    for package, warnings in found.items():
        if warnings:
            yield f"\n## {package} {versions[package]}\n"
            yield "| place | code | what is said | true | change | why |"
            yield "| --- | --- | --- | --- | --- | --- |"
            yield from (_row(it, judged.get(it.key)) for it in warnings)
    yield ""


def _row(it: Warned, judgement: Judgement | None) -> str:
    place = f"`{it.filename.partition('/')[2]}:{it.row}`"
    answers = ["?", "?", ""] if judgement is None else [_yes(judgement.true), _yes(judgement.change), judgement.why]
    cells = [place, it.code, it.message.replace("|", "\\|"), *answers]
    return f"| {' | '.join(cells)} |"


def _yes(answer: bool) -> str:
    return "yes" if answer else "**no**"


def version_of(package: str, source: Path) -> str:
    """Return the version of a package, as the folder of its metadata tells it."""
    names = (path.name.removesuffix(".dist-info").partition("-") for path in source.glob("*.dist-info"))
    return next((version for name, _, version in names if name.lower() == package), "")


def _environment() -> dict[str, str]:
    """Return the environment, in which this very convlint is found from any folder."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


if __name__ == "__main__":
    raise SystemExit(main())
