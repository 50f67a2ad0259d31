"""Methods of torch's modules besides forward that change no shape and return None, by the module's public name."""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.registry import operation

_LAZY = ("", "Lazy")
_STATISTICS = [f"{lazy}{family}Norm{n}d" for lazy in _LAZY for family in ("Batch", "Instance") for n in (1, 2, 3)]
_RECURRENT = ["RNNBase", "RNN", "LSTM", "GRU"]
_CELLS = ["RNNCellBase", "RNNCell", "LSTMCell", "GRUCell"]
_CONVOLUTIONS = [f"{lazy}Conv{kind}{n}d" for lazy in _LAZY for kind in ("", "Transpose") for n in (1, 2, 3)]
_WEIGHTED = ["Linear", "LazyLinear", "Bilinear", "Embedding", "EmbeddingBag", "PReLU"]
_NORMS = ["LayerNorm", "GroupNorm", "RMSNorm", "SyncBatchNorm"]
_METHODS = {
    "reset_parameters": [*_WEIGHTED, *_CONVOLUTIONS, *_NORMS, *_STATISTICS, *_RECURRENT, *_CELLS],
    "reset_running_stats": [*_STATISTICS, "SyncBatchNorm"],
    "flatten_parameters": _RECURRENT,
    "_reset_parameters": ["MultiheadAttention"],
}


@operation(*(f"torch.nn.{name}.{method}" for method, names in _METHODS.items() for name in names), harmless=("module",))
def initialise(ctx: Context, module: Any = None) -> None:
    """Fill parameters and buffers with other values, or lay them out anew in memory."""
    return
