"""The command line: reads arguments and the environment, prints what the API returns, and chooses the exit code.

Nothing heavy is imported before it is needed, so that `--version` and `--help` cost what Python's start costs.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from convlint import __version__
from convlint.errors import UsageError

if TYPE_CHECKING:
    from convlint.config import Config
    from convlint.findings import Report

EXIT_CLEAN, EXIT_FINDINGS, EXIT_UNABLE, EXIT_INTERRUPTED = 0, 1, 2, 130

Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run convlint and return its exit code: 0 clean, 1 findings, 2 unable to work, 130 interrupted."""
    _use_utf8()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        options = _parser().parse_args(_with_verb(arguments))
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else EXIT_UNABLE
    command: Command = options.command
    try:
        return command(options)
    except UsageError as error:
        return _unable(str(error))
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except Exception as error:
        if options.show_traceback:
            raise
        return _unable(f"internal error, which is a bug: {type(error).__name__}: {error} (see --show-traceback)")


_VERBS = ("check", "summary", "accepts", "rule", "server", "lsp")
_OWN_OPTIONS = ("-h", "--help", "-V", "--version")


def _with_verb(arguments: list[str]) -> list[str]:
    """Return the arguments with the verb `check` before them if they have none."""
    if arguments and (arguments[0] in _VERBS or arguments[0] in _OWN_OPTIONS):
        return arguments
    return ["check", *arguments]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="convlint",
        description="A static linter for PyTorch models. `convlint PATH…` is `convlint check PATH…`.",
    )
    parser.add_argument("-V", "--version", action="version", version=f"convlint {__version__}")
    verbs = parser.add_subparsers(required=True, metavar="{check,summary,accepts,rule,server}")
    _add_check(verbs.add_parser("check", help="report what is wrong in the models of files and folders"))
    _add_summary(verbs.add_parser("summary", help="show what every layer of one model costs"))
    _add_accepts(verbs.add_parser("accepts", help="tell which input sizes one model accepts"))
    _add_rule(verbs.add_parser("rule", help="explain a rule"))
    _add_server(verbs.add_parser("server", help="run the language server on standard input and output"))
    _add_server(verbs.add_parser("lsp"))
    return parser


def _add_common(parser: argparse.ArgumentParser, command: Command) -> None:
    parser.add_argument("--show-traceback", action="store_true", help="show where convlint itself failed")
    parser.set_defaults(command=command)


def _add_configuration(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="FILE", help="take the settings from this file")
    parser.add_argument("--isolated", action="store_true", help="take no settings from any file")


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders; - for standard input [default: .]")
    parser.add_argument("--output-format", choices=("full", "concise", "json"), default=None)
    parser.add_argument("--select", action="append", metavar="CODES", help="only these rules: CVL101,CVL2 or ALL")
    parser.add_argument("--ignore", action="append", metavar="CODES", help="not these rules")
    parser.add_argument(
        "--force-exclude", action="store_true", help="leave out what the settings exclude, even if named"
    )
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 even if there are findings")
    parser.add_argument("-q", "--quiet", action="store_true", help="print findings only")
    parser.add_argument("--gaps", action="store_true", help="also tell where tracking stopped, and why")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("--stdin-filename", metavar="NAME", help="what to call the file on standard input")
    _add_configuration(parser)
    _add_common(parser, _check)


def _add_summary(parser: argparse.ArgumentParser) -> None:
    _add_target(parser, "1,3,224,224; once for each input; names are symbols")
    parser.add_argument("--output-format", choices=("table", "json"), default="table")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    _add_common(parser, _summary)


def _add_accepts(parser: argparse.ArgumentParser) -> None:
    _add_target(parser, "N,3,H,W; once for each input; names are the sizes to find, numbers stay fixed")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    _add_common(parser, _accepts)


def _add_target(parser: argparse.ArgumentParser, sizes: str) -> None:
    parser.add_argument("target", metavar="TARGET", help="path/to/file.py, path/to/file.py:Name or package.module:name")
    parser.add_argument("--input", action="append", default=[], metavar="SIZES", help=sizes)
    parser.add_argument(
        "--search-path", action="append", default=[], metavar="FOLDER", help="where to look for modules"
    )


def _add_rule(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", nargs="?", metavar="CODE", help="CVL101, or a name such as non-integral-output")
    parser.add_argument("--all", action="store_true", help="every rule")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    _add_common(parser, _rule)


def _add_server(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stdio", action="store_true", help="speak on standard input and output, as it does anyway")
    _add_common(parser, _server)


# --- commands --------------------------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> int:
    from convlint import api

    config = _config(options)
    paths: list[str] = options.paths or ["."]
    if "-" in paths:
        if paths != ["-"]:
            raise UsageError("standard input (-) cannot be checked together with files")
        name = options.stdin_filename or "<stdin>"
        data = sys.stdin.buffer.read()
        report = api.lint_bytes(data, name, config=config)
        texts = {name: data}
    else:
        report = api.lint_paths(paths, config=config, force_exclude=options.force_exclude)
        texts = {}
    _show(report, options, texts)
    for failure in report.failures:
        _unable(f"{failure.filename}: internal error, which is a bug: {failure.error} (see --show-traceback)")
        if options.show_traceback:
            _print(failure.traceback.splitlines(), sys.stderr)
    return EXIT_CLEAN if options.exit_zero and not report.failures else report.exit_code


def _config(options: argparse.Namespace) -> Config | None:
    """Return the settings to use, None for those of the nearest file, with the options' choice of rules."""
    from convlint import api, config

    if options.isolated:
        settings = config.Config()
    elif options.config is not None:
        settings = config.load(options.config)
    else:
        settings = api.nearest_config(
            [path for path in options.paths if path != "-"] or [options.stdin_filename or "."]
        )
    return settings.choosing(_codes(options.select), _codes(options.ignore))


def _codes(values: list[str] | None) -> tuple[str, ...] | None:
    """Return the codes of a repeatable, comma-separated option; None if it was not given."""
    if values is None:
        return None
    return tuple(code.strip() for value in values for code in value.split(",") if code.strip())


def _show(report: Report, options: argparse.Namespace, texts: dict[str, bytes]) -> None:
    from convlint import api
    from convlint.report import concise, full, json

    base = Path.cwd()
    form = options.output_format or os.environ.get("CONVLINT_OUTPUT_FORMAT") or "full"
    if form == "json":
        _print([json.text(report, base)])
    elif form == "concise":
        _print(concise.lines(report, base))
    elif form == "full":
        _print(full.lines(report, base, lambda name: api.source_lines(name, texts.get(name)), _coloured(options.color)))
    else:
        raise UsageError(f"unknown output format `{form}` in CONVLINT_OUTPUT_FORMAT")
    if options.gaps:
        _print(concise.gap_lines(report, base), sys.stderr if form == "json" else sys.stdout)
    if not options.quiet and form != "json":
        _print([_closing_line(report)], sys.stderr)


def _closing_line(report: Report) -> str:
    from convlint.findings import Severity

    checked = f"{report.files} file{'s' * (report.files != 1)} checked"
    counts = [
        f"{count} {severity.value}{'s' * (count != 1)}"
        for severity in Severity
        if (count := sum(finding.severity is severity for finding in report.findings))
    ]
    return f"{', '.join(counts) or 'No findings'} ({checked})"


def _summary(options: argparse.Namespace) -> int:
    from convlint import api
    from convlint.report import summary_json, summary_table

    inputs = [_shape(text) for text in options.input]
    summary = api.summarize(options.target, *inputs, search_path=options.search_path)
    if options.output_format == "json":
        _print([summary_json.text(summary)])
    else:
        stream = io.StringIO()
        summary_table.write(summary, stream, _coloured(options.color))
        _print([stream.getvalue().rstrip("\n")])
    return EXIT_FINDINGS if summary.error else EXIT_CLEAN


def _accepts(options: argparse.Namespace) -> int:
    from convlint import api
    from convlint.report import accepts_json
    from convlint.report.escape import visible

    inputs = [_shape(text) for text in options.input]
    found = api.accepted_inputs(options.target, *inputs, search_path=options.search_path)
    if options.output_format == "json":
        _print([accepts_json.text(found)])
    else:
        _print([visible(line) for line in found.lines()])
    return EXIT_FINDINGS if found.decided and not found.cases else EXIT_CLEAN


def _shape(text: str) -> tuple[int | str, ...]:
    """Return the sizes in "1,3,H,W"; parentheses and blanks do not count."""
    parts = [part.strip() for part in text.strip().strip("()[]").split(",") if part.strip()]
    for part in parts:
        if not (part.isdecimal() or part.isidentifier()):
            raise UsageError(f"--input {text}: `{part}` is neither a size nor the name of a symbol")
    return tuple(int(part) if part.isdecimal() else part for part in parts)


def _rule(options: argparse.Namespace) -> int:
    from convlint import rules
    from convlint.report import rule_page

    if options.all == (options.code is not None):
        raise UsageError("give a code or --all")
    rule = None if options.all else rules.find(options.code)
    if not options.all and rule is None:
        raise UsageError(f"there is no rule `{options.code}`; `convlint rule --all` lists them")
    chosen = rules.RULES if rule is None else (rule,)
    if options.output_format == "json":
        _print([rule_page.json_text(chosen)])
    else:
        _print("\n\n".join(rule_page.markdown(rule).strip() for rule in chosen).splitlines())
    return EXIT_CLEAN


def _server(options: argparse.Namespace) -> int:
    try:
        import pygls  # noqa: F401
    except ImportError:
        raise UsageError("the language server needs pygls: pip install 'convlint[lsp]'") from None
    from convlint.lsp.server import serve

    serve()
    return EXIT_CLEAN


# --- the terminal ----------------------------------------------------------------------------------------


def _print(lines: Iterable[str], stream: TextIO | None = None) -> None:
    """Write lines; if nobody reads any more, write nothing further and say nothing."""
    out = stream or sys.stdout
    try:
        for line in lines:
            out.write(f"{line}\n")
        out.flush()
    except BrokenPipeError:
        # What is still buffered would be written, and fail again, when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())


def _unable(message: str) -> int:
    from convlint.report.escape import visible

    _print([visible(f"convlint: {message}")], sys.stderr)
    return EXIT_UNABLE


def _coloured(choice: str) -> bool:
    """Tell whether to colour: as asked, else on a terminal, unless the environment says otherwise."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def _use_utf8() -> None:
    """Make both streams able to write what messages hold, whatever the locale is."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
