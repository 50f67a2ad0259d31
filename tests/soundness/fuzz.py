"""Seeded damage to a program's text: tokens lost, exchanged and replaced by values of any type, texts cut off.

Unlike `mutate.damage`, what comes out need not parse: it is what a file looks like while somebody types.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

_TOKEN = re.compile(r"""\w+|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[-+*/<>=!@%&|^~:]=?|[()\[\]{}.,;#]|\n[ \t]*""")
_ARGUMENT = re.compile(r"(?<=[(,=])[ \t]*(?!\s)([^(),=\n\[\]{}#]+?)(?=[,)])")

VALUES = (
    "None", "True", "...", "0", "-1", "1.5", "1e400", "10**30", "-2**63", "1j", "float('nan')", "''", "'same'", "b'x'",
    "'a' * 100", "()", "[]", "{}", "{1: 2}", "{1, 2}", "(1,) * 40", "[[1], [2, 3]]", "range(3)", "slice(1)", "int",
    "print", "object()", "lambda: 0", "lambda *a, **k: a", "(x for x in [1])", "self", "torch", "nn.Module",
    "nn.ReLU()", "torch.zeros(2, 3)", "torch.float32", "torch.Size([2])", "type", "super()", "*[1, 2]", "**{'a': 1}",
    "not 0", "3 if torch else 4", "[i for i in range(3)]", "f'{1}'", "NotImplemented", "Exception('x')", "iter([])",
)  # fmt: skip


def lose_token(text: str, rng: random.Random) -> str:
    start, end = _token(text, rng)
    return text[:start] + text[end:]


def repeat_token(text: str, rng: random.Random) -> str:
    start, end = _token(text, rng)
    return text[:end] + text[start:end] + text[end:]


def exchange_tokens(text: str, rng: random.Random) -> str:
    (start, end), (other, other_end) = sorted((_token(text, rng), _token(text, rng)))
    if end > other:
        return text
    return text[:start] + text[other:other_end] + text[end:other] + text[start:end] + text[other_end:]


def replace_token(text: str, rng: random.Random) -> str:
    start, end = _token(text, rng)
    return text[:start] + rng.choice(VALUES) + text[end:]


def replace_argument(text: str, rng: random.Random) -> str:
    """Put a value of any type in the place of an argument, or of what follows an equals sign in a call."""
    found = [match.span(1) for match in _ARGUMENT.finditer(text)]
    if not found:
        return text
    start, end = rng.choice(found)
    return text[:start] + rng.choice(VALUES) + text[end:]


def cut_off(text: str, rng: random.Random) -> str:
    return text[: rng.randrange(len(text) + 1)]


def lose_line(text: str, rng: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    if lines:
        del lines[rng.randrange(len(lines))]
    return "".join(lines)


def insert_character(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice("\0\x0c\r\u2028\ufeff\ud800😋é()[]{}'\"\\#:;%!\t") + text[at:]


DAMAGES: tuple[Callable[[str, random.Random], str], ...] = (
    lose_token, repeat_token, exchange_tokens, replace_token, replace_argument, replace_argument, replace_argument,
    replace_argument, cut_off, lose_line, insert_character,
)  # fmt: skip
"""Replaced arguments weigh more: most of the other texts end in the parser."""


def damaged(text: str, rng: random.Random) -> str:
    """Return the text with one to three damages."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        text = rng.choice(DAMAGES)(text, rng)
    return text


def _token(text: str, rng: random.Random) -> tuple[int, int]:
    """Return where a token starts and ends: the next one after a place drawn at random, or nothing at all."""
    match = _TOKEN.search(text, rng.randrange(len(text) + 1))
    return (0, 0) if match is None else match.span()
