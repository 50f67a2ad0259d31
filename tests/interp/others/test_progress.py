"""Progress bars give what they are given, and packages that are nothing to models change nothing."""

from __future__ import annotations

import pytest

from convlint.interp.values.unknown import Unknown
from tests.interp.running import interpret


@pytest.mark.parametrize(
    "bar",
    [
        "tqdm.tqdm([1, 2, 3], desc='x')",
        "tqdm.auto.tqdm(range(1, 4))",
        "tqdm.trange(1, 4)",
        "rich.progress.track([1, 2, 3], 'x')",
    ],
)
def test_a_bar_gives_what_it_is_given(bar: str) -> None:
    names, _ = interpret(f"import tqdm, tqdm.auto, rich.progress\nfound = [x for x in {bar}]")
    assert names["found"] == [1, 2, 3]


def test_a_bar_may_be_told_things() -> None:
    names, _ = interpret(
        "from tqdm import tqdm\nwith tqdm([1, 2], total=2) as bar:\n    for x in bar:\n"
        "        bar.set_postfix(loss=1.0)\n        bar.update(1)\nn = len(bar)"
    )
    assert (names["x"], names["n"]) == (2, 2)


@pytest.mark.parametrize(("bar", "length"), [("[1, 2], total=5", 2), ("total=5", 5), ("[1, 2]", 2)])
def test_the_length_of_a_bar_is_that_of_what_it_goes_over(bar: str, length: int) -> None:
    names, _ = interpret(f"from tqdm import tqdm\nn = len(tqdm({bar}))")
    assert names["n"] == length


def test_a_bar_that_is_told_no_total_may_have_one() -> None:
    names, _ = interpret("from tqdm import tqdm\nn = 10 / tqdm([1, 2]).total")
    assert isinstance(names["n"], Unknown)


def test_what_is_nothing_to_models_keeps_nothing() -> None:
    names, vm = interpret(
        "import wandb\nimport matplotlib.pyplot as plt\nitems = [1, 2]\nrun = wandb.init(config={'a': 1})\n"
        "run.watch(items)\nfigure, axes = plt.subplots(2)\naxes[0].plot(items)\n"
    )
    assert names["items"] == [1, 2]
    assert vm.taint_of(names["items"]) is None
    assert isinstance(names["run"], Unknown)


def test_a_function_given_to_it_may_be_called() -> None:
    names, vm = interpret(
        "import wandb\nitems = [1]\ndef add():\n    items.append(2)\nwandb.agent('x', function=add)\n"
    )
    assert vm.taint_of(names["items"]) is not None
