"""skorch: networks that are fitted like estimators of scikit-learn."""

from __future__ import annotations

from convlint.interp.natives.registry import written
from convlint.interp.others.opened import harmless

NETS = "NeuralNet NeuralNetClassifier NeuralNetBinaryClassifier NeuralNetRegressor"
for _module in ("skorch", "skorch.net", "skorch.classifier", "skorch.regressor"):
    written("skorch_.py", _module, NETS)
written("skorch_.py", "skorch.dataset", "Dataset")
harmless("skorch._open", "a network")
