"""The summary of a model as JSON: the fields of `ModelSummary`, symbols as text."""

from __future__ import annotations

from msgspec import Struct

from convlint.accepts import Accepted
from convlint.report import accepts_json
from convlint.report.escape import encodable, json_text
from convlint.summary import ModelSummary
from convlint.training import Training


def text(summary: ModelSummary, training: Training | None = None) -> str:
    """Return the summary as an indented JSON object, with what training takes if that is known."""
    whole = _plain(summary)
    assert isinstance(whole, dict)
    whole["trainable"] = _plain(summary.trainable)
    if training is not None:
        memory = training.memory
        whole["training"] = {
            "batch_size": _plain(training.batch_size),
            "dtype": memory.dtype,
            "optimizer": memory.optimizer_name,
            "parameter_bytes": _plain(memory.parameters),
            "gradient_bytes": _plain(memory.gradients),
            "optimizer_bytes": _plain(memory.optimizer),
            "saved_bytes": _plain(memory.activations),
            "forward_backward_bytes": _plain(training.passes),
            "total_bytes": _plain(memory.total),
            "limit_bytes": training.limit,
            "biggest_batch": training.biggest_batch,
            "unknown": [encodable(gap.reason) for gap in memory.unknown],
        }
    return json_text(whole)


def _plain(value: object) -> object:
    """Return the value as JSON knows it: numbers exact, symbolic sizes as text."""
    if isinstance(value, Accepted):
        return accepts_json.plain(value)
    if isinstance(value, Struct):
        return {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return encodable(value)
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)
