"""skorch: networks that are fitted like estimators of scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.values.unknown import Harmless, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

NETS = "NeuralNet NeuralNetClassifier NeuralNetBinaryClassifier NeuralNetRegressor"
for _module in ("skorch", "skorch.net", "skorch.classifier", "skorch.regressor"):
    written("skorch_.py", _module, NETS)
written("skorch_.py", "skorch.dataset", "Dataset")


@native("skorch._open")
def _open(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Harmless(f"`{args[0]}` of a network")
