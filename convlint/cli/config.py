"""`convlint config`: list the settings, or explain one; `--schema` prints the JSON Schema of a settings file."""

from __future__ import annotations

import argparse

from convlint.cli.options import add_common
from convlint.cli.terminal import EXIT_CLEAN, write
from convlint.errors import UsageError


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", nargs="?", metavar="KEY", help="a setting, such as per-file-ignores")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of a settings file")
    add_common(parser, run)


def run(options: argparse.Namespace) -> int:
    import msgspec

    from convlint.config import schema

    if options.schema:
        write([schema_text()])
        return EXIT_CLEAN
    known = {setting.key: setting for setting in schema.settings()}
    if options.key is not None and options.key not in known:
        import difflib

        near = difflib.get_close_matches(options.key, known, n=1, cutoff=0)
        raise UsageError(f"there is no setting `{options.key}`; the nearest is `{near[0]}`")
    chosen = list(known.values()) if options.key is None else [known[options.key]]
    if options.output_format == "json":
        write([msgspec.json.format(msgspec.json.encode(chosen)).decode()])
    elif options.key is None:
        write(f"{setting.key}: {setting.description}" for setting in chosen)
    else:
        (setting,) = chosen
        write([setting.description, "", f"default: {setting.default}", f"type: {setting.kind}"])
    return EXIT_CLEAN


def schema_text() -> str:
    """Return the JSON Schema as the project publishes it."""
    import json

    from convlint.config.schema import json_schema

    return json.dumps(json_schema(), indent=2, ensure_ascii=False)
