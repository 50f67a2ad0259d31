"""What the axes of tensors mean: batch, channel, sequence …, as far as operations say it, carried along a run.

`pieces` is what an axis is made of, `reshaping` how that goes through views, `operations` how it goes through
everything else, `following` carries it through the events of a run.
"""

from __future__ import annotations

from convlint.axes.following import Axes, axes_of
from convlint.axes.pieces import Axis, Piece, Role, Said

__all__ = ["Axes", "Axis", "Piece", "Role", "Said", "axes_of"]
