"""The patterns of einops, such as "b c (h p) w -> b (h w) (p c)": parsing them, and what einops refuses of them.

Source: einops 0.8, `einops/parsing.py` and the checks of `einops/einops.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from msgspec import Struct

from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.shared.axes import refuse, written

ELLIPSIS = "…"
REDUCTIONS = ("min", "max", "sum", "mean", "prod", "any", "all")


class EinopsError(RuntimeError):
    """`einops.EinopsError`."""


class Anonymous(Struct, frozen=True, eq=False):
    """An axis that is written as its size. Two of them are never the same axis."""

    size: int

    def __str__(self) -> str:
        return str(self.size)


Axis = str | Anonymous
Group = tuple[Axis, ...]


class Side(Struct, frozen=True):
    """One side of a pattern. `(ELLIPSIS,)` is the group of an ellipsis outside of brackets, `()` a size of 1."""

    groups: tuple[Group, ...]
    identifiers: frozenset[Axis]
    bracketed_ellipsis: bool = False

    @property
    def has_ellipsis(self) -> bool:
        return ELLIPSIS in self.identifiers

    @property
    def anonymous(self) -> bool:
        return any(isinstance(axis, Anonymous) for axis in self.identifiers)


def refuse_pattern(text: str, error: type[Exception] = EinopsError) -> NoReturn:
    refuse(RefusalKind.LAYER, text, error)


def halves(pattern: object) -> tuple[str, str]:
    """Return what stands left and right of the arrow; einops raises ValueError unless there is exactly one."""
    if not isinstance(pattern, str):
        raise Unmodelled("a pattern of einops that is not known")
    parts = pattern.split("->")
    if len(parts) != 2:
        refuse_pattern(f'einops takes a pattern with one arrow, and "{pattern}" has {len(parts) - 1}', ValueError)
    return parts[0], parts[1]


def parsed(text: str, *, underscore: bool = False, duplicates: bool = False) -> Side:
    """Read one side of a pattern: names, numbers, brackets, one ellipsis."""
    written = text
    if "." in text:
        if text.count("...") != 1 or text.count(".") != 3:
            refuse_pattern(f'einops takes dots only as one "...", not as in "{written}"')
        text = text.replace("...", ELLIPSIS)
    groups: list[Group] = []
    seen: set[Axis] = set()
    bracket: list[Axis] | None = None
    bracketed = False
    for token in _tokens(text, written):
        if token == "(":
            if bracket is not None:
                refuse_pattern(f'einops takes no brackets inside of brackets, as in "{written}"')
            bracket = []
        elif token == ")":
            if bracket is None:
                refuse_pattern(f'the brackets of "{written}" are not balanced')
            groups.append(tuple(bracket))
            bracket = None
        else:
            named = _axis(token, seen, written, underscore, duplicates)
            seen.update(named)
            if bracket is None:
                groups.append(named)
            else:
                bracket += named
                bracketed = bracketed or ELLIPSIS in named
    if bracket is not None:
        refuse_pattern(f'the brackets of "{written}" are not balanced')
    return Side(tuple(groups), frozenset(seen), bracketed)


def _tokens(text: str, written: str) -> Iterable[str]:
    word = ""
    for char in f"{text} ":
        if char in "() ":
            if word:
                yield word
            word = ""
            if char != " ":
                yield char
        elif char.isalnum() or char in ("_", ELLIPSIS):
            word += char
        else:
            refuse_pattern(f'einops knows no "{char}", as in "{written}"')


def _axis(token: str, seen: set[Axis], written: str, underscore: bool, duplicates: bool) -> Group:
    """The axis that a word stands for; a 1 stands for none."""
    if token in seen and not (underscore and token == "_") and not duplicates:
        refuse_pattern(f'"{written}" names "{token.replace(ELLIPSIS, "...")}" twice')
    if token == ELLIPSIS:
        return (token,)
    if token.isdecimal():
        if int(token) == 1:
            return ()
        if int(token) == 0:
            refuse_pattern(f'einops takes no axis of size 0, as in "{written}"')
        return (Anonymous(int(token)),)
    if not is_name(token, underscore=underscore):
        refuse_pattern(f'"{token.replace(ELLIPSIS, "...")}" is no name of an axis, as in "{written}"')
    return (token,)


def is_name(name: str, *, underscore: bool = False) -> bool:
    """Whether einops takes a name for an axis."""
    if not name.isidentifier():
        return False
    return (underscore and name == "_") if name[0] == "_" or name[-1] == "_" else True


def check_sides(left: Side, right: Side, pattern: str, operation: Any, given: Sequence[str]) -> None:
    """Refuse a pattern whose sides do not fit the operation: new axes in `repeat` only, fewer in `reduce` only."""
    if right.has_ellipsis and not left.has_ellipsis:
        refuse_pattern(f'an ellipsis stands on the right only in "{pattern}"')
    if left.bracketed_ellipsis:
        refuse_pattern(f'an ellipsis stands in brackets on the left of "{pattern}"')
    if operation == "rearrange":
        if left.anonymous or right.anonymous:
            refuse_pattern(f'`rearrange` takes no sizes as axes but 1, as in "{pattern}"')
        _refuse_axes(left.identifiers ^ right.identifiers, f'only one side of "{pattern}" names')
    elif operation == "repeat":
        _refuse_axes(left.identifiers - right.identifiers, f'`repeat` drops no axes, and "{pattern}" drops')
        named = {axis for axis in right.identifiers if isinstance(axis, str)}
        _refuse_axes(named - left.identifiers - set(given), f'"{pattern}" has new axes without a size:')
    elif operation in REDUCTIONS:
        _refuse_axes(right.identifiers - left.identifiers, f'`reduce` makes no axes, and "{pattern}" makes')
    else:
        refuse_pattern(f"`reduce` knows no reduction {written(operation)}: one of {', '.join(REDUCTIONS)}")


def check_pattern(pattern: object, operation: Any, given: Sequence[str]) -> None:
    """Refuse what einops refuses whatever the input: it does so when a layer is built."""
    one, other = halves(pattern)
    left, right = parsed(one), parsed(other)
    check_sides(left, right, str(pattern), operation, given)
    check_given(left.groups, right.groups, given, str(pattern))


def check_given(inner: Iterable[Group], outer: Iterable[Group], given: Iterable[str], pattern: str) -> None:
    """Refuse sizes of axes that are not there, and a dimension of which several sizes are open."""
    inner = tuple(inner)
    axes = {axis for group in (*inner, *outer) for axis in group}
    names = set(given)
    for name in given:
        if not is_name(name):
            refuse_pattern(f'"{name}" is no name of an axis')
        if name not in axes:
            refuse_pattern(f'"{pattern}" has no axis `{name}`, which is given a size')
    for group in inner:
        open_axes = [axis for axis in group if isinstance(axis, str) and axis not in names]
        if len(open_axes) > 1:
            _refuse_axes(open_axes, f'"{pattern}" leaves several sizes of one dimension open:')


def _refuse_axes(axes: Iterable[Axis], text: str) -> None:
    names = sorted(str(axis).replace(ELLIPSIS, "...") for axis in axes)
    if names:
        refuse_pattern(f"{text} {', '.join(f'`{name}`' for name in names)}")


def spelt_out(side: Side, extra: int) -> tuple[Group, ...]:
    """Return the groups of a side with its ellipsis replaced by so many axes."""
    own = [f"{ELLIPSIS}{index}" for index in range(extra)]
    groups: list[Group] = []
    for group in side.groups:
        if group == (ELLIPSIS,) and not side.bracketed_ellipsis:
            groups += [(axis,) for axis in own]
        else:
            parts = (own if axis == ELLIPSIS else [axis] for axis in group)
            groups.append(tuple(itertools.chain.from_iterable(parts)))
    return tuple(groups)
