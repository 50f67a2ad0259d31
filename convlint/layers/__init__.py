"""What torch does: for every layer class, function and tensor method its shapes, parameters, costs and refusals.

`registry` is the table; every other module is one family of operations that registers itself there. Rules are pure
functions on shapes: they know neither the interpreter nor Python source.
"""

from __future__ import annotations

from convlint.layers import registry

registry.FAMILIES.extend(
    f"convlint.layers.{name}"
    for name in (
        # windows: convolutions, poolings, padding, resampling
        "convolution",
        "conv_transpose",
        "pooling",
        "adaptive_pooling",
        "unpooling",
        "padding",
        "resampling",
        "shuffling",
        "unfolding",
        "detection",
        # features: linear, normalisation, activations, dropout, embedding, recurrent, attention
        "linear",
        "normalization",
        "normalization_layers",
        "activations",
        "activation_layers",
        "dropout",
        "embedding",
        "distance",
        "packing",
        "recurrent",
        "recurrent_cells",
        "attention",
        "flatten",
        "losses",
        "classification_losses",
        "loss_layers",
        "methods",
        # tensors: reshaping, joining, indexing, arithmetic, reduction, creation
        "reshaping",
        "permuting",
        "joining",
        "splitting",
        "indexing",
        "selecting",
        "striding",
        "ordering",
        "arithmetic",
        "combining",
        "unary",
        "casting",
        "filling",
        "reduction",
        "scanning",
        "matrix",
        "einsum",
        "linalg",
        "creation",
        "sequences",
        "expanding",
        "sizes",
        "fft",
        "reparametrization",
        # einops
        "einops",
        "einops_layers",
    )
)
