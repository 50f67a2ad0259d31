"""`convlint report`: make a page that shows a model, or a figure of it."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convlint.cli.options import add_common, add_target, arguments, package_settings, shape
from convlint.cli.terminal import EXIT_CLEAN, EXIT_FINDINGS, write
from convlint.errors import UsageError

if TYPE_CHECKING:
    from convlint.trace import ModelTrace

_FORMATS = ("html", "json", "svg", "png")


def add(parser: argparse.ArgumentParser) -> None:
    add_target(parser, "1,3,224,224: the sizes to begin with; once for each input")
    parser.add_argument("-o", "--output-file", metavar="FILE", help="write to this file [default: model.html, …]")
    parser.add_argument(
        "--format", choices=("html", "json", "svg", "png"), help="[default: by the file's name, else html]"
    )
    parser.add_argument("--style", choices=("lenet", "blocks"), default="lenet", help="how figures are drawn")
    add_common(parser, run)


def run(options: argparse.Namespace) -> int:
    from convlint import api
    from convlint.report.page import data, html

    settings = package_settings(options)
    inputs = [shape(text) for text in options.input]
    packages: dict[str, Any] = {"search_path": settings.search_path, "python": settings.python}
    subject = api.page_subject(options.target, *inputs, kwargs=arguments(options.arg), **packages)
    found = data.plain(subject, Path.cwd())
    form = options.format or _form_of(options.output_file)
    file = Path(options.output_file or f"model.{form}")
    if form == "json":
        from convlint.report.escape import json_text

        content = json_text(found).encode()
    elif form == "html":
        content = html.page(found).encode()
    else:
        content = _figure(subject.begun, form, options.style)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
    write([f"{file}: {len(found['nodes'])} calls of {found['name']}, {len(content):,} bytes"])
    return EXIT_FINDINGS if any(finding.severity.fails for finding in subject.findings) else EXIT_CLEAN


def _form_of(name: str | None) -> str:
    """Return the format that a file's name asks for."""
    suffix = Path(name or "model.html").suffix[1:]
    if suffix == "htm":
        return "html"
    if suffix not in _FORMATS:
        endings = ", ".join(f".{form}" for form in _FORMATS)
        raise UsageError(f"-o {name}: name a file that ends with {endings}, or give --format")
    return suffix


def _figure(trace: ModelTrace, form: str, style: str) -> bytes:
    """Return a figure as SVG, or as PNG twice as large."""
    from convlint.report import figure

    drawn = figure.svg(trace, style)
    if form == "svg":
        return drawn.encode()
    try:
        painter = importlib.import_module("cairosvg")
    except ImportError:
        raise UsageError("--format png needs CairoSVG: pip install 'convlint[figures]'; svg does not") from None
    content: bytes = painter.svg2png(bytestring=drawn.encode(), scale=2)
    return content
