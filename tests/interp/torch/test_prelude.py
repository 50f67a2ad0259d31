"""The prelude's classes, run in torch next to torch's own: state, results, and the calls that leaf hooks see."""

from __future__ import annotations

import copy
import importlib.util
import inspect
import random
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import nn

import convlint

pytestmark = pytest.mark.sampled

FOLDER = Path(convlint.__path__[0]) / "interp" / "prelude"


def prelude(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"prelude_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def leaf_calls(model: nn.Module, *args: Any, **kwargs: Any) -> tuple[list[Any], Any]:
    """Return what hooks on the leaf modules see, and the result or the exception's class."""
    calls: list[Any] = []
    for path, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(
                lambda module, inputs, output, path=path: calls.append(
                    (path, type(module).__name__, [tuple(x.shape) for x in inputs], tuple(output.shape))
                )
            )
    try:
        return calls, model(*args, **kwargs)
    except Exception as error:
        return calls, type(error)


def agree(ours: nn.Module, theirs: nn.Module, *args: Any, **kwargs: Any) -> None:
    shapes = [(name, tuple(value.shape)) for name, value in theirs.state_dict().items()]
    assert [(name, tuple(value.shape)) for name, value in ours.state_dict().items()] == shapes
    assert [name for name, _ in ours.named_modules()] == [name for name, _ in theirs.named_modules()]
    ours.load_state_dict(theirs.state_dict())
    ours.eval()
    theirs.eval()
    mine, result = leaf_calls(ours, *args, **kwargs)
    others, expected = leaf_calls(theirs, *args, **kwargs)
    assert mine == others
    for left, right in zip(flat(result), flat(expected), strict=True):
        assert torch.allclose(left, right, atol=1e-5) if isinstance(right, torch.Tensor) else left == right


def flat(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value]


@pytest.fixture(autouse=True)
def quiet() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def options(rng: random.Random) -> dict[str, Any]:
    return {
        "dim_feedforward": rng.randint(1, 6),
        "activation": rng.choice(("relu", "gelu", nn.functional.relu, nn.functional.silu, nn.ReLU(), nn.GELU())),
        "batch_first": rng.random() < 0.5,
        "norm_first": rng.random() < 0.5,
        "bias": rng.random() < 0.7,
    }


def sequence(rng: random.Random, chosen: dict[str, Any], batch: int | None, features: int) -> torch.Tensor:
    steps = rng.randint(1, 4)
    shape = [steps] if batch is None else [batch, steps] if chosen["batch_first"] else [steps, batch]
    return torch.rand(*shape, features if rng.random() < 0.9 else features + 1)


def square_mask(rng: random.Random, x: torch.Tensor, chosen: dict[str, Any]) -> torch.Tensor | None:
    steps = x.shape[1] if x.dim() == 3 and chosen["batch_first"] else x.shape[0]
    causal = nn.Transformer.generate_square_subsequent_mask(steps)
    return rng.choice((None, causal, torch.zeros(steps, steps)))


def part(place: Any, kind: str, features: int, chosen: dict[str, Any]) -> nn.Module:
    """Build one part of a transformer; `chosen` may hold a module, which must not be shared."""
    side = kind.removesuffix("Layer")
    layer = getattr(place, f"Transformer{side}Layer")(features, features // 2, **copy.deepcopy(chosen))
    if kind.endswith("Layer"):
        return layer
    return getattr(place, f"Transformer{side}")(layer, 2, nn.LayerNorm(features) if features > 2 else None)


@pytest.mark.parametrize("kind", ["EncoderLayer", "DecoderLayer", "Encoder", "Decoder"])
def test_parts(kind: str) -> None:
    rng, own = random.Random(kind), prelude("transformer")
    for _ in range(25):
        chosen, heads = options(rng), rng.randint(1, 3)
        features = 2 * heads
        side = kind.removesuffix("Layer")

        batch = rng.choice((None, 1, 2))
        x = sequence(rng, chosen, batch, features)
        inputs = (x,) if side == "Encoder" else (x, sequence(rng, chosen, batch, features))
        mask = "tgt_mask" if side == "Decoder" else "mask" if kind == "Encoder" else "src_mask"
        agree(
            part(own, kind, features, chosen),
            part(nn, kind, features, chosen),
            *inputs,
            **{mask: square_mask(rng, x, chosen)},
        )


def test_transformer() -> None:
    rng, own = random.Random(7), prelude("transformer")
    for _ in range(15):
        chosen, heads = options(rng), rng.randint(1, 2)
        chosen |= {"num_encoder_layers": rng.randint(1, 2), "num_decoder_layers": rng.randint(1, 2)}
        batch = rng.choice((None, 2))
        source, target = (torch.rand(*x.shape[:-1], 2 * heads) for x in (sequence(rng, chosen, batch, 2) for _ in "ab"))
        call = {"src_mask": square_mask(rng, source, chosen), "tgt_mask": square_mask(rng, target, chosen)}
        ours = own.Transformer(2 * heads, heads, **copy.deepcopy(chosen))
        agree(ours, nn.Transformer(2 * heads, heads, **chosen), source, target, **call)


def test_constructors_take_the_same_arguments() -> None:
    for file in ("transformer", "adaptive", "losses"):
        for name, cls in vars(prelude(file)).items():
            if isinstance(cls, type) and issubclass(cls, nn.Module):
                for method in ("__init__", "forward"):
                    mine = inspect.signature(getattr(cls, method)).parameters.values()
                    other = inspect.signature(getattr(getattr(nn, name), method)).parameters.values()
                    assert [(p.name, p.kind, p.default) for p in mine] == [(p.name, p.kind, p.default) for p in other]


def test_padding_masks() -> None:
    own = prelude("transformer")
    padding = torch.tensor([[False, False, True], [False, False, False]])
    for place in (own, nn):
        layer = place.TransformerEncoderLayer(4, 2, 8, batch_first=True)
        assert place.TransformerEncoder(layer, 1)(torch.rand(2, 3, 4), src_key_padding_mask=padding).shape == (2, 3, 4)


def test_adaptive_softmax() -> None:
    rng, own = random.Random(8), prelude("adaptive")
    for _ in range(30):
        cutoffs = sorted(rng.sample(range(1, 19), rng.randint(1, 3)))
        args, bias = (rng.randint(16, 20), 20, cutoffs), rng.random() < 0.5
        ours = own.AdaptiveLogSoftmaxWithLoss(*args, div_value=2.0, head_bias=bias)
        theirs = nn.AdaptiveLogSoftmaxWithLoss(*args, div_value=2.0, head_bias=bias)
        batch = [rng.randint(1, 5)] if rng.random() < 0.8 else []
        source, target = torch.rand(*batch, args[0]), torch.randint(0, 20, batch)
        agree(ours, theirs, source, target)
        if batch:
            assert torch.allclose(ours.log_prob(source), theirs.log_prob(source), atol=1e-5)
    for cutoffs in ([], [0, 3], [3, 3], [5, 3], [20], [2.5]):
        with pytest.raises(ValueError, match="cutoffs"):
            own.AdaptiveLogSoftmaxWithLoss(8, 20, cutoffs)
        with pytest.raises(ValueError, match="cutoffs"):
            nn.AdaptiveLogSoftmaxWithLoss(8, 20, cutoffs)


def test_triplets_with_a_distance() -> None:
    rng, own = random.Random(9), prelude("losses")
    for _ in range(30):
        chosen = {"swap": rng.random() < 0.5, "reduction": rng.choice(("none", "mean", "sum"))}
        chosen["distance_function"] = rng.choice((None, nn.CosineSimilarity()))
        inputs = [torch.rand(2, 3) for _ in range(3)]
        kind = "TripletMarginWithDistanceLoss"
        agree(getattr(own, kind)(**copy.deepcopy(chosen)), getattr(nn, kind)(**chosen), *inputs)
