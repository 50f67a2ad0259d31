"""What becomes of axes in a view, against torch: an element keeps its place along every piece."""

from __future__ import annotations

import math

import torch
from hypothesis import given
from hypothesis import strategies as st

from convlint.axes.pieces import Piece, fresh
from convlint.axes.reshaping import viewed

SHAPES = st.lists(st.sampled_from([1, 2, 3, 4, 6]), min_size=1, max_size=4)


def place_along(pieces: list[Piece], wanted: Piece, index: torch.Tensor) -> torch.Tensor:
    """Return where elements of these row-major indices stand along one of the pieces."""
    behind = pieces[pieces.index(wanted) + 1 :]
    return index // math.prod(piece.size for piece in behind) % wanted.size


@given(SHAPES, st.data())
def test_pieces_of_a_view_are_where_torch_has_their_elements(shape, data):
    axes = [fresh(size) for size in shape]
    count = math.prod(shape)
    first = data.draw(st.sampled_from([size for size in range(1, count + 1) if count % size == 0]))
    second = data.draw(st.sampled_from([size for size in range(1, count // first + 1) if (count // first) % size == 0]))
    target = (first, second, count // first // second)
    made = viewed(axes, target)
    for size, axis in zip(target, made.axes, strict=True):
        assert math.prod(piece.size for piece in axis) == size
    if not made.fits:
        return
    old, new = [piece for axis in axes for piece in axis], [piece for axis in made.axes for piece in axis]
    index = torch.arange(count)
    for piece in set(old) & set(new):
        assert torch.equal(place_along(old, piece, index), place_along(new, piece, index))


@given(SHAPES)
def test_a_view_to_the_same_shape_keeps_the_axes(shape):
    axes = [fresh(size) for size in shape]
    made = viewed(axes, tuple(shape))
    assert made.fits
    assert list(made.axes) == axes


@given(st.permutations([2, 3, 5, 7]))
def test_sizes_without_a_common_divisor_fit_only_in_their_order(order):
    made = viewed([fresh(size) for size in (2, 3, 5, 7)], tuple(order))
    assert made.fits == (order == [2, 3, 5, 7])


def test_a_view_of_nothing_tells_no_pieces_apart():
    for sizes, shape in (((6, 0), (4, 0)), ((0, 6), (0, 4)), ((4, 0), (0, 4)), ((2, 3, 0), (4, 0, 3))):
        made = viewed([fresh(size) for size in sizes], shape)
        assert len(made.axes) == len(shape)
