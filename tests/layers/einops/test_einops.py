"""einops against einops itself on torch's tensors: random patterns, right and wrong, and symbolic sizes."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convlint.layers.core.refusal import Refused
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import Known, RecordingContext, check_layer, check_operation, check_symbolic, run_operation
from tests.layers.random_calls import Call, call, check_random
from tests.layers.shapes.test_reshaping import mappings

pytest.importorskip("einops", reason="einops is not installed: it tells what its own patterns do")

NAMES = ("b", "c", "h", "w", "p1", "long_name")
N, C, H, W = (symbol(name) for name in "NCHW")


class Case:
    """A pattern with a tensor that fits it; `spoilt` makes one thing wrong now and then."""

    def __init__(self, rng: random.Random, *, drop: bool = False, add: bool = False) -> None:
        self.rng = rng
        axes = rng.sample(NAMES, rng.randint(1, 5))
        self.sizes = {name: rng.randint(1, 4) for name in axes}
        ellipsis = tuple(rng.randint(1, 3) for _ in range(rng.randint(0, 2))) if rng.random() < 0.3 else None
        self.given: dict[str, int] = {}
        self.shape: list[int] = []
        left = self._side(list(axes), self.shape, ellipsis)
        right_axes = [axis for axis in axes if not (drop and rng.random() < 0.4)]
        if add:
            new = [f"r{index}" for index in range(rng.randint(0, 2))]
            self.given.update({name: rng.randint(0, 3) for name in new})
            right_axes += new
            if rng.random() < 0.3:
                right_axes.append("2")
        rng.shuffle(right_axes)
        kept = ellipsis is not None and not (drop and rng.random() < 0.3)
        right = self._side(right_axes, None, () if kept else None)
        self.pattern = f"{left} -> {right}"

    def _side(self, axes: list[str], shape: list[int] | None, ellipsis: tuple[int, ...] | None) -> str:
        """Write axes down in groups; with a `shape`, extend it, and give sizes where einops needs them."""
        rng, parts = self.rng, []
        place = rng.randint(0, len(axes)) if ellipsis is not None else -1
        index = 0
        while index < len(axes) or place >= 0:
            if 0 <= place <= index:
                parts.append("(...)" if shape is None and rng.random() < 0.1 else "...")
                if shape is not None:
                    shape.extend(ellipsis or ())
                place = -1
                continue
            count = rng.choice((1, 1, 1, 2, 3))
            group = axes[index : index + count]
            index += len(group)
            if rng.random() < 0.1:
                parts.append(rng.choice(("1", "()")))
                if shape is not None:
                    shape.append(1)
            brackets = len(group) > 1 or rng.random() < 0.1
            parts.append(f"({' '.join(group)})" if brackets else group[0])
            if shape is not None:
                product = 1
                for name in group:
                    product *= self.sizes[name]
                shape.append(product)
                for name in rng.sample(group, len(group) - 1):
                    self.given[name] = self.sizes[name]
                if rng.random() < 0.1:
                    self.given[group[0]] = self.sizes[group[0]]
        return " ".join(parts)

    def spoilt(self) -> None:
        rng = self.rng
        way = rng.randint(0, 5)
        if way == 0 and self.shape:
            self.shape[rng.randrange(len(self.shape))] += 1
        elif way == 1:
            self.shape.append(1)
        elif way == 2:
            self.given[rng.choice([*NAMES, "other", "_x"])] = rng.randint(0, 3)
        elif way == 3 and self.given:
            del self.given[rng.choice(list(self.given))]
        else:
            place = rng.randint(0, len(self.pattern))
            char = rng.choice(["(", ")", " b", "->", " 2", ".", "_", "!", " 1 ", "..."])
            self.pattern = self.pattern[:place] + char + self.pattern[place:]

    def tensor(self) -> Any:
        if self.rng.random() < 0.5:
            return torch.rand(self.shape)
        count = int(torch.tensor(self.shape).prod()) if self.shape else 1
        return Known(torch.arange(count).reshape(self.shape))


def made(rng: random.Random, **how: bool) -> Case:
    case = Case(rng, **how)
    if rng.random() < 0.35:
        case.spoilt()
    return case


def rearranged(rng: random.Random) -> Call:
    case = made(rng, add=rng.random() < 0.1)
    tensor = case.tensor()
    if isinstance(tensor, torch.Tensor) and tensor.ndim and len(tensor) and rng.random() < 0.15:
        tensor = list(tensor)
    return call(tensor, case.pattern, **case.given)


def repeated(rng: random.Random) -> Call:
    case = made(rng, add=True)
    return call(case.tensor(), case.pattern, **case.given)


def reduced(rng: random.Random) -> Call:
    case = made(rng, drop=True)
    kinds = ("min", "max", "sum", "mean", "prod", "any", "all", "median")
    dtype = rng.choice((torch.float32, torch.float64, torch.int64, torch.bool))
    return call(torch.ones(case.shape, dtype=dtype), case.pattern, rng.choice(kinds), **case.given)


def parsed(rng: random.Random) -> Call:
    axes = rng.sample((*NAMES, "_", "1", "..."), rng.randint(1, 4))
    shape = [1 if axis == "1" and rng.random() < 0.8 else rng.randint(1, 3) for axis in axes]
    if rng.random() < 0.2:
        shape = shape[1:]
    text = " ".join(axes)
    return call(torch.rand(shape), text if rng.random() < 0.9 else f"({text})")


def multiplied(rng: random.Random) -> Call:
    sizes = {name: rng.randint(1, 3) for name in NAMES}
    left = rng.sample(NAMES, rng.randint(1, 3))
    right = rng.sample(NAMES, rng.randint(1, 3))
    out = rng.sample([*left, *right], rng.randint(0, 2))
    tensors = [torch.rand([sizes[name] + (rng.random() < 0.05) for name in names]) for names in (left, right)]
    pattern = f"{' '.join(left)}, {' '.join(right)} -> {' '.join(out)}"
    if rng.random() < 0.2:
        pattern = pattern.replace(rng.choice(["->", " ", ",", left[0]]), rng.choice(["", "(", " 2 ", "..."]), 1)
    return call(*tensors, pattern)


def pack_pattern(rng: random.Random) -> tuple[str, int, int]:
    names = rng.sample(NAMES, rng.randint(0, 3))
    place = rng.randint(0, len(names))
    text = " ".join([*names[:place], "*", *names[place:]])
    if rng.random() < 0.1:
        text = rng.choice([text.replace("*", "x"), f"{text} *", f"{text} _x", f"({text})"])
    return text, place, len(names) - place


def packed(rng: random.Random) -> Call:
    pattern, before, after = pack_pattern(rng)
    start, end = [[rng.randint(1, 3) for _ in range(count)] for count in (before, after)]
    shapes = [[*start, *(rng.randint(1, 3) for _ in range(rng.randint(0, 2))), *end] for _ in range(rng.randint(1, 3))]
    if rng.random() < 0.2 and shapes[0]:
        shapes[0][rng.randrange(len(shapes[0]))] += 1
    if rng.random() < 0.1:
        shapes[-1] = shapes[-1][1:]
    return call([torch.rand(shape) for shape in shapes], pattern)


def unpacked(rng: random.Random) -> Call:
    pattern, before, after = pack_pattern(rng)
    start, end = [[rng.randint(1, 3) for _ in range(count)] for count in (before, after)]
    shapes = [[rng.randint(0, 3) for _ in range(rng.randint(0, 2))] for _ in range(rng.randint(0, 3))]
    length = sum(int(torch.tensor(shape).prod()) if shape else 1 for shape in shapes)
    for shape in shapes:
        if shape and rng.random() < 0.3:
            shape[0] = -1
    if rng.random() < 0.2:
        length = max(0, length + rng.choice((-2, -1, 1)))
    return call(torch.rand([*start, length, *end]), [tuple(shape) for shape in shapes], pattern)


MAKERS = {
    "einops.rearrange": rearranged,
    "einops.repeat": repeated,
    "einops.reduce": reduced,
    "einops.parse_shape": parsed,
    "einops.einsum": multiplied,
    "einops.pack": packed,
    "einops.unpack": unpacked,
}


@pytest.mark.parametrize("name", MAKERS)
def test_random_patterns(name: str) -> None:
    check_random({name: MAKERS[name]}, 400, unmodelled=0.15)


def test_random_layers() -> None:
    rng = random.Random(5)
    outcomes = []
    for _ in range(300):
        reduce = rng.random() < 0.5
        case = made(rng, drop=reduce)
        extra = (rng.choice(("max", "mean", "sum", "prod", "any")),) if reduce else ()
        kind = "Reduce" if reduce else "Rearrange"
        ignore = ("_multirecipe", "_axes_lengths")
        tensor = torch.rand(case.shape)
        name = f"einops.layers.torch.{kind}"
        outcome = check_layer(name, (case.pattern, *extra), case.given, (tensor,), ignore=ignore, partial=True)
        outcomes.append(outcome.status)
    assert outcomes.count("unmodelled") < 30
    assert outcomes.count("refused") > 40
    assert outcomes.count("returned") > 150


@pytest.mark.parametrize(
    ("pattern", "given"),
    [
        ("b c (h p) (w q) -> b (h w) (p q c)", {"p": 4, "q": 2}),
        ("b c h w -> (b h) (c w)", {}),
        ("b c h w -> b h w c", {"c": 3}),
        ("b (g c) h w -> b g c (h w)", {"g": 2}),
        ("... w -> w ...", {}),
        ("(b t) c h w -> b t c h w", {"t": C}),
    ],
)
def test_symbolic_sizes(pattern: str, given: dict[str, Any]) -> None:
    def run(ctx: RecordingContext, put: Any) -> Any:
        sizes = {name: put(size) for name, size in given.items()}
        return run_operation(ctx, "einops.rearrange", put(Tensor((N, C, H, W))), pattern, **sizes)

    check_symbolic(run, mappings(N, C, H, W, values=(1, 2, 3, 8)))


def test_there_and_back_again_is_the_same_shape() -> None:
    ctx = RecordingContext()
    x = Tensor((N, C, H, W))
    tokens = run_operation(ctx, "einops.rearrange", x, "b c h w -> b (h w) c")
    back = run_operation(ctx, "einops.rearrange", tokens, "b (h w) c -> b c h w", h=H)
    assert back.shape == x.shape
    packed, shapes = run_operation(ctx, "einops.pack", [tokens, Tensor((N, C))], "b * c")
    assert packed.shape == (N, H * W + 1, C)
    assert [part.shape for part in run_operation(ctx, "einops.unpack", packed, shapes, "b * c")] == [
        (N, H * W, C),
        (N, C),
    ]


def test_a_refusal_is_einops_own() -> None:
    with pytest.raises(Refused, match="not a multiple of 4") as refused:
        run_operation(RecordingContext(), "einops.rearrange", Tensor((2, 3, 30)), "b c (h p) -> b h (p c)", p=4)
    assert refused.value.refusal.error.__name__ == "EinopsError"
    assert issubclass(refused.value.refusal.error, RuntimeError)


def test_numbers_of_other_libraries_are_not_modelled() -> None:
    assert check_operation("einops.asnumpy", (torch.rand(2),), partial=True).status == "unmodelled"
