"""Loss functions and modules against torch, over shapes that fit and shapes that do not."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convlint.layers.core import registry
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import RecordingContext, build, check_layer, check_operation, check_symbolic

F = "torch.nn.functional"
REDUCTIONS = ("none", "mean", "sum")
ELEMENT_WISE = {
    "L1Loss": "l1_loss",
    "MSELoss": "mse_loss",
    "SmoothL1Loss": "smooth_l1_loss",
    "HuberLoss": "huber_loss",
    "KLDivLoss": "kl_div",
    "PoissonNLLLoss": "poisson_nll_loss",
    "SoftMarginLoss": "soft_margin_loss",
    "HingeEmbeddingLoss": "hinge_embedding_loss",
    "BCELoss": "binary_cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
}
COMPOSITE = ("TripletMarginWithDistanceLoss",)
"""Losses with a child that is called: they are no entries of the registry."""


def shape(rng: random.Random, most: int = 4) -> list[int]:
    return [rng.randint(1, 3) for _ in range(rng.randint(0, most))]


def like(rng: random.Random, sizes: list[int], chance: float = 0.25) -> list[int]:
    sizes = list(sizes)
    if sizes and rng.random() < chance:
        sizes[rng.randrange(len(sizes))] = rng.randint(1, 4)
    return sizes[1:] if sizes and rng.random() < chance / 2 else sizes


def test_every_loss_of_torch_is_there() -> None:
    for name in set(torch.nn.modules.loss.__all__) - set(COMPOSITE):
        assert registry.find(f"torch.nn.{name}") is registry.find(f"torch.nn.modules.loss.{name}") is not None, name


@pytest.mark.parametrize("name", list(ELEMENT_WISE))
def test_element_wise(name: str) -> None:
    rng = random.Random(name)
    for _ in range(30):
        sizes = shape(rng)
        inputs = (torch.rand(sizes), torch.rand(like(rng, sizes)))
        reduction = rng.choice(REDUCTIONS)
        check_layer(f"torch.nn.{name}", (), {"reduction": reduction}, inputs)
        check_operation(f"{F}.{ELEMENT_WISE[name]}", inputs, {"reduction": reduction})
    check_operation(f"{F}.{ELEMENT_WISE[name]}", (torch.rand(2), torch.rand(2)), {"reduction": "average"})


def test_weights() -> None:
    rng = random.Random(2)
    for _ in range(80):
        sizes = [rng.randint(1, 3) for _ in range(rng.randint(1, 3))]
        inputs, weight = (torch.rand(sizes), torch.rand(sizes)), torch.rand(like(rng, sizes, 0.5))
        options = {"weight": weight, "reduction": "none"}
        for name in ("mse_loss", "l1_loss", "huber_loss", "binary_cross_entropy", "multilabel_soft_margin_loss"):
            check_operation(f"{F}.{name}", inputs, options)
        check_layer("torch.nn.BCELoss", (), options, inputs)
        check_layer("torch.nn.BCEWithLogitsLoss", (), {**options, "pos_weight": weight}, inputs)


def test_legacy_flags() -> None:
    inputs = (torch.rand(2, 3), torch.rand(2, 3))
    for size_average in (None, True, False):
        for reduce in (None, True, False):
            flags = {"size_average": size_average, "reduce": reduce}
            check_layer("torch.nn.MSELoss", (), flags, inputs)
            check_operation(f"{F}.mse_loss", inputs, flags)
    check_operation(f"{F}.kl_div", inputs, {"reduction": "batchmean"})
    check_layer("torch.nn.MSELoss", (), {"reduction": "average"}, inputs)


@pytest.mark.parametrize("name", ["CrossEntropyLoss", "NLLLoss", "NLLLoss2d"])
def test_classes(name: str) -> None:
    rng = random.Random(name)
    for _ in range(100):
        rank = rng.randint(1, 5)
        sizes = [rng.randint(2, 3) for _ in range(rank)]
        classes = sizes[0 if rank == 1 else 1]
        wanted = [size for index, size in enumerate(sizes) if index != (0 if rank == 1 else 1)]
        target = torch.zeros(like(rng, wanted) if wanted else rng.choice(([], [1], [4], [1, 1]))).long()
        if rank > 1 and target.dim() == 0:
            continue
        weight = torch.ones(classes if rng.random() < 0.9 else classes + 1) if rng.random() < 0.3 else None
        options = {"weight": weight, "reduction": rng.choice(REDUCTIONS)}
        check_layer(f"torch.nn.{name}", (), options, (torch.rand(sizes), target))
        if name == "CrossEntropyLoss":
            probabilities = torch.rand(like(rng, sizes, 0.2))
            if probabilities.dim() == rank > 1:
                check_layer(f"torch.nn.{name}", (), options, (torch.rand(sizes), probabilities))


def test_probabilities_without_a_batch() -> None:
    check_layer("torch.nn.CrossEntropyLoss", (), {}, (torch.rand(3), torch.rand(3)))
    check_operation(f"{F}.cross_entropy", (torch.rand(2, 3), torch.rand(2, 3)), {"label_smoothing": 0.1})


def test_margins_over_classes() -> None:
    rng = random.Random(4)
    for _ in range(60):
        sizes = [rng.randint(1, 3) for _ in range(rng.randint(1, 3))]
        target = torch.zeros(like(rng, sizes[:-1] if rng.random() < 0.8 else [1])).long()
        options = {"reduction": rng.choice(REDUCTIONS)}
        check_layer("torch.nn.MultiMarginLoss", (), options, (torch.rand(sizes), target))
        same = torch.zeros(like(rng, sizes)).long()
        if same.dim():
            check_layer("torch.nn.MultiLabelMarginLoss", (), options, (torch.rand(sizes), same))
        target = torch.rand(like(rng, sizes))
        check_layer("torch.nn.MultiLabelSoftMarginLoss", (), options, (torch.rand(sizes), target))
    check_layer("torch.nn.MultiMarginLoss", (3,), {})
    check_layer("torch.nn.MultiMarginLoss", (2,), {"weight": torch.ones(2, 2)})


def test_pairs_and_triplets() -> None:
    rng = random.Random(5)
    for _ in range(80):
        sizes = [rng.randint(1, 3) for _ in range(rng.randint(1, 3))]
        three = tuple(torch.rand(like(rng, sizes)) for _ in range(3))
        options = {"reduction": rng.choice(REDUCTIONS)}
        check_layer("torch.nn.MarginRankingLoss", (), options, three)
        check_layer("torch.nn.TripletMarginLoss", (), options, three)
        check_operation(f"{F}.triplet_margin_with_distance_loss", three, options)
        target = torch.ones(like(rng, sizes[:-1]))
        check_layer("torch.nn.CosineEmbeddingLoss", (), options, (*three[:2], target))


def test_gaussian() -> None:
    rng = random.Random(6)
    for _ in range(60):
        sizes = [rng.randint(2, 3) for _ in range(rng.randint(1, 3))]
        var: Any = rng.choice((1.0, torch.ones(sizes), torch.ones(sizes[:-1]), torch.ones([*sizes[:-1], 1])))
        inputs = (torch.rand(sizes), torch.rand(like(rng, sizes)), var)
        check_layer("torch.nn.GaussianNLLLoss", (), {"reduction": rng.choice(REDUCTIONS)}, inputs)


def test_ctc() -> None:
    targets, lengths = torch.ones(2, 3).long(), (torch.full((2,), 6), torch.full((2,), 3))
    for reduction in REDUCTIONS:
        options = {"reduction": reduction}
        check_layer("torch.nn.CTCLoss", (), options, (torch.rand(6, 2, 4), targets, *lengths))
        check_operation(f"{F}.ctc_loss", (torch.rand(6, 2, 4), targets, (6, 6), (3, 3)), options)
        one = (torch.rand(6, 4), targets[0], torch.tensor(6), torch.tensor(3))
        check_operation(f"{F}.ctc_loss", one, options)
    check_operation(f"{F}.ctc_loss", (torch.rand(6), targets[0], torch.tensor(6), torch.tensor(3)))


def test_linear_cross_entropy() -> None:
    rng = random.Random(7)
    for _ in range(40):
        got = 3 if rng.random() < 0.8 else 4
        more = rng.choice(((), (2,)))
        inputs = (torch.rand(2, got), torch.zeros(2, *more).long())
        options = {"reduction": rng.choice(REDUCTIONS), "bias": rng.random() < 0.5, "out_features": more}
        check_layer("torch.nn.LinearCrossEntropyLoss", (3, 5), options, inputs)
        check_operation(f"{F}.linear_cross_entropy", (inputs[0], torch.rand(5, *more, 3), inputs[1]))
    check_operation(f"{F}.linear_cross_entropy", (torch.rand(2, 2, 3), torch.rand(5, 3), torch.zeros(2).long()))


def test_dtypes() -> None:
    check_operation(f"{F}.l1_loss", (torch.rand(2), torch.rand(2).double()))
    check_operation(f"{F}.mse_loss", (torch.rand(2), torch.zeros(2).long()))


def test_symbolic() -> None:
    n, c = symbol("N"), symbol("C")
    names = (*n.symbols, *c.symbols)
    mappings = [dict(zip(names, (a, b), strict=True)) for a in (1, 2, 4) for b in (1, 2, 4)]

    def run(ctx: RecordingContext, put: Any) -> Any:
        entropy = build(ctx, "torch.nn.CrossEntropyLoss", (), {"reduction": "none"})
        squares = build(ctx, "torch.nn.MSELoss", (), {"reduction": "none"})
        x = Tensor((put(n), put(c)))
        return entropy(x, Tensor((put(n),), "int64")), squares(x, Tensor((put(n), 4)))

    check_symbolic(run, mappings)
