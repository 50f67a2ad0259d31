"""Damaged programs: each is refused with a SourceError or lowered as Python parses it; nothing else happens."""

from __future__ import annotations

import random
import re

import pytest

from convlint.ir.load import lower_text
from convlint.source.text import SourceError, SourceText
from tests.ir.normal import from_ast, from_ir
from tests.ir.test_lower import CONSTRUCTS, difference, parsed, statements

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
WORDS = """
( ) [ ] { } : , = * ** ' " f' rb' \\ # and not lambda yield await if else for in async match case ; . ... 1 0x 1_
:= -> @ type ! {{ }} é ﬁ
"""
NOISE = (*WORDS.split(), "\n", "\\\n", " ", "\t", "\f", "\r", "\0", "\u2028")


def damaged(choose: random.Random) -> str:
    """Join a few statements and delete, copy, swap or insert a few tokens."""
    tokens = TOKEN.findall("".join(choose.sample(statements(CONSTRUCTS), choose.randint(1, 3))))
    for _ in range(choose.randint(1, 3)):
        place, other = choose.randrange(len(tokens)), choose.randrange(len(tokens))
        action = choose.choice(("delete", "copy", "swap", "insert"))
        if action == "delete" and len(tokens) > 1:
            del tokens[place]
        elif action == "copy":
            tokens.insert(place, tokens[other])
        elif action == "swap":
            tokens[place], tokens[other] = tokens[other], tokens[place]
        else:
            tokens.insert(place, choose.choice(NOISE))
    return "".join(tokens)


@pytest.mark.parametrize("seed", range(8))
def test_damaged_programs_are_refused_or_lowered_as_python_parses_them(seed: int) -> None:
    choose = random.Random(seed)
    compared = 0
    for _ in range(60):
        text = damaged(choose)
        try:
            module = lower_text(SourceText(text))
        except SourceError as error:
            if "cannot be analysed" in error.message:
                pytest.fail(f"{error.message}: {text!r}")
            continue
        try:
            tree = parsed(text)
        except (SyntaxError, ValueError):  # LibCST takes some text that this Python does not
            continue
        assert difference(from_ir(module), from_ast(tree)) == "", text
        compared += 1
    assert compared >= 5
