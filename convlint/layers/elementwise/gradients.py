"""Asking torch for gradients: they start from one number, unless it is said what else they start from."""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.naming import tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared.axes import refuse, shown
from convlint.symbolic import Verdict, equal, product

NOT_GIVEN = object()
"""In place of torch's None, which stands for what is given and not known."""


@tensor_operation("torch.Tensor.backward", harmless=("gradient", "retain_graph", "create_graph", "inputs"))
def backward(
    ctx: Context,
    input: Tensor,
    gradient: Any = NOT_GIVEN,
    retain_graph: Any = None,
    create_graph: Any = False,
    inputs: Any = None,
) -> None:
    if gradient is NOT_GIVEN:
        _start(ctx, input, "`backward`", "gradient")


@tensor_operation("torch.autograd.grad", harmless=("grad_outputs", "retain_graph", "create_graph", "only_inputs"))
def grad(
    ctx: Context,
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = NOT_GIVEN,
    retain_graph: Any = None,
    create_graph: Any = False,
    only_inputs: Any = True,
    allow_unused: Any = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor, ...]:
    """The gradient of each input has its shape; of one that has none it may be None, where that is allowed."""
    if is_grads_batched or (allow_unused and not materialize_grads):
        raise Unmodelled("gradients that are batched, or of tensors that may not be used")
    for output in _tensors(outputs) if grad_outputs is NOT_GIVEN else ():
        _start(ctx, output, "`torch.autograd.grad`", "grad_outputs")
    return tuple(Tensor(tensor.shape, tensor.dtype) for tensor in _tensors(inputs))


def _start(ctx: Context, output: Tensor, who: str, otherwise: str) -> None:
    """Refuse what has certainly not one element; no more is taken for granted of what may have."""
    if ctx.decide(equal(product(output.shape), 1)) is Verdict.VIOLATED:
        text = f"{who} without `{otherwise}` starts from one number, and gets a tensor of {shown(output.shape)}"
        refuse(RefusalKind.SIZES, text)


def _tensors(given: Any) -> tuple[Tensor, ...]:
    found = tuple(given) if isinstance(given, tuple | list) else (given,)
    if not all(isinstance(tensor, Tensor) for tensor in found):
        raise Unmodelled("gradients of what is not known to be tensors")
    return found
