# mypy: ignore-errors
# ruff: noqa: N803, N806 - its names
"""What of scikit-learn makes, splits and scales arrays, as convlint interprets it: by their sizes.

This file is read as text and interpreted; convlint never imports it.
"""

import numpy as np
import torch
from pandas import DataFrame, Series
from sklearn.utils import _length, _open, _parts, _sized, _width


class Bunch(dict):
    def __getattr__(self, name):
        return self[name] if name in self else _open(name)


def train_test_split(*arrays, test_size=None, train_size=None, random_state=None, shuffle=True, stratify=None):
    """Two parts of each array, the rows of which are many or few as the sizes say."""
    count = _length(arrays[0])
    first, second = _parts(count, train_size, test_size)
    result = []
    for array in arrays:
        for rows in (first, second):
            result.append(_rows(array, rows))
    return result


def _rows(array, count):
    if isinstance(array, (DataFrame, Series)):
        return array._of_rows(count)
    if isinstance(array, torch.Tensor):
        return torch.empty(count, *array.shape[1:], dtype=array.dtype)
    if isinstance(array, np.ndarray):
        return _sized((count, *array.shape[1:]), array.dtype)
    return _open("a part of a list")


class _Estimator:
    def fit(self, X, y=None, **options):
        self.n_features_in_ = _width(X)
        return self

    def get_params(self, deep=True):
        return _open("the parameters of an estimator")

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _open(name)


class _Scaler(_Estimator):
    """What gives each column other values."""

    def __init__(self, *args, **options):
        self._options = options

    def transform(self, X, copy=None):
        return _sized((_length(X), _width(X)), "float64")

    def fit_transform(self, X, y=None, **options):
        return self.fit(X).transform(X)

    def inverse_transform(self, X, copy=None):
        return self.transform(X)


class StandardScaler(_Scaler):
    pass


class MinMaxScaler(_Scaler):
    pass


class MaxAbsScaler(_Scaler):
    pass


class RobustScaler(_Scaler):
    pass


class Normalizer(_Scaler):
    pass


class QuantileTransformer(_Scaler):
    pass


class PowerTransformer(_Scaler):
    pass


class PCA(_Scaler):
    def __init__(self, n_components=None, **options):
        self.n_components = n_components

    def transform(self, X):
        count = self.n_components
        known = isinstance(count, int) and not isinstance(count, bool)
        return _sized((_length(X), count if known else _open("the number of components")), "float64")

    def inverse_transform(self, X):
        return _sized((_length(X), self.n_features_in_), "float64")


class TruncatedSVD(PCA):
    def __init__(self, n_components=2, **options):
        self.n_components = n_components


class LabelEncoder(_Estimator):
    def fit_transform(self, y):
        return self.fit(y).transform(y)

    def fit(self, y):
        return self

    def transform(self, y):
        return _sized((_length(y),), "int64")


# --- data sets --------------------------------------------------------------------------------------------


def _loads(name, rows, columns, dtype="int64"):
    def load(*, return_X_y=False, as_frame=False, **options):
        if as_frame:
            return _open("the tables of a data set")
        X, y = _sized((rows, columns), "float64", name), _sized((rows,), dtype, name)
        return (X, y) if return_X_y else Bunch(data=X, target=y)

    return load


load_iris = _loads("load_iris", 150, 4)
load_wine = _loads("load_wine", 178, 13)
load_breast_cancer = _loads("load_breast_cancer", 569, 30)
load_diabetes = _loads("load_diabetes", 442, 10, "float64")
fetch_california_housing = _loads("fetch_california_housing", 20640, 8, "float64")


def load_digits(*, n_class=10, return_X_y=False, as_frame=False):
    rows = 1797 if n_class == 10 else _open("the number of digits")
    result = _loads("load_digits", rows, 64)(return_X_y=return_X_y, as_frame=as_frame)
    if not return_X_y and not as_frame:
        result["images"] = _sized((rows, 8, 8), "float64", "load_digits")
    return result


def _count(n_samples):
    return n_samples if isinstance(n_samples, int) else sum(n_samples)


def _makes(name, n_samples, columns, dtype):
    rows = _count(n_samples)
    return _sized((rows, columns), "float64", name), _sized((rows,), dtype, name)


def make_classification(n_samples=100, n_features=20, **options):
    return _makes("make_classification", n_samples, n_features, "int64")


def make_regression(n_samples=100, n_features=100, *, n_targets=1, coef=False, **options):
    X, y = _makes("make_regression", n_samples, n_features, "float64")
    y = y if n_targets == 1 else _sized((n_samples, n_targets), "float64", "make_regression")
    return (X, y, _open("the coefficients")) if coef else (X, y)


def make_blobs(n_samples=100, n_features=2, *, return_centers=False, **options):
    X, y = _makes("make_blobs", n_samples, n_features, "int64")
    return (X, y, _open("the centers")) if return_centers else (X, y)


def make_moons(n_samples=100, **options):
    return _makes("make_moons", n_samples, 2, "int64")


def make_circles(n_samples=100, **options):
    return _makes("make_circles", n_samples, 2, "int64")


def make_swiss_roll(n_samples=100, **options):
    return _makes("make_swiss_roll", n_samples, 3, "float64")


def make_s_curve(n_samples=100, **options):
    return _makes("make_s_curve", n_samples, 3, "float64")


def make_friedman1(n_samples=100, n_features=10, **options):
    return _makes("make_friedman1", n_samples, n_features, "float64")
