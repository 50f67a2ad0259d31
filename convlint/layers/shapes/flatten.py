"""The modules `Flatten` and `Unflatten`, which call the tensor methods of the same name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.registry import Operation, State, find, layer
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared.axes import refuse, written
from convlint.symbolic import Dim, Size

Sizes = Size | Sequence[Size]


def _call(ctx: Context, name: str, *args: Any) -> Any:
    entry = find(name)
    if not isinstance(entry, Operation):
        raise Unmodelled(f"{name} is not known")
    return entry.rule(ctx, *args)


@layer("torch.nn.Flatten", "torch.nn.modules.flatten.Flatten")
class Flatten:
    """https://pytorch.org/docs/stable/generated/torch.nn.Flatten.html"""

    @staticmethod
    def init(ctx: Context, state: State, start_dim: int = 1, end_dim: int = -1) -> None:
        state.start_dim = start_dim
        state.end_dim = end_dim

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Any:
        return _call(ctx, "torch.Tensor.flatten", input, state.start_dim, state.end_dim)


@layer("torch.nn.Unflatten", "torch.nn.modules.flatten.Unflatten")
class Unflatten:
    """https://pytorch.org/docs/stable/generated/torch.nn.Unflatten.html"""

    @staticmethod
    def init(ctx: Context, state: State, dim: int | str, unflattened_size: Sizes) -> None:
        if not isinstance(unflattened_size, (tuple, list)):
            text = f"`Unflatten` takes a tuple of sizes and gets {written(unflattened_size)}"
            refuse(RefusalKind.LAYER, text, TypeError, got=unflattened_size)
        for size in unflattened_size:
            if isinstance(size, (float, str, tuple, list, type(None))):
                text = f"`Unflatten` takes a tuple of integers and gets {written(size)} in it"
                refuse(RefusalKind.LAYER, text, TypeError, got=size)
            if not isinstance(size, (int, Dim)):
                raise Unmodelled("`Unflatten` to sizes that are not known")
        state.dim = dim
        state.unflattened_size = unflattened_size

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Any:
        return _call(ctx, "torch.Tensor.unflatten", input, state.dim, state.unflattened_size)
