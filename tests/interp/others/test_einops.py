"""Programs that use einops: functions, layers, its exception; what they do in torch, they do here."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

import convlint
from tests.interp.running import agrees

pytest.importorskip("einops", reason="einops is not installed: it tells what its own patterns do")

HEAD = """
import torch
from torch import nn
import einops
from einops import EinopsError, pack, parse_shape, rearrange, reduce, repeat, unpack
from einops.layers.torch import EinMix, Rearrange, Reduce
"""
PROGRAMS = {
    "functions": """
        x = torch.rand(2, 3, 8, 12)
        y = rearrange(x, "b c (h p) (w q) -> b (h w) (p q c)", p=4, q=3)
        z = einops.repeat(reduce(y, "b n d -> b d", "mean"), "b d -> b r d 2", r=5)
        e = einops.einsum(y, torch.rand(36, 7), "batch token dim, dim out -> batch token out")
        result = [tuple(t.shape) for t in (y, z, e)]
        """,
    "packing": """
        x, shapes = pack([torch.rand(2, 5), torch.rand(2, 3, 4, 5)], "b * c")
        result = [tuple(x.shape), [tuple(s) for s in shapes]] + [tuple(t.shape) for t in unpack(x, shapes, "b * c")]
        """,
    "sizes by name": """
        x = torch.rand(2, 3, 4)
        sizes = parse_shape(x, "b _ w")
        result = [sizes, tuple(rearrange(torch.rand(8, 3), "(b w) c -> b w c", **sizes).shape)]
        """,
    "what is caught": """
        result = []
        for pattern in ("b c -> b", "b c -> b c d", "(b c -> b c", "b c d -> b c d"):
            try:
                rearrange(torch.rand(2, 3), pattern)
            except EinopsError as error:
                result.append(isinstance(error, RuntimeError))
        """,
    "layers": """
        cut = Rearrange("b c (h p) w -> b (h w) (c p)", p=2)
        net = nn.Sequential(cut, nn.Linear(6, 4), Reduce("b n d -> b d", "max"))
        result = [tuple(net(torch.rand(2, 3, 4, 5)).shape), net[0].pattern, net[0].axes_lengths, net[2].reduction]
        """,
    "mixing": """
        def said(layer, shape):
            y = layer(torch.rand(shape))
            bias = None if layer.bias is None else tuple(layer.bias.shape)
            names = [name for name, _ in layer.named_modules()]
            return [tuple(y.shape), tuple(layer.weight.shape), bias, names]
        result = [
            said(EinMix("t b cin -> t b cout", weight_shape="cin cout", bias_shape="cout", cin=9, cout=8), (3, 4, 9)),
            said(EinMix("h w c -> hout w c", weight_shape="h hout", bias_shape="hout", h=6, hout=5), (6, 2, 3)),
            said(EinMix("t b c -> t b c", weight_shape="c", c=8), (2, 3, 8)),
            said(EinMix("t b (h cin) -> t b (h cout)", "h cin cout", "h cout", h=2, cin=3, cout=4), (1, 5, 6)),
            said(EinMix("b ... c -> b ... d", "c d", "d", c=3, d=4), (2, 7, 5, 3)),
            said(EinMix("b (h p) c -> b h (d 1)", "p c d", None, p=2, c=3, d=4), (2, 8, 3)),
        ]
        """,
    "mixing that einops refuses": """
        result = []
        for args, sizes in (
            (("b c -> b d", "c d"), {"c": 3}),
            (("b c -> b d", "c e"), {"c": 3, "e": 4}),
            (("b c -> b d", "(c d)"), {"c": 3, "d": 4}),
            (("b c -> b d", "c d", "e"), {"c": 3, "d": 4}),
            (("b ... c -> b d", "c d"), {"c": 3, "d": 4}),
            (("b c -> b d ...", "c d"), {"c": 3, "d": 4}),
            (("b ... c -> b d ...", "c d", "d"), {"c": 3, "d": 4}),
            (("b c -> b d", "c d ..."), {"c": 3, "d": 4}),
            (("b c -> b d", "c d"), {"c": 3, "d": 4, "e": 4}),
            (("b c -> b d", "c d"), {"c": 3, "d": 4}),
        ):
            try:
                EinMix(*args, **sizes)
                result.append("made")
            except EinopsError:
                result.append("refused")
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_does_what_einops_does(name: str) -> None:
    agrees(HEAD + textwrap.dedent(PROGRAMS[name]))


def test_a_pattern_tells_the_rank_of_an_input(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    body = """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.cut = Rearrange("b c (h p) (w p2) -> b (h w) (p p2 c)", p=4, p2=4)
            self.head = nn.Linear(48, 10)
        def forward(self, x):
            return self.head(self.cut(rearrange(x, "b h w c -> b c h w")))
    """
    file.write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    found = convlint.summarize(f"{file}:Net")
    assert not found.gaps
    assert [str(size) for size in found.layers[-1].output_shape or ()] == ["N", "(C//4)*(H//4)", "10"]
    assert found.accepts.takes((1, 8, 4, 3))
    assert not found.accepts.takes((1, 6, 4, 3))


def test_a_size_that_is_no_multiple_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    body = """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.cut = Rearrange("b c (h p) w -> b h (p w c)", p=7)
        def forward(self, x):
            return self.cut(x)
    Net()(torch.rand(1, 3, 32, 32))
    """
    file.write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    (finding,) = convlint.lint_paths([file]).findings
    assert finding.code == "CVL204"
    assert "not a multiple of 7" in finding.message
