"""How many cells of the model's input one output cell depends on, followed along the windows of a trace.

The recurrence is that of Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks" (2019):
a window with extent e and stride s turns a field r with jump j into r + (e − 1)·j with jump j·s.
"""

from __future__ import annotations

from msgspec import Struct

from convlint.layers.core.facts import Window
from convlint.layers.core.tensor import Tensor
from convlint.trace import Event, ModelTrace

_POINTWISE_LAYERS = frozenset({
    "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm", "Identity", "Dropout", "Dropout1d",
    "Dropout2d", "Dropout3d", "AlphaDropout", "ReLU", "ReLU6", "LeakyReLU", "PReLU", "RReLU", "ELU", "CELU",
    "SELU", "GELU", "SiLU", "Mish", "Sigmoid", "Tanh", "Hardswish", "Hardsigmoid", "Hardtanh", "Softplus",
    "Softsign", "Tanhshrink", "Hardshrink", "Softshrink", "LogSigmoid", "Threshold", "LocalResponseNorm",
})  # fmt: skip
_POINTWISE_FUNCTIONS = frozenset({
    "relu", "relu_", "relu6", "leaky_relu", "elu", "celu", "selu", "gelu", "silu", "mish", "sigmoid", "tanh",
    "hardswish", "hardsigmoid", "hardtanh", "softplus", "dropout", "batch_norm", "prelu", "add", "sub", "mul",
    "div", "neg", "abs", "exp", "sqrt", "pow", "square", "clamp", "contiguous", "clone", "detach", "to",
    "float", "half", "cat", "__add__", "__radd__", "__iadd__", "__sub__", "__rsub__", "__mul__", "__rmul__",
    "__imul__", "__truediv__", "__neg__", "add_", "mul_",
})  # fmt: skip


class _Field(Struct, frozen=True):
    """The field and the jump (input cells between two neighbouring output cells), per spatial axis."""

    size: tuple[int, ...]
    jump: tuple[int, ...]


class ReceptiveFields:
    """The receptive fields of the tensors of one run; of those only that follow the input through known windows."""

    def __init__(self, trace: ModelTrace) -> None:
        self._fields: dict[int, _Field] = {}
        self._alive: list[Tensor] = []  # keeps the ids from being given again
        for tensor in trace.inputs[:1]:
            axes = max(0, tensor.ndim - 2)
            self._keep(tensor, _Field((1,) * axes, (1,) * axes))
        for event in trace.events:
            self._follow(event)

    def of(self, tensor: Tensor) -> tuple[int, ...] | None:
        """Return the receptive field of a tensor in cells of the first input, per spatial axis, or None."""
        field = self._fields.get(id(tensor))
        return field.size if field is not None and field.size else None

    def _follow(self, event: Event) -> None:
        fields = [self._fields.get(id(tensor)) for tensor in event.inputs]
        if not event.outputs or not fields or any(field is None for field in fields):
            return
        known = [field for field in fields if field is not None]
        if len(event.windows) == 1 and len(event.inputs) == 1:
            result = _through(event.windows[0], known[0])
        elif not event.windows and _is_pointwise(event):
            result = _joined(known)
        else:
            result = None
        if result is not None:
            for output in event.outputs:
                self._keep(output, result)

    def _keep(self, tensor: Tensor, field: _Field) -> None:
        self._fields[id(tensor)] = field
        self._alive.append(tensor)


def _is_pointwise(event: Event) -> bool:
    """Tell whether each output cell depends only on the input cells of the same place."""
    if not is_cellwise(event):
        return False
    return event.module is not None or all(tensor.shape[2:] == event.outputs[0].shape[2:] for tensor in event.inputs)


def is_cellwise(event: Event) -> bool:
    """Tell whether an operation takes, of each input that is as large as the output, only the cell of the same place;
    others are spread over it."""
    name = event.name if event.module is None else event.module.torch_name
    return name.rpartition(".")[2] in (_POINTWISE_FUNCTIONS if event.module is None else _POINTWISE_LAYERS)


def _through(window: Window, field: _Field) -> _Field | None:
    """Return the field behind a window, or None for windows of which it is not defined."""
    if window.kind == "conv_transpose" or len(window.axes) != len(field.size):
        return None
    sizes, jumps = [], []
    for axis, size, jump in zip(window.axes, field.size, field.jump, strict=True):
        span, stride = axis.extent, axis.stride
        if not isinstance(span, int) or not isinstance(stride, int):
            return None
        sizes.append(size + (span - 1) * jump)
        jumps.append(jump * stride)
    return _Field(tuple(sizes), tuple(jumps))


def _joined(fields: list[_Field]) -> _Field | None:
    """Return the field of what is computed cell by cell from several tensors: the largest, if the jumps agree."""
    if len({field.jump for field in fields}) != 1:
        return None
    sizes = zip(*(field.size for field in fields), strict=True)
    return _Field(tuple(max(axis) for axis in sizes), fields[0].jump)
