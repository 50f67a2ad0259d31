"""`convlint rule`: explain a rule."""

from __future__ import annotations

import argparse

from convlint.cli.options import add_common
from convlint.cli.terminal import EXIT_CLEAN, write
from convlint.errors import UsageError


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", nargs="?", metavar="CODE", help="CVL101, or a name such as non-integral-output")
    parser.add_argument("--all", action="store_true", help="every rule")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    add_common(parser, run)


def run(options: argparse.Namespace) -> int:
    from convlint import rules
    from convlint.report import rule_page

    if options.all == (options.code is not None):
        raise UsageError("give a code or --all")
    rule = None if options.all else rules.find(options.code)
    if not options.all and rule is None:
        raise UsageError(f"there is no rule `{options.code}`; `convlint rule --all` lists them")
    chosen = rules.RULES if rule is None else (rule,)
    if options.output_format == "json":
        write([rule_page.rules_json(chosen)])
    else:
        write("\n\n".join(rule_page.markdown(rule).strip() for rule in chosen).splitlines())
    return EXIT_CLEAN
