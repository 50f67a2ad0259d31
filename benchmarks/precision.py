"""Every warning on packages as they are: is it true in torch, and would a maintainer change the code for it?

    python benchmarks/precision.py --source FOLDER [--only PART] [--found FOLDER] [--write]

FOLDER holds the unpacked packages. `--found` keeps what was found in a folder, and takes from it the parts that are
there already. The judgements are in `precision.jsonl` beside this script; a warning without one is told, and the exit
code is 1. `--write` writes the page in docs, and `precision_errors.jsonl`: every error that was found, by part.
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
ERRORS = Path(__file__).with_name("precision_errors.jsonl")


@dataclass(frozen=True, slots=True)
class Part:
    """What of a package is read: each `every`-th of the paths that fit the pattern, of folders what fits `inside`."""

    name: str
    pattern: str
    every: int = 1
    inside: str = ""
    said: str = "all"
    seconds: int = 10
    """What one file may take; modules that import much need more than the default."""

    @property
    def package(self) -> str:
        return self.pattern.partition("/")[0]

    def paths(self, source: Path) -> list[str]:
        """Return the files and folders to be linted, as the command line takes them."""
        chosen = sorted(source.glob(self.pattern))[:: self.every]
        inner = (path for folder in chosen for path in sorted(folder.glob(self.inside))) if self.inside else chosen
        return [path.relative_to(source).as_posix() for path in inner]

    def files(self, source: Path) -> int:
        """Count the Python files."""
        paths = [source / path for path in self.paths(source)]
        return sum(len(list(path.rglob("*.py"))) if path.is_dir() else 1 for path in paths)


PARTS = (
    Part("timm-layers", "timm/layers", said="`layers`"),
    Part("timm-models", "timm/models/*.py", 6, said="each sixth file of `models`"),
    Part("torchvision", "torchvision"),
    Part("kornia", "kornia"),
    Part("monai", "monai"),
    Part("diffusers-autoencoders", "diffusers/models/autoencoders/*.py", 2, said="each second file of `autoencoders`"),
    Part("ultralytics-nn", "ultralytics/nn", said="`nn`"),
    Part(
        "transformers",
        "transformers/models/*/modeling_*.py",
        75,
        said="each 75th `modeling_*.py`, up to 90 s each",
        seconds=90,
    ),
    Part("basicsr", "basicsr"),
    Part("pytorchcv", "pytorchcv"),
    Part("segmentation_models_pytorch", "segmentation_models_pytorch"),
    Part("vit_pytorch", "vit_pytorch"),
)
_HEAD = """# Warnings on unchanged packages

Written by `benchmarks/precision.py`. Every warning and error that convlint has for the sources of these packages, or
for the parts of them that are named, with no settings, and two questions to each: is it **true** in torch, and would a
maintainer **change** the code for it? Both are answered by one reading of the code, which `benchmarks/precision.jsonl`
keeps. Packages with weights that are published under these layers do not change what the layers compute: what they
would write otherwise in a new model counts as a change, what a paper asks for does not. What `--found` has kept is not
read again, so that the runs of one page may lie some hours of work on convlint apart.

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


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reading of the code says of a warning, and why."""

    true: bool
    change: bool
    why: str


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, required=True, help="the folder that holds the unpacked packages")
    parser.add_argument("--only", choices=[part.name for part in PARTS], action="append", help="this part")
    parser.add_argument("--found", type=Path, help="a folder for what was found, one file for each part")
    parser.add_argument("--write", action="store_true", help="write the page in docs, and the list of errors")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        kept = options.found or Path(scratch)
        chosen = [part for part in PARTS if not options.only or part.name in options.only]
        found = {part.name: told(part, options.source.resolve(), kept) for part in chosen}
    judged = judgements()
    missing = [it for warnings in found.values() for it in warnings if it.key not in judged]
    for it in missing:
        print(f"not judged: {it.filename}:{it.row} {it.code} {it.message}")
    print(summary(found, judged))
    if options.write:
        read = {part.name: Read.of(part, options.source) for part in chosen}
        PAGE.write_text(_HEAD + "\n".join(page(found, judged, read)), encoding="utf-8")
        ERRORS.write_text("".join(f"{line}\n" for line in errors(found, read)), encoding="utf-8")
    return int(bool(missing))


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a package."""

    package: str
    version: str
    said: str
    files: int

    @classmethod
    def of(cls, part: Part, source: Path) -> Read:
        return cls(part.package, version_of(part.package, source), part.said, part.files(source))


def told(part: Part, source: Path, kept: Path) -> list[Warned]:
    """Return the warnings and errors of a part of a package, linting it if what was found is not kept."""
    kept.mkdir(parents=True, exist_ok=True)
    output = kept / f"{part.name}.jsonl"
    if not output.exists():
        command = [sys.executable, "-m", "convlint", "check", *part.paths(source), "--isolated", "--exit-zero"]
        command += ["--quiet", "--search-path", str(source), "--output-format", "json-lines"]
        command += ["--file-timeout", str(part.seconds)]
        subprocess.run([*command, "--output-file", str(output)], cwd=source, env=_environment(), check=True)
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
    """Say in one line how many of the findings are errors, true, and worth a change."""
    every = [it for warnings in found.values() for it in warnings]
    answers = [judged[it.key] for it in every if it.key in judged]
    right = sum(answer.true for answer in answers)
    worth = sum(answer.true and answer.change for answer in answers)
    share = f" ({100 * worth // len(answers)} %)" if answers else ""
    return (
        f"{_errors(every)} errors, {len(every) - _errors(every)} warnings: {right} true, {worth} worth a change{share}"
    )


def page(
    found: Mapping[str, Sequence[Warned]], judged: Mapping[Key, Judgement], read: Mapping[str, Read]
) -> Iterator[str]:
    """Yield the lines of the page: the sums, then a table for each part that has findings."""
    yield f"{summary(found, judged)}.\n"
    yield "| package | read | files | errors | warnings | true | worth a change |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    for name, warnings in found.items():
        answers = [judged[it.key] for it in warnings if it.key in judged]
        right, worth = sum(it.true for it in answers), sum(it.true and it.change for it in answers)
        of, wrong = read[name], _errors(warnings)
        counts = f"{of.files} | {wrong} | {len(warnings) - wrong} | {right} | {worth}"
        yield f"| {of.package} {of.version} | {of.said} | {counts} |"
    for name, warnings in found.items():
        if warnings:
            yield f"\n## {read[name].package} {read[name].version}\n"
            yield "| place | code | what is said | true | change | why |"
            yield "| --- | --- | --- | --- | --- | --- |"
            yield from (_row(it, judged.get(it.key)) for it in warnings)
    yield ""


def errors(found: Mapping[str, Sequence[Warned]], read: Mapping[str, Read]) -> Iterator[str]:
    """Yield what was read and which errors were told of it, a JSON object for each part."""
    for name, warnings in found.items():
        of = read[name]
        wrong = [[it.filename, it.row, it.code, it.message] for it in warnings if it.severity == "error"]
        entry = {"package": of.package, "version": of.version, "read": of.said, "files": of.files, "errors": wrong}
        yield json.dumps(entry, ensure_ascii=False)


def _errors(warnings: Iterable[Warned]) -> int:
    return sum(it.severity == "error" for it in warnings)


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
