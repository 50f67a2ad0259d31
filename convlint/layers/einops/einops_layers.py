"""einops' layers for torch: `Rearrange` and `Reduce`, and what `EinMix` is made of.

Source: einops 0.8, `einops/layers/__init__.py`, `einops/layers/torch.py` and `einops/layers/_einmix.py`.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.registry import State, layer
from convlint.layers.core.tensor import Tensor
from convlint.layers.einops.einops import left_rank, transformed
from convlint.layers.einops.einops_patterns import (
    ELLIPSIS,
    REDUCTIONS,
    Axis,
    Group,
    Side,
    check_pattern,
    halves,
    parsed,
    refuse_pattern,
)
from convlint.layers.shared.axes import refuse, shown
from convlint.symbolic import Size

MOST_ELLIPSIS = 7
"""A layer prepares itself for as many dimensions as this in the place of an ellipsis."""


def _rank_of_state(arguments: Mapping[str, Any]) -> int | None:
    return left_rank({"pattern": arguments["state"].pattern})


def _prepare(state: State, pattern: str, operation: str, lengths: dict[str, Size]) -> None:
    check_pattern(pattern, operation, list(lengths))
    state.pattern, state.axes_lengths = pattern, lengths


def _apply(ctx: Context, state: State, input: Tensor, operation: str) -> Tensor:
    """Like the function, but for ranks that the layer is not prepared for: it raises KeyError."""
    left = parsed(halves(state.pattern)[0])
    named = len(left.groups) - left.has_ellipsis
    if not named <= input.ndim <= named + left.has_ellipsis * MOST_ELLIPSIS:
        text = f'`{operation}` with "{state.pattern}" takes {named} dimensions and gets {shown(input.shape)}'
        refuse(RefusalKind.RANK, text, KeyError, expected=named, got=input.ndim)
    return transformed(ctx, input, state.pattern, operation, state.axes_lengths)


@layer("einops.layers.torch.Rearrange", input_rank=_rank_of_state)
class Rearrange:
    @staticmethod
    def init(ctx: Context, state: State, pattern: str, **axes_lengths: Size) -> None:
        _prepare(state, pattern, "rearrange", axes_lengths)

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        return _apply(ctx, state, input, "rearrange")


@layer("einops.layers.torch.Reduce", input_rank=_rank_of_state)
class Reduce:
    @staticmethod
    def init(ctx: Context, state: State, pattern: str, reduction: str, **axes_lengths: Size) -> None:
        if reduction not in REDUCTIONS:
            raise Unmodelled("`Reduce` with a function of the program")
        _prepare(state, pattern, reduction, axes_lengths)
        state.reduction = reduction

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        if state.reduction in ("any", "all"):
            raise Unmodelled(f"`Reduce` by {state.reduction}, which einops refuses where it reduces anything")
        return _apply(ctx, state, input, state.reduction)


class Mixing(Struct, frozen=True):
    """What an `EinMix` does: take apart, `torch.einsum` with a weight, add a bias, compose."""

    before: str
    """The pattern of the rearrangement before, "" for none."""
    lengths: dict[str, Size]
    """The sizes that it is given."""
    weight: tuple[Size, ...]
    bias: tuple[Size, ...] | None
    equation: str
    after: str


def mixing(pattern: str, weight_shape: str, bias_shape: str | None, lengths: dict[str, Size]) -> Mixing:
    """Return what an `EinMix` does; raises `Refused` with EinopsError where einops does."""
    one, other = halves(pattern)
    left, right, weight = parsed(one), parsed(other), parsed(weight_shape)
    _check_mix(left, right, weight, pattern, weight_shape, lengths)
    flat_left, flat_right = _flat(left), _flat(right)
    composed_left = any(len(group) != 1 for group in left.groups)
    composed_right = any(len(group) != 1 for group in right.groups) or right.bracketed_ellipsis
    if any(not group for group in weight.groups):
        raise Unmodelled("a weight of `EinMix` with a size of 1")
    names = sorted(str(axis) for axis in (left.identifiers | right.identifiers | weight.identifiers) - {ELLIPSIS})
    if len(names) > len(string.ascii_lowercase):
        raise Unmodelled("an `EinMix` of more axes than there are letters")
    letters: dict[Axis, str] = {**dict(zip(names, string.ascii_lowercase, strict=False)), ELLIPSIS: "..."}
    equation = f"{_spelt(flat_left, letters)},{_spelt(_flat(weight), letters)}->{_spelt(flat_right, letters)}"
    return Mixing(
        f"{one}-> {_written(flat_left)}" if composed_left else "",
        {name: size for name, size in lengths.items() if name in flat_left},
        tuple(lengths[str(axis)] for axis in _flat(weight)),
        None if bias_shape is None else _bias(bias_shape, right, lengths),
        equation,
        f"{_written(flat_right)} ->{other}" if composed_right else "",
    )


def _check_mix(
    left: Side, right: Side, weight: Side, pattern: str, weight_shape: str, lengths: Mapping[str, Size]
) -> None:
    _refuse_any(right.identifiers - left.identifiers - weight.identifiers, f'"{pattern}" makes out of nowhere')
    if weight.has_ellipsis:
        refuse_pattern(f'the weight of an `EinMix` takes no ellipsis, as in "{weight_shape}"')
    if left.has_ellipsis != right.has_ellipsis or left.bracketed_ellipsis:
        refuse_pattern(f'an `EinMix` takes an ellipsis on both sides, on the left without brackets, not "{pattern}"')
    if left.anonymous or right.anonymous or weight.anonymous:
        refuse_pattern("an `EinMix` takes no sizes as axes")
    if "(" in weight_shape or ")" in weight_shape:
        refuse_pattern(f'the weight of an `EinMix` takes no brackets, as in "{weight_shape}"')
    for group in left.groups:
        if len(group) != 1 and sum(axis not in lengths for axis in group) > 1:
            refuse_pattern(f'"{pattern}" leaves several sizes open')
    _refuse_any(weight.identifiers - set(lengths), "the weight's axes need sizes:")
    _refuse_any(set(lengths) - left.identifiers - weight.identifiers, f'"{pattern}" does not use')
    _refuse_any(weight.identifiers - left.identifiers - right.identifiers, "the weight has axes of its own:")


def _bias(bias_shape: str, right: Side, lengths: Mapping[str, Size]) -> tuple[Size, ...]:
    """The bias has the output's axes that it names, and sizes of 1 for the others; none before an ellipsis."""
    if not isinstance(bias_shape, str):
        refuse_pattern("the bias of an `EinMix` is said by the names of its axes")
    named = parsed(bias_shape).identifiers
    _refuse_any(named - right.identifiers, "the bias has axes that the output has not:")
    _refuse_any(named - set(lengths), "the bias's axes need sizes:")
    sizes: list[Size] = []
    for axis in _flat(right):
        if axis == ELLIPSIS:
            if named & set(_flat(right)[: _flat(right).index(axis)]):
                refuse_pattern("the bias of an `EinMix` has an axis before the output's ellipsis")
            continue
        sizes.append(lengths[str(axis)] if axis in named else 1)
    return tuple(sizes)


def _refuse_any(axes: Iterable[Axis], text: str) -> None:
    names = sorted(str(axis).replace(ELLIPSIS, "...") for axis in axes)
    if names:
        refuse_pattern(f"{text} {', '.join(f'`{name}`' for name in names)}")


def _flat(side: Side) -> Group:
    return tuple(axis for group in side.groups for axis in group)


def _written(axes: Sequence[Axis]) -> str:
    return " ".join(str(axis).replace(ELLIPSIS, "...") for axis in axes)


def _spelt(axes: Sequence[Axis], letters: Mapping[Axis, str]) -> str:
    return "".join(letters[axis] for axis in axes)
