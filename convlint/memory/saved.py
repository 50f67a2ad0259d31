"""What autograd saves of each operation for backward, as torch's `derivatives.yaml` and its CPU kernels have it.

Each entry says which tensors of a call are kept, and what else is made for backward only. What is not here is not
known. The entries were measured with `torch.autograd.graph.saved_tensors_hooks` on torch 2.13.
"""

from __future__ import annotations

from collections.abc import Sequence

from convlint.memory.recurrent import cell, recurrent
from convlint.memory.saving import Call, Kept, Rule, volume
from convlint.symbolic import product
from convlint.trace import Event


def _nothing(call: Call) -> Kept:
    return Kept()


def _first(call: Call) -> Kept:
    return Kept((call.first,))


def _result(call: Call) -> Kept:
    return Kept((call.out,))


def _argument(call: Call) -> Kept:
    """The input; what works in place keeps a copy of it."""
    return Kept(made=((volume(call.first), ""),)) if call.in_place else Kept((call.first,))


def _argument_or_result(call: Call) -> Kept:
    """The input, or, in place, the result, from which the input's sign shows."""
    return Kept((call.out if call.in_place else call.first,))


def _convolution(call: Call) -> Kept | None:
    """The input and the weight. Padding by other than zeros, or by "same" on one side more, makes a padded copy."""
    event = call.event
    padded = event.module is not None and event.module.attributes.get("padding_mode", "zeros") != "zeros"
    if padded or any(axis.pad_before != axis.pad_after for window in event.windows for axis in window.axes):
        return None
    return Kept(event.inputs[:2])


def _linear(call: Call) -> Kept:
    """The input if the weight learns, the weight if the input needs a gradient; what lies out of order is copied."""
    weight = call.event.inputs[1] if len(call.event.inputs) > 1 else None
    learns = _learns(call) if weight is None else call.needs_grad(weight)
    kept = (weight,) if weight is not None and call.needs_grad(call.first) else ()
    if not learns:
        return Kept(kept)
    if call.first.ndim > 2 and not call.storages.in_order(call.first):
        return Kept(kept, ((volume(call.first), ""),))
    return Kept((call.first, *kept))


def _learns(call: Call) -> bool:
    module = call.event.module
    weight = None if module is None else module.parameters.get("weight")
    return weight is not None and weight.requires_grad


def _batch_norm(call: Call) -> Kept:
    """The input, and mean and deviation of each channel where they are those of the batch."""
    batch = call.option("training", True) or not call.option("track_running_stats", True)
    return Kept((call.first,), ((2 * call.first.shape[1], "statistics"),) if batch else ())


def _layer_norm(call: Call) -> Kept | None:
    shape = call.option("normalized_shape")
    if not isinstance(shape, (tuple, list, int)):
        return None
    axes = 1 if isinstance(shape, int) else len(shape)
    return Kept((call.first,), ((2 * product(call.first.shape[: call.first.ndim - axes]), "statistics"),))


def _group_norm(call: Call) -> Kept | None:
    groups = call.option("num_groups")
    if not isinstance(groups, int) or not call.storages.in_order(call.first):
        return None
    return Kept((call.first,), ((2 * call.first.shape[0] * groups, "statistics"),))


def _instance_norm(call: Call) -> Kept | None:
    if call.event.module is None or not call.storages.in_order(call.first):
        return None
    channels = product(call.first.shape[:2])
    weight = ((channels, ""),) if call.event.module.parameters else ()
    return Kept((call.first,), ((2 * channels, "statistics"), *weight))


def is_active_dropout(call: Call) -> bool | None:
    """Whether a dropout drops anything; None if that is not known."""
    probability, training = call.option("p", 0.5), call.option("training", call.event.module is None)
    if not isinstance(probability, (int, float)) or not isinstance(training, bool):
        return None
    return training and probability > 0


def _dropout(call: Call) -> Kept | None:
    """The mask, of the activations' dtype, on the CPU."""
    active = is_active_dropout(call)
    return None if active is None else Kept(made=((volume(call.first), ""),) if active else ())


def _feature_dropout(call: Call) -> Kept | None:
    active = is_active_dropout(call)
    return None if active is None else Kept(made=((product(call.first.shape[:2]), ""),) if active else ())


def _max_pool(call: Call) -> Kept:
    """The input, and where each maximum was."""
    return Kept((call.first,), ((volume(call.out), "int64"),))


def _adaptive_avg_pool(call: Call) -> Kept:
    """The input, unless the mean of everything is taken."""
    axes = len(call.event.windows[0].axes) if call.event.windows else call.out.ndim - 2
    return Kept() if all(size == 1 for size in call.out.shape[call.out.ndim - axes :]) else Kept((call.first,))


def _product(call: Call) -> Kept:
    """Each factor if the other one needs a gradient."""
    pair = call.event.inputs[:2]
    if len(pair) < 2:
        return Kept()
    return Kept(tuple(one for one, other in zip(pair, reversed(pair), strict=True) if call.needs_grad(other)))


def _matrix_product(call: Call) -> Kept | None:
    """As for a product; of more than three axes, what does not lie in order is copied."""
    kept = _product(call).tensors
    copied = [one for one in kept if one.ndim > 3 and not call.storages.matrices_in_order(one)]
    return Kept(tuple(one for one in kept if one not in copied), tuple((volume(one), "") for one in copied))


def _einsum(call: Call) -> Kept | None:
    """What is a matrix product with leading axes in common: `bhid,bhjd->bhij`."""
    given = call.event.given
    equation = given.positional[0] if given is not None and given.positional else None
    if not isinstance(equation, str) or equation.count(",") != 1 or equation.count("->") != 1 or "." in equation:
        return None
    operands, _, result = equation.replace(" ", "").partition("->")
    one, _, other = operands.partition(",")
    plain = len(one) == len(other) == len(result) and one[:-2] == other[:-2] == result[:-2]
    summed = set(one[-2:]) & set(other[-2:]) - set(result)
    if not plain or len(summed) != 1 or result[-2] not in one or result[-1] not in other:
        return None
    return _matrix_product(call)


def _quotient(call: Call) -> Kept:
    pair = call.event.inputs[:2]
    if len(pair) < 2:
        return Kept()
    return Kept(pair if call.needs_grad(pair[1]) else pair[1:])


def _power(call: Call) -> Kept | None:
    return Kept((call.first,)) if len(call.event.inputs) == 1 else None


def _indices(call: Call) -> Kept:
    """What was looked up where; a plain index keeps nothing."""
    return Kept(call.event.inputs[1:])


def _embedding(call: Call) -> Kept:
    indices = call.first if call.first.dtype.startswith("int") else call.event.inputs[-1]
    return Kept((indices,))


def _mask(call: Call) -> Kept:
    return Kept(tuple(one for one in call.event.inputs if one.dtype == "bool"))


def _position(call: Call) -> Kept:
    """Where the extreme along an axis was."""
    return Kept(made=((volume(call.out), "int64"),)) if len(call.event.outputs) > 1 else Kept((call.first, call.out))


def _reduced(call: Call) -> Kept:
    return Kept((call.first, call.out))


def _normalized(call: Call) -> Kept:
    """`normalize`: the input, its norms, and these once more without zeros."""
    axis = call.option("dim", 1)
    if not isinstance(axis, int):
        return Kept((call.first,))
    sizes = [size for at, size in enumerate(call.first.shape) if at != axis % call.first.ndim]
    return Kept((call.first,), ((2 * product(sizes), ""),))


def _attention(call: Call) -> Kept | None:
    """`scaled_dot_product_attention`, fused: query, key, value and result, and a sum for each row."""
    if call.option("dropout_p", 0.0) or call.option("enable_gqa", False) or len(call.event.inputs) not in (3, 4):
        return None
    mask = call.event.inputs[3:]
    if call.first.ndim != 4 or any(call.needs_grad(one) for one in mask):
        return None
    return Kept((*call.event.inputs, call.out), ((product(call.first.shape[:3]), "statistics"),))


def _given(event: Event, name: str, default: object) -> object:
    """Return what a call of a layer was given by name; what it was given by position is not looked for."""
    return default if event.given is None else event.given.named.get(name, default)


def _multihead_attention(call: Call) -> Kept | None:
    """`nn.MultiheadAttention` of a tensor with itself: the input in order, query, key and value in one, the weights or
    a sum for each row, and what goes into the last layer; with weights or dropout a scaled query, too."""
    event, module = call.event, call.event.module
    itself = event.given is not None and len(event.given.positional) == 3
    itself = itself and len(event.inputs) == 3 and len({id(one) for one in event.inputs}) == 1
    if module is None or not itself or call.first.ndim != 3:
        return None
    heads, first, embedded = module.attributes.get("num_heads"), module.attributes.get("batch_first"), call.first
    dropout, weights = module.attributes.get("dropout", 0.0), _given(event, "need_weights", True)
    if not isinstance(heads, int) or not isinstance(dropout, (int, float)) or not isinstance(weights, bool):
        return None
    batch, length = (embedded.shape[0], embedded.shape[1]) if first else (embedded.shape[1], embedded.shape[0])
    whole, rows = volume(embedded), batch * heads * length
    dropped = bool(dropout) and module.attributes.get("training", True)
    made = [3 * whole, whole] + ([whole] if first else [])
    if not weights and not dropped:
        made.append(rows)
    elif weights:
        made += [whole, rows * length * (3 if dropped else 1)]
    else:
        made += [whole, whole, 3 * rows * length]
    return Kept(() if first else (embedded,), tuple((size, "") for size in made))


def _table(*entries: tuple[Rule, Sequence[str]]) -> dict[str, Rule]:
    return {name: rule for rule, names in entries for name in names}


_BY_NAME = _table(
    (_nothing, (
        "add", "__add__", "__radd__", "__iadd__", "sub", "__sub__", "__rsub__", "__isub__", "neg", "__neg__", "cat",
        "concat", "stack", "sum", "mean", "interpolate", "pad", "roll", "repeat", "flip", "pixel_shuffle",
        "PixelShuffle", "pixel_unshuffle", "PixelUnshuffle", "Upsample", "UpsamplingNearest2d",
        "UpsamplingBilinear2d", "ZeroPad2d", "ConstantPad2d", "clone", "to", "float", "double", "half", "type",
        "cumsum", "contiguous", "reshape", "flatten", "Flatten", "reshape_as", "ravel", "__setitem__", "zero", "fill",
        "hstack", "vstack", "tile", "type_as", "channel_shuffle", "repeat_interleave", "rot90",
    )),
    (_convolution, (
        "Conv1d", "Conv2d", "Conv3d", "conv1d", "conv2d", "conv3d", "ConvTranspose1d", "ConvTranspose2d",
        "ConvTranspose3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
    )),
    (_linear, ("Linear", "linear")),
    (_batch_norm, ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d")),
    (_layer_norm, ("LayerNorm", "layer_norm")),
    (_group_norm, ("GroupNorm", "group_norm")),
    (_instance_norm, ("InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d")),
    (_result, (
        "ReLU", "relu", "relu_", "Sigmoid", "sigmoid", "Tanh", "tanh", "Softmax", "softmax", "LogSoftmax",
        "log_softmax", "exp", "sqrt", "rsqrt", "Softmax2d",
    )),
    (_argument_or_result, ("LeakyReLU", "leaky_relu", "ELU", "elu", "CELU", "celu", "SELU", "selu")),
    (_argument, (
        "ReLU6", "relu6", "Hardtanh", "hardtanh", "SiLU", "silu", "Hardswish", "hardswish", "Hardsigmoid",
        "hardsigmoid", "GELU", "gelu", "Mish", "mish", "Softplus", "softplus",
    )),
    (_first, (
        "PReLU", "AvgPool1d", "AvgPool2d", "AvgPool3d", "avg_pool1d", "avg_pool2d", "avg_pool3d", "log", "abs", "erf",
        "clamp", "clamp_min", "clamp_max", "square", "sin", "cos", "GLU", "glu", "var",
    )),
    (_max_pool, (
        "MaxPool1d", "MaxPool2d", "MaxPool3d", "max_pool1d", "max_pool2d", "max_pool3d", "AdaptiveMaxPool1d",
        "AdaptiveMaxPool2d", "AdaptiveMaxPool3d", "adaptive_max_pool2d",
    )),
    (_adaptive_avg_pool, (
        "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d", "adaptive_avg_pool1d", "adaptive_avg_pool2d",
        "adaptive_avg_pool3d",
    )),
    (_dropout, ("Dropout", "dropout")),
    (_feature_dropout, ("Dropout1d", "Dropout2d", "Dropout3d", "dropout2d", "dropout3d")),
    (_product, ("mul", "__mul__", "__rmul__", "__imul__", "mul_", "multiply")),
    (_matrix_product, ("matmul", "__matmul__", "bmm", "mm")),
    (_einsum, ("einsum",)),
    (_quotient, ("div", "__truediv__", "divide")),
    (_power, ("pow", "__pow__")),
    (_indices, ("__getitem__", "index_select")),
    (_embedding, ("Embedding", "embedding")),
    (_mask, ("masked_fill", "where")),
    (_position, ("max", "min", "topk", "sort")),
    (_reduced, ("amax", "amin", "norm", "logsumexp")),
    (_normalized, ("normalize",)),
    (_attention, ("scaled_dot_product_attention",)),
    (_multihead_attention, ("MultiheadAttention",)),
    (recurrent, ("LSTM", "GRU", "RNN")),
    (cell, ("LSTMCell", "GRUCell", "RNNCell")),
)  # fmt: skip


def rule_for(name: str) -> Rule | None:
    """Return what tells what an operation keeps; None where that is not known."""
    return _BY_NAME.get(name)
