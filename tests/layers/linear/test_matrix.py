"""Products of matrices, `einsum` and linear algebra against torch, with their cost, and on symbolic sizes."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from convlint.layers.core.facts import Cost
from convlint.layers.core.refusal import RefusalKind, Refused
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import RecordingContext, check_operation, check_symbolic, run_operation
from tests.layers.random_calls import Call, broadcastable, call, check_random, shape, tensor
from tests.layers.shapes.test_reshaping import mappings

N, C, H, W = (symbol(name) for name in "NCHW")


def size(rng: random.Random, expected: int) -> int:
    return expected if rng.random() < 0.9 else expected + 1


def multiplied(rng: random.Random) -> Call:
    if rng.random() < 0.1:
        return call(tensor(rng), tensor(rng))
    batch, inner = shape(rng, (0, 0, 1, 2)), rng.randint(1, 4)
    left = (inner,) if rng.random() < 0.2 else (*batch, rng.randint(1, 4), inner)
    inner = size(rng, inner)
    right = (inner,) if rng.random() < 0.2 else (*broadcastable(rng, batch), inner, rng.randint(1, 4))
    return call(torch.ones(left), torch.ones(right))


def ranked(rank1: int, rank2: int, added: bool = False) -> Any:
    """Return a maker of two factors of those ranks, and of what is added to their product."""

    def make(rng: random.Random) -> Call:
        batch, inner = rng.randint(1, 3), rng.randint(1, 4)
        left = (batch, rng.randint(1, 4), inner)[-rank1:]
        right = (size(rng, batch), size(rng, inner), rng.randint(1, 4))
        right = right[1:2] if rank2 == 1 else right[-rank2:]
        if rng.random() < 0.05:
            left = (1, *left)
        factors = [torch.ones(left), torch.ones(right)]
        if added:
            result = (*left[:-1], *right[1:][-1:]) if rank2 > 1 else left[:-1]
            factors.insert(0, torch.ones(broadcastable(rng, result)))
        return call(*factors)

    return make


def inner(rng: random.Random) -> Call:
    extent = rng.randint(1, 4)
    left, right = shape(rng, (0, 1, 2)), shape(rng, (0, 1, 2))
    return call(torch.ones([*left, extent]), torch.ones([*right, size(rng, extent)]))


def contracted(rng: random.Random) -> Call:
    first = shape(rng, (1, 2, 3))
    count = rng.randint(0, len(first))
    shared = [size(rng, extent) for extent in first[len(first) - count :]]
    second = torch.ones([*shared, *shape(rng, (0, 1))])
    if rng.random() < 0.5:
        return call(torch.ones(first), second, count)
    lists = [list(range(len(first) - count, len(first))), list(range(count))]
    return call(torch.ones(first), second, dims=lists)


def summed(rng: random.Random) -> Call:
    """Return an equation of one to three operands with operands that mostly fit it."""
    sizes = {letter: rng.randint(1, 4) for letter in "abcdE"}
    terms = ["".join(rng.choices("abcdE", k=rng.randint(0, 3))) for _ in range(rng.randint(1, 3))]
    around = shape(rng, (0, 1, 2))
    dotted = rng.random() < 0.4
    operands = []
    for index, term in enumerate(terms):
        extents = [size(rng, sizes[letter]) if rng.random() < 0.4 else sizes[letter] for letter in term]
        if rng.random() < 0.1 and extents:
            extents[0] = 1
        leading = broadcastable(rng, around) if dotted else ()
        operands.append(torch.ones([*leading, *extents]))
        terms[index] = ("..." if dotted else "") + term
    if rng.random() < 0.05:
        operands.append(torch.ones(2))
    letters = sorted(set("".join(terms)) - {"."})
    output = "".join(rng.sample(letters, rng.randint(0, len(letters))))
    arrow = "" if rng.random() < 0.3 else f" -> {'...' if dotted else ''}{output}"
    return call(", ".join(terms) + arrow, *operands) if rng.random() < 0.7 else call(", ".join(terms) + arrow, operands)


MAKERS = {
    "torch.matmul": multiplied,
    "torch.Tensor.__matmul__": multiplied,
    "torch.mm": ranked(2, 2),
    "torch.Tensor.bmm": ranked(3, 3),
    "torch.mv": ranked(2, 1),
    "torch.dot": ranked(1, 1),
    "torch.addmm": ranked(2, 2, added=True),
    "torch.Tensor.baddbmm": ranked(3, 3, added=True),
    "torch.addbmm": ranked(3, 3, added=True),
    "torch.addmv": ranked(2, 1, added=True),
    "torch.outer": lambda rng: call(tensor(rng, (1, 1, 1, 2)), tensor(rng, (1,))),
    "torch.tensordot": contracted,
    "torch.inner": inner,
    "torch.kron": lambda rng: call(tensor(rng), tensor(rng)),
}


def test_agrees_with_torch() -> None:
    check_random(MAKERS, 60)


def test_einsum_agrees_with_torch() -> None:
    check_random({"torch.einsum": summed}, 500)


def squares(rng: random.Random) -> Call:
    side = rng.randint(1, 3)
    return call(torch.eye(side).repeat(*shape(rng, (0, 1, 2), 2), size(rng, 1), 1) if side > 1 else tensor(rng))


def test_linear_algebra_agrees_with_torch() -> None:
    makers = {f"torch.linalg.{name}": squares for name in ("inv", "det", "slogdet", "eigh", "pinv")}
    makers |= {"torch.linalg.svd": lambda rng: call(tensor(rng), full_matrices=rng.random() < 0.5)}
    makers |= {"torch.linalg.qr": lambda rng: call(tensor(rng))}
    check_random(makers, 20)


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        ("mm", (3, 4), (4, 5)),
        ("bmm", (2, 3, 4), (2, 4, 5)),
        ("matmul", (2, 6, 3, 4), (2, 6, 4, 5)),
        ("matmul", (7, 3, 4), (4, 5)),
    ],
)
def test_cost_is_what_torch_counts(name: str, left: tuple[int, ...], right: tuple[int, ...]) -> None:
    a, b = torch.ones(left), torch.ones(right)
    with FlopCounterMode(display=False) as counter:
        getattr(torch, name)(a, b)
    assert check_operation(f"torch.{name}", (a, b)).facts == (Cost(counter.get_total_flops() // 2),)


def test_cost_of_einsum() -> None:
    a, b = torch.ones(2, 3, 4, 5), torch.ones(2, 3, 6, 5)
    with FlopCounterMode(display=False) as counter:
        torch.einsum("bhid,bhjd->bhij", a, b)
    facts = check_operation("torch.einsum", ("bhid,bhjd->bhij", a, b)).facts
    assert facts == (Cost(counter.get_total_flops() // 2),)


@pytest.mark.skipif(torch.backends.opt_einsum.is_available(), reason="opt_einsum chooses an order of its own")
def test_cost_of_any_einsum_is_what_torch_counts() -> None:
    rng = random.Random(7)
    for _ in range(150):
        sizes = {letter: rng.randint(2, 5) for letter in "abcd"}
        terms = ["".join(rng.sample("abcd", rng.randint(1, 3))) for _ in range(rng.randint(1, 4))]
        letters = sorted(set("".join(terms)))
        dots = rng.choice(["", "", "..."])
        output = "".join(rng.sample(letters, rng.randint(0, len(letters))))
        equation = ",".join(dots + term for term in terms) + "->" + dots + output
        tensors = [torch.rand(*((2,) if dots else ()), *(sizes[letter] for letter in term)) for term in terms]
        with FlopCounterMode(display=False) as counter:
            torch.einsum(equation, *tensors)
        facts = check_operation("torch.einsum", (equation, *tensors)).facts
        assert 2 * sum(fact.macs for fact in facts if isinstance(fact, Cost)) == counter.get_total_flops(), equation


def test_symbolic_attention() -> None:
    def run(ctx: Any, put: Any) -> Any:
        query = put(Tensor((N, 4, H, C)))
        scores = run_operation(ctx, "torch.matmul", query, put(Tensor((N, 4, C, W))))
        mixed = run_operation(ctx, "torch.matmul", scores, put(Tensor((N, 4, 2, C))))
        return run_operation(ctx, "torch.einsum", "nhqc,nhkc->nqk", query, mixed)

    check_symbolic(run, mappings(N, C, H, W, values=(1, 2, 3)))


def test_symbolic_einsum() -> None:
    ctx = RecordingContext()
    graph = run_operation(ctx, "torch.einsum", "nctkv,kvw->nctw", Tensor((N, C, H, 3, 25)), Tensor((3, 25, 25)))
    assert graph.shape == (N, C, H, 25)
    assert ctx.conditions == []


def test_symbolic_einsum_with_open_sizes() -> None:
    def run(ctx: Any, put: Any) -> Any:
        return run_operation(ctx, "torch.einsum", "...ij,...jk", put(Tensor((N, H, W))), put(Tensor((C, W, 3))))

    check_symbolic(run, mappings(N, C, H, W, values=(1, 2, 3)))


def test_mismatch_says_the_numbers() -> None:
    with pytest.raises(Refused) as caught:
        run_operation(RecordingContext(), "torch.bmm", Tensor((N, 8, 64)), Tensor((N, 32, 8)))
    assert caught.value.refusal.kind is RefusalKind.SIZES
    assert caught.value.refusal.text == "`bmm` of (N, 8, 64) and (N, 32, 8): 64 columns against 32 rows"


def test_wrong_dimension() -> None:
    with pytest.raises(Refused) as caught:
        run_operation(RecordingContext(), "torch.mm", Tensor((N, 8, 64)), Tensor((64, 8)))
    assert caught.value.refusal.kind is RefusalKind.RANK
