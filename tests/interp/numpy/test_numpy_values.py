"""NumPy's values among others: their classes, what torch makes of them, shared memory, symbolic sizes, and options."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from convlint.interp.numpy import arrays
from convlint.interp.values.numbers import Ratio, SymbolicBool
from convlint.interp.values.unknown import Unknown
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.interp.running import interpret, python

VALUES = [
    "np.array([1, 2])", "np.prod([2, 3])", "np.sqrt(4.0)", "np.array([1.5])[0]", "np.any([True])", "np.int32(3)",
    "np.float32(1.5)", "np.array(3)", "np.array([1, 2])[0] * 2", "np.array([1])[0] / 2", "np.zeros(2) > 1",
    "np.mean([1])", "3", "2.5", "True", "np.sum([1.5])", "max(np.array([1, 2]))", "-np.array([1])[0]",
    "abs(np.int64(-2))", "np.pi", "int(np.int64(3))", "np.array([1]).item()", "np.array([2.5]).tolist()[0]",
    "sum(np.array([1, 2]))",
]  # fmt: skip
CLASSES = [
    "int", "float", "bool", "np.ndarray", "np.integer", "np.floating", "np.number", "np.generic", "np.bool_",
    "np.int64", "np.float64", "torch.Tensor", "(int, np.integer)", "(list, tuple, np.ndarray)", "numbers.Number",
    "numbers.Integral", "object", "list", "collections.abc.Iterable", "collections.abc.Sequence",
]  # fmt: skip
IMPORTS = "import collections.abc\nimport copy\nimport math\nimport numbers\nimport numpy as np\nimport torch\n"


@pytest.mark.parametrize("value", VALUES)
def test_classes(value: str) -> None:
    source = f"{IMPORTS}x = {value}\nresult = [{', '.join(f'isinstance(x, {cls})' for cls in CLASSES)}]\n"
    found = interpret(source)[0]["result"]
    expected = python(source)["result"]
    wrong = [
        (cls, ours)
        for cls, ours, theirs in zip(CLASSES, found, expected, strict=True)
        if not isinstance(ours, Unknown) and ours is not theirs
    ]
    assert not wrong
    assert sum(isinstance(ours, bool) for ours in found) == len(CLASSES)


TENSORS = [
    "torch.tensor(np.array([1, 2]))", "torch.tensor(np.linspace(0, 1, 3))",
    "torch.from_numpy(np.arange(6).reshape(2, 3))", "torch.as_tensor(np.ones((2, 1), dtype=np.float32))",
    "torch.tensor(np.float64(0.1))", "torch.tensor(np.int64(3))", "torch.tensor([np.float64(0.1), np.float64(2)])",
    "torch.tensor(list(np.arange(3)))", "torch.tensor(np.any([1]))",
    "torch.tensor(np.array([1.5]), dtype=torch.float32)", "torch.from_numpy(np.array([True])).float()",
    "torch.zeros(tuple(np.array([2, 3])))", "torch.zeros(int(np.prod([2, 3])))", "torch.zeros(np.int64(2), 3)",
    "torch.from_numpy(np.array([1, 2]))[np.int64(1)]", "torch.from_numpy(torch.tensor([1, 2]).numpy() * 2)",
    "torch.full((2,), float(np.float64(0.5)))", "torch.tensor([1.0, 2.0]) * np.float64(2)",
    "torch.arange(np.int64(3))", "torch.as_tensor(np.arange(4), dtype=torch.float64)",
    "torch.tensor([[1, 2]]).numpy().sum() + torch.zeros(1)", "torch.FloatTensor(np.ones(2, dtype=np.float32))",
    "torch.LongTensor(np.int64(2))", "torch.FloatTensor(np.ones((2, 1)))", "torch.Tensor(np.array([1, 2]))",
    "torch.tensor([1.5]).numpy() + 1",
]  # fmt: skip


@pytest.mark.parametrize("text", TENSORS)
def test_tensors(text: str) -> None:
    source = f"{IMPORTS}result = {text}\n"
    ours, theirs = interpret(source)[0]["result"], python(source)["result"]
    if isinstance(ours, Tensor):
        assert isinstance(theirs, torch.Tensor)
        assert ours.shape == tuple(theirs.shape)
        assert ours.dtype in ("", str(theirs.dtype).removeprefix("torch."))
        assert ours.data is None or list(ours.data) == theirs.flatten().tolist()
    elif isinstance(ours, arrays.Array):
        assert isinstance(theirs, np.ndarray)
        assert (ours.shape, ours.memory.cells) == (theirs.shape, theirs.ravel().tolist())
    else:
        assert isinstance(ours, Unknown)


SHARED = [
    "a = np.arange(4)\nb = a[1:3]\nb[0] = 9\nresult = a.tolist()",
    "a = np.arange(4)\nb = a.reshape(2, 2).T\nb += 1\nresult = a.tolist()",
    "a = np.arange(4)\nb = a[[0, 1]]\nb[0] = 9\nresult = a.tolist()",
    "a = np.arange(4)\nb = copy.deepcopy(a)\nb[0] = 9\nresult = a.tolist()",
    "a = np.zeros(3)\nb = np.asarray(a)\nb[1] = 2\nresult = a.tolist()",
    "a = np.zeros(3)\nb = np.array(a)\nb[1] = 2\nresult = a.tolist()",
    "a = np.arange(4.0)\nt = torch.from_numpy(a)\nt += 1\nresult = a.tolist()",
    "a = np.arange(4.0)\nt = torch.from_numpy(a)\na += 1\nresult = t.tolist()",
    "a = np.arange(4.0)\nt = torch.tensor(a)\na += 1\nresult = t.tolist()",
    "t = torch.zeros(2)\na = t.numpy()\na[0] = 1\nresult = t.tolist()",
    "t = torch.zeros(2)\na = t.numpy()\nt[0] = 1\nresult = a.tolist()",
    "t = torch.zeros(2)\na = t.numpy()[1:]\nt.fill_(3)\nresult = a.tolist()",
    "a = np.array([3, 1, 2])\na.sort()\nresult = a.tolist()",
    "d = {np.int64(3): 'x'}\nresult = d[3]",
    "result = [10, 20, 30][np.int64(1)], list(range(np.int64(2))), 'ab' * np.int64(2)",
    "result = f'{np.int64(3)} {np.float64(0.5)}', math.floor(np.float64(2.5)), round(np.float64(2.567), 1)",
    "a = np.arange(3)\nresult = [int(x) for x in a], dict(zip(a, 'abc'))[1], [x for x in a if x in (1, 2)]",
    "result = np.random.seed(0), np.iinfo(np.int32).max, np.issubdtype(np.int64, np.integer)",
    "a = np.arange(3)\na[0] = 2.7\nresult = a.tolist()",
    "result = bool(~np.any(np.array([1]) > 2)), not np.all(np.array([1]) > 2)",
]


@pytest.mark.parametrize("body", SHARED)
def test_what_others_see(body: str) -> None:
    """Where memory is shared with a tensor, what was written to the other may be unknown, but never what it was."""
    source = IMPORTS + body + "\n"
    names, vm = interpret(source)
    ours, theirs = names["result"], python(source)["result"]
    unknown = isinstance(ours, Unknown) or "Unknown(" in repr(ours) or vm.taint_of(ours) is not None
    assert unknown or ours == theirs
    assert not unknown or "t" in names or "sort" in body


H = symbol("H")


def _run(body: str) -> Any:
    return interpret(IMPORTS + body + "\n", given={"h": H})[0]["result"]


def test_symbolic_sizes() -> None:
    assert _run("result = np.prod([h, 3])") == H * 3
    assert _run("result = np.prod((h, h + 1))") == H * (H + 1)
    assert _run("result = (np.array([h, 4]) * 2).tolist()") == [H * 2, 8]
    assert _run("result = tuple(int(x) for x in (np.array([h, 4]) - 1) // 2)") == ((H - 1) // 2, 1)
    assert _run("result = int(np.ceil(h / 2))") == -(-H // 2)
    assert _run("result = [int(x) for x in np.floor(np.array([h, 3]) / 2)]") == [H // 2, 1]
    assert _run("result = np.array([h, 2])[0] / 4") == Ratio(H, 4)
    assert isinstance(_run("result = np.any(np.array([h, 3]) > 7)"), SymbolicBool)
    assert _run("result = bool(np.any(np.array([h, 9]) > 7))") is True


OPTIONS = [
    "np.sum([1, 2], initial=3)", "np.array([1], ndmin='x')", "np.linspace(0, 1, 3, retstep=True)", "np.std([1, 2])",
    "np.array([1, 2]).std()", "np.array(['a'])", "np.array([None])",
    "np.unique([1, 1], return_counts=True)", "np.max([1, 2], where=[True, False])",
    "np.array([1, 2]) @ np.array([1, 2])", "np.add(1, 2, dtype=float)", "np.array([[1], [1, 2]], dtype=object)",
    "np.float64('3')", "np.zeros(2, dtype='S3')", "np.array([1e300]) ** 2", "np.uint8(200) + 100",
    "np.linalg.norm([3, 4])", "np.ceil([1, 2])", "np.exp(1000.0)",
]  # fmt: skip


@pytest.mark.parametrize("text", OPTIONS)
def test_what_is_not_modelled_is_unknown(text: str) -> None:
    names, vm = interpret(f"{IMPORTS}result = {text}\n")
    found = names["result"]
    if isinstance(found, arrays.Array):
        assert all(isinstance(cell, Unknown) for cell in found.memory.cells)
    else:
        assert isinstance(found, Unknown)
    assert vm.gaps


def test_what_unknown_code_may_have_changed_is_unknown() -> None:
    names, _ = interpret(
        f"{IMPORTS}import nosuch\na = np.arange(3)\nb = a[1:]\nnosuch.change(b)\nresult = a.tolist()\n"
    )
    assert isinstance(names["result"], Unknown)
