"""Loaders: the batches that convlint says are those that torch's own loader gives, in shape, dtype and nesting."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.interp.values.classes import Instance
from convlint.interp.values.rounds import Rounds
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import Unknown
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim
from convlint.symbolic.told import origins_of
from tests.interp.running import interpret, python

HEAD = """
import collections
import numpy as np
import torch
from torch.utils.data import *
Pair = collections.namedtuple("Pair", "image label")

class Squares(Dataset):
    def __init__(self, count=10):
        self.count = count
    def __len__(self):
        return self.count
    def __getitem__(self, index):
        return torch.zeros(1, 4, 5), index % 3

class Rows(Dataset):
    def __init__(self):
        self.x = np.random.rand(5000, 20).astype(np.float32)
        self.y = np.random.randint(0, 3, 5000)
    def __len__(self):
        return len(self.x)
    def __getitem__(self, index):
        return self.x[index], self.y[index], self.x[index, :4].reshape(2, 2)

class Stream(IterableDataset):
    def __iter__(self):
        for index in range(7):
            yield torch.zeros(5), 0.5

def pad(batch):
    images = [image for image, label in batch]
    return torch.stack(images), torch.stack([torch.tensor(0.0) for _ in batch])
"""


def outline(value: Any) -> Any:
    """The shapes and dtypes of nested containers; texts by their type."""
    if isinstance(value, torch.Tensor):
        return tuple(value.shape), str(value.dtype).removeprefix("torch.")
    if isinstance(value, Tensor):
        return value.shape, value.dtype
    if isinstance(value, dict):
        return {key: outline(item) for key, item in value.items()}
    if isinstance(value, Instance) and isinstance(value.payload, tuple):
        return ("named", *map(outline, value.payload))
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return ("named", *map(outline, value))
    if isinstance(value, list | tuple):
        return [outline(item) for item in value]
    return "text" if isinstance(value, str | Unknown) else value


def agree(body: str) -> None:
    """Assert that `result` has the same outline in both, and that no gap and no decision was needed."""
    source = HEAD + textwrap.dedent(body)
    names, vm = interpret(source)
    assert outline(names["result"]) == outline(python(source)["result"])
    assert not vm.taken
    assert not vm.gaps, vm.gaps


@pytest.mark.parametrize(
    "loader",
    [
        "DataLoader(Squares(), batch_size=4)",
        "DataLoader(Squares(), 4, shuffle=True, drop_last=True, num_workers=0)",
        "DataLoader(Squares(3), batch_size=8)",
        "DataLoader(Squares())",
        "DataLoader(Squares(), batch_size=None)",
        "DataLoader(Squares(), batch_size=4, collate_fn=pad)",
        "DataLoader(Squares(), batch_sampler=BatchSampler(SequentialSampler(range(10)), 3, False))",
        "DataLoader(Squares(), batch_size=3, sampler=SubsetRandomSampler([1, 2, 3, 4]))",
        "DataLoader(TensorDataset(torch.zeros(6, 13), torch.zeros(6, 1)), 5)",
        "DataLoader(TensorDataset(torch.zeros(6, 13)), batch_size=2)",
        "DataLoader(Subset(Squares(), [1, 2, 3]), batch_size=2)",
        "DataLoader(ConcatDataset([Squares(3), Squares(4)]), batch_size=5)",
        "DataLoader(Squares(3) + Squares(4), batch_size=5)",
        "DataLoader(random_split(Squares(), [7, 3])[1], batch_size=8)",
        "DataLoader(random_split(Squares(), [0.55, 0.45])[0], batch_size=8)",
        "DataLoader(StackDataset(Squares(3), Squares(3)), batch_size=2)",
        "DataLoader(StackDataset(a=Squares(3), b=Squares(3)), batch_size=2)",
        "DataLoader(Stream(), batch_size=4)",
        "DataLoader([(np.zeros((2, 3), dtype=np.float32), 1)] * 5, batch_size=4)",
        "DataLoader([{'a': torch.zeros(3), 'b': 2, 'c': 'x', 'd': [1.5, True]}] * 5, batch_size=4)",
        "DataLoader([Pair(torch.zeros(3, 2), 1)] * 5, batch_size=4)",
        "DataLoader([np.float32(2.0)] * 5, batch_size=2)",
        "DataLoader(torch.zeros(9, 3), batch_size=2)",
        "DataLoader(Rows(), batch_size=4)",
    ],
)
def test_first_batches(loader: str) -> None:
    agree(f"result = next(iter({loader}))")


@given(
    count=st.integers(1, 40),
    size=st.integers(1, 12),
    drops=st.booleans(),
    iterable=st.sampled_from(["Squares(N)", "TensorDataset(torch.zeros(N, 3))", "Subset(Squares(99), range(N))"]),
)
@settings(max_examples=60, deadline=None)
def test_lengths_and_all_sizes(count: int, size: int, drops: bool, iterable: str) -> None:
    dataset = iterable.replace("N", str(count))
    source = f"{HEAD}\nloader = DataLoader({dataset}, {size}, drop_last={drops})\nresult = len(loader)"
    names, _ = interpret(source + "\nbatches = iter(loader)")
    real = python(source)
    assert names["result"] == real["result"]
    batches = names["batches"]
    assert isinstance(batches, Rounds)
    expected = [outline(batch) for batch in real["loader"]]
    shown = [outline(batch) for batch in batches.iterator]
    assert {str(one) for one in shown} == {str(one) for one in expected}
    assert shown[:1] == expected[:1]
    assert shown[-1:] == expected[-1:]
    assert batches.is_exact is (len(shown) == len(expected))


def test_next_goes_on_to_the_end() -> None:
    agree(
        """
        batches = iter(DataLoader(Squares(5), 2))
        result = [next(batches), next(batches), next(batches), next(batches, "x")]
        result = result[:2] + result[3:]
        """
    )


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("next(iter(DataLoader([torch.zeros(3), torch.zeros(4)], 2)))", "stack"),
        ("next(iter(DataLoader([None, None], 2)))", "default_collate"),
        ("next(iter(DataLoader([object(), object()], 2)))", "default_collate"),
    ],
)
def test_what_cannot_be_collated_is_refused(body: str, error: str) -> None:
    with pytest.raises((RuntimeError, TypeError)):
        python(HEAD + body)
    with pytest.raises(PyRaise) as raised:
        interpret(HEAD + body)
    assert raised.value.violation is not None
    assert error in raised.value.violation.refusal.text


@pytest.mark.parametrize(
    "body",
    [
        "DataLoader(Squares(), batch_size=0)",
        "random_split(Squares(), [7, 7])",
        "TensorDataset(torch.zeros(3), torch.zeros(4))",
    ],
)
def test_what_python_refuses(body: str) -> None:
    with pytest.raises(Exception) as real:  # noqa: PT011 - whatever it is
        python(HEAD + body)
    with pytest.raises(PyRaise) as raised:
        interpret(HEAD + body)
    assert type(raised.value.value) is type(real.value)


def test_sizes_know_where_they_come_from() -> None:
    names, _ = interpret(f"{HEAD}\nresult = next(iter(DataLoader(Squares(), batch_size=4)))[0]")
    (origin,) = origins_of(names["result"].shape[0])
    assert origin.text == "`batch_size=4`"
    assert origin.place.span[0] == HEAD.count("\n") + 2


def test_items_of_different_sizes_are_not_one_size() -> None:
    """A collate function of the program's gets items in which only what they have in common is known."""
    names, _ = interpret(
        HEAD
        + textwrap.dedent(
            """
            class Texts(Dataset):
                def __getitem__(self, index):
                    return torch.zeros(index + 3, 8)
                def __len__(self):
                    return 9
            def collate(batch):
                return torch.nn.utils.rnn.pad_sequence(batch, batch_first=True)
            result = next(iter(DataLoader(Texts(), 4, collate_fn=collate)))
            """
        )
    )
    shape = names["result"].shape
    assert (shape[0], shape[2]) == (4, 8)
    assert isinstance(shape[1], Dim)


def test_what_is_not_known() -> None:
    names, _ = interpret(
        HEAD
        + textwrap.dedent(
            """
            from somewhere import dataset, batch_size, collate
            result = [
                next(iter(DataLoader(dataset, 4))), next(iter(DataLoader(Squares(), batch_size))),
                next(iter(DataLoader(Squares(), 4, collate_fn=collate))), len(DataLoader(dataset, 4)),
            ]
            """
        )
    )
    unknown, open_batch, collated, count = names["result"]
    assert isinstance(unknown, Unknown)
    assert isinstance(collated, Unknown)
    assert isinstance(open_batch[0].shape[0], Dim)
    assert open_batch[0].shape[1:] == (1, 4, 5)
    assert isinstance(count, Dim)
