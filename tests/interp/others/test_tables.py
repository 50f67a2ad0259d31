"""Tables and arrays that are prepared for torch: scikit-learn and pandas tell how many columns a model gets."""

from __future__ import annotations

import pytest

import convlint
from convlint.findings import Severity

HEAD = """
import numpy as np
import pandas as pd
import torch
from sklearn.datasets import load_breast_cancer, load_digits, make_moons, make_regression
from sklearn.decomposition import PCA
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, StandardScaler

table = pd.read_csv("rows.csv")
named = pd.read_csv("rows.csv", usecols=["a", "b", "c", "d", "label"])
"""
FEATURES = {
    "load_breast_cancer().data": 30,
    "load_digits(return_X_y=True)[0]": 64,
    "make_moons(200, noise=0.1)[0]": 2,
    "make_regression(n_samples=50, n_features=7)[0]": 7,
    "train_test_split(load_breast_cancer().data, test_size=0.2)[1]": 30,
    "StandardScaler().fit_transform(make_moons()[0])": 2,
    "PCA(n_components=6).fit_transform(load_digits().data)": 6,
    "table[['x', 'y', 'z']].values": 3,
    "table[['x', 'y', 'z']].fillna(0).to_numpy(dtype='float32')": 3,
    "named.values": 5,
    "named.drop('label', axis=1).values": 4,
    "named.drop(columns=['label', 'a']).dropna().values": 3,
    "named.iloc[:, :-1].values": 4,
    "named[named['a'] > 2][['a', 'b']].values": 2,
    "named.iloc[:100].values": 5,
    "train_test_split(named[['a', 'b']], named['label'])[0].values": 2,
    "pd.DataFrame(dict(a=[1, 2], b=[3, 4])).values": 2,
    "pd.DataFrame(np.random.rand(100, 9)).values": 9,
}


def errors(source: str) -> list[str]:
    findings = convlint.lint_source(HEAD + source, "train.py").findings
    return [finding.code for finding in findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize("array", FEATURES)
def test_columns(array: str) -> None:
    program = f"torch.nn.Linear({{}}, 2)(torch.tensor({array}, dtype=torch.float32))"
    assert errors(program.format(FEATURES[array])) == []
    assert errors(program.format(FEATURES[array] + 1)) == ["CVL202"]


@pytest.mark.parametrize(
    ("labels", "fits"),
    [
        ("load_breast_cancer().target", True),
        ("LabelEncoder().fit_transform(named['label'])", True),
        ("train_test_split(named['a'], named['label'])[3].values", True),
        ("named['label'].map({'a': 0}).values", True),
        ("load_breast_cancer().target.reshape(-1, 1)", False),
        ("named[['label']].values", False),
    ],
)
def test_rank_of_labels(labels: str, fits: bool) -> None:
    program = f"torch.nn.functional.cross_entropy(torch.zeros(569, 4), torch.tensor({labels}, dtype=torch.long))"
    assert (errors(program) == []) is fits


def test_rows_of_a_split() -> None:
    split = "a, b = train_test_split(load_breast_cancer().data, {})\n"
    program = "torch.zeros({}, 30) + torch.tensor(a)\ntorch.zeros({}, 30) + torch.tensor(b)"
    assert errors(split.format("test_size=0.2") + program.format(455, 114)) == []
    assert errors(split.format("test_size=0.2") + program.format(456, 113)) == ["CVL203"]
    assert errors(split.format("train_size=100") + program.format(100, 469)) == []
    assert errors(split.format("random_state=0") + program.format(426, 143)) == []


@pytest.mark.parametrize(
    "array",
    [
        "table.values",
        "table.drop('label', axis=1).values",
        "table.iloc[:, 1:5].values",
        "pd.get_dummies(table).values",
        "named.foo()",
    ],
)
def test_what_is_not_known(array: str) -> None:
    assert errors(f"torch.nn.Linear(5, 2)(torch.tensor({array}, dtype=torch.float32))") == []
