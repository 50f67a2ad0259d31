"""What autograd saves of each operation for backward, as torch's `derivatives.yaml` and its CPU kernels have it.

Each entry says which tensors of a call are kept, and what else is made for backward only. What is not here is not
known. The entries were measured with `torch.autograd.graph.saved_tensors_hooks` on torch 2.13.
"""

from __future__ import annotations

from collections.abc import Sequence

from convlint.memory.attending import attention, multihead_attention
from convlint.memory.recurrent import cell, recurrent
from convlint.memory.saving import Call, Kept, Rule, volume
from convlint.symbolic import product


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
    mode = "zeros" if event.module is None else event.module.attributes.get("padding_mode", "zeros")
    axes = [axis for window in event.windows for axis in window.axes]
    uneven = [axis.pad_after - axis.pad_before for axis in axes]
    if mode == "zeros" and (not any(uneven) or event.windows[0].kind == "conv_transpose"):
        return Kept(event.inputs[:2])
    if call.first.ndim != len(axes) + 2:
        return None
    added = uneven if mode == "zeros" else [axis.pad_before + axis.pad_after for axis in axes]
    sizes = [axis.size_in + more for axis, more in zip(axes, added, strict=True)]
    kept = call.event.inputs[1:2] if mode in ("zeros", "circular") else event.inputs[:2]
    return Kept(kept, ((product((*call.first.shape[:2], *sizes)), ""),))


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


def _scattered(call: Call) -> Kept:
    """Where something goes: the indices, of what is gathered the source, too."""
    return Kept(tuple(one for one in call.event.inputs[1:] if one.dtype.startswith("int")))


def _gathered(call: Call) -> Kept:
    return Kept(call.event.inputs)


def _both(call: Call) -> Kept:
    return Kept(call.event.inputs[:2])


def _factors(call: Call) -> Kept:
    """The factors of a product that something is added to."""
    return Kept(call.event.inputs[1:3])


def _first_and_as_much(call: Call) -> Kept:
    """The input, and as much again: noise, a denominator, a buffer."""
    return Kept((call.first,), ((volume(call.first), ""),))


def _as_much(call: Call) -> Kept:
    return Kept(made=((volume(call.first), ""),))


def _padded(call: Call) -> Kept | None:
    """Nothing for a constant around it; for copies of cells the input."""
    mode = call.option("mode", "constant")
    return None if not isinstance(mode, str) else Kept() if mode in ("constant", "circular") else Kept((call.first,))


def _rms_norm(call: Call) -> Kept | None:
    """The input, a number for each row, and, where a weight follows, what it is multiplied with."""
    shape = call.option("normalized_shape")
    if not isinstance(shape, (tuple, list, int)):
        return None
    rows = product(call.first.shape[: call.first.ndim - (1 if isinstance(shape, int) else len(shape))])
    module = call.event.module
    weighed = len(call.event.inputs) > 1 or (module is not None and bool(module.parameters))
    return Kept((call.first,), ((rows, ""), *(((volume(call.first), ""),) if weighed else ())))


def _class_loss(call: Call) -> Kept | None:
    """Of logits their logarithmic softmax, the classes, and how much they weigh together."""
    inputs = call.event.inputs
    if len(inputs) != 2 or inputs[1].dtype != "int64" or call.option("label_smoothing", 0.0) != 0.0:
        return None
    return Kept(call.event.inputs[1:2], ((volume(call.first), ""), (1, "")))


def _table(*entries: tuple[Rule, Sequence[str]]) -> dict[str, Rule]:
    return {name: rule for rule, names in entries for name in names}


_BY_NAME = _table(
    (_nothing, (
        "add", "__add__", "__radd__", "__iadd__", "sub", "__sub__", "__rsub__", "__isub__", "neg", "__neg__", "cat",
        "concat", "stack", "sum", "mean", "interpolate", "roll", "repeat", "flip", "pixel_shuffle",
        "PixelShuffle", "pixel_unshuffle", "PixelUnshuffle", "Upsample", "UpsamplingNearest2d",
        "UpsamplingBilinear2d", "ZeroPad2d", "ConstantPad2d", "clone", "to", "float", "double", "half", "type",
        "cumsum", "contiguous", "reshape", "flatten", "Flatten", "reshape_as", "ravel", "__setitem__", "zero", "fill",
        "hstack", "vstack", "tile", "type_as", "channel_shuffle", "repeat_interleave", "rot90",
        "tril", "triu", "unfold", "Unfold", "fold", "Fold", "diff", "round", "sign", "floor", "ceil", "trunc",
        "ChannelShuffle", "ConstantPad1d", "ConstantPad3d", "ZeroPad1d", "ZeroPad3d", "CircularPad1d", "CircularPad2d",
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
        "reciprocal", "expm1", "Softmin", "softmin",
    )),
    (_argument_or_result, ("LeakyReLU", "leaky_relu", "ELU", "elu", "CELU", "celu", "SELU", "selu")),
    (_argument, (
        "ReLU6", "relu6", "Hardtanh", "hardtanh", "SiLU", "silu", "Hardswish", "hardswish", "Hardsigmoid",
        "hardsigmoid", "GELU", "gelu", "Mish", "mish", "Softplus", "softplus",
    )),
    (_first, (
        "PReLU", "AvgPool1d", "AvgPool2d", "AvgPool3d", "avg_pool1d", "avg_pool2d", "avg_pool3d", "log", "abs", "erf",
        "clamp", "clamp_min", "clamp_max", "square", "sin", "cos", "GLU", "glu", "var",
        "clip", "log1p", "prelu", "Threshold", "Hardshrink", "hardshrink", "Softshrink", "softshrink",
        "ReflectionPad1d", "ReflectionPad2d", "ReflectionPad3d", "ReplicationPad1d",
        "ReplicationPad2d", "ReplicationPad3d",
    )),
    (_max_pool, (
        "MaxPool1d", "MaxPool2d", "MaxPool3d", "max_pool1d", "max_pool2d", "max_pool3d", "AdaptiveMaxPool1d",
        "AdaptiveMaxPool2d", "AdaptiveMaxPool3d", "adaptive_max_pool2d", "FractionalMaxPool2d",
    )),
    (_adaptive_avg_pool, (
        "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d", "adaptive_avg_pool1d", "adaptive_avg_pool2d",
        "adaptive_avg_pool3d",
    )),
    (_dropout, ("Dropout", "dropout", "AlphaDropout", "alpha_dropout")),
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
    (_reduced, ("amax", "amin", "norm", "logsumexp", "std", "prod", "cumprod", "__rpow__")),
    (_scattered, ("scatter", "scatter_add", "index_add")),
    (_gathered, ("gather",)),
    (_both, (
        "maximum", "minimum", "atan2", "outer", "grid_sample", "mse_loss", "MSELoss", "smooth_l1_loss", "SmoothL1Loss",
        "binary_cross_entropy_with_logits", "BCEWithLogitsLoss",
    )),
    (_factors, ("addcmul", "addmm", "baddbmm")),
    (_first_and_as_much, ("Softsign", "softsign", "LogSigmoid", "logsigmoid")),
    (_as_much, ("Tanhshrink", "tanhshrink", "L1Loss", "l1_loss")),
    (_padded, ("pad",)),
    (_rms_norm, ("RMSNorm", "rms_norm")),
    (_class_loss, ("CrossEntropyLoss", "cross_entropy")),
    (_normalized, ("normalize",)),
    (attention, ("scaled_dot_product_attention",)),
    (multihead_attention, ("MultiheadAttention",)),
    (recurrent, ("LSTM", "GRU", "RNN")),
    (cell, ("LSTMCell", "GRUCell", "RNNCell")),
)  # fmt: skip


def rule_for(name: str) -> Rule | None:
    """Return what tells what an operation keeps; None where that is not known."""
    return _BY_NAME.get(name)
