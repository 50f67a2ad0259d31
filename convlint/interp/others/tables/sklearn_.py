"""scikit-learn: its data sets, what splits and what scales arrays. All else of it is no part of models."""

from __future__ import annotations

from convlint.interp.natives.registry import native, written
from convlint.interp.others.opened import harmless
from convlint.interp.others.tables import sizes

NAMES = {
    "model_selection": "train_test_split",
    "preprocessing": "StandardScaler MinMaxScaler MaxAbsScaler RobustScaler Normalizer QuantileTransformer "
    "PowerTransformer LabelEncoder",
    "decomposition": "PCA TruncatedSVD",
    "datasets": "load_iris load_wine load_breast_cancer load_diabetes load_digits "
    "fetch_california_housing make_classification make_regression make_blobs make_moons "
    "make_circles make_swiss_roll make_s_curve make_friedman1",
    "utils": "Bunch",
}
for _module, _names in NAMES.items():
    written("sklearn_.py", f"sklearn.{_module}", _names)
native("sklearn.utils._sized")(sizes.made)
native("sklearn.utils._length")(sizes.length)
native("sklearn.utils._width")(sizes.width)
native("sklearn.utils._parts")(sizes.parts)
harmless("sklearn.utils._open", "scikit-learn")
