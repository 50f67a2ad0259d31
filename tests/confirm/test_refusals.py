"""What torch refuses, one call of each family of operations: torch confirms it, with its own words."""

from __future__ import annotations

import pytest

from tests.confirm.asking import checked, layer, model, status

LAYERS = [
    ("CVL103", "nn.AvgPool3d(5)", (1, 2, 4, 8, 8)),
    ("CVL103", "nn.Conv2d(3, 4, 7, dilation=2)", (2, 3, 12, 20)),
    ("CVL106", "nn.MaxPool1d(3, padding=2)", (1, 2, 9)),
    ("CVL201", "nn.Conv1d(3, 4, 3)", (1, 2, 9)),
    ("CVL201", "nn.Conv2d(4, 4, 3, groups=2)", (1, 6, 9, 9)),
    ("CVL201", "nn.ConvTranspose1d(3, 4, 3)", (1, 2, 9)),
    ("CVL201", "nn.GroupNorm(2, 4)", (1, 6, 5)),
    ("CVL201", "nn.InstanceNorm2d(4, affine=True)", (1, 6, 5, 5)),
    ("CVL202", "nn.GRU(4, 5)", (3, 2, 6)),
    ("CVL202", "nn.LSTMCell(4, 5)", (3, 6)),
    ("CVL202", "nn.Sequential(nn.Flatten(), nn.Linear(12, 5))", (3, 2, 5)),
    ("CVL205", "nn.Conv2d(3, 5, 3, groups=3)", (1, 3, 5, 5)),
    ("CVL205", "nn.MultiheadAttention(10, 3)", (3, 2, 10)),
    ("CVL203", "nn.PixelShuffle(2)", (1, 6, 4, 4)),
    ("CVL206", "nn.BatchNorm2d(3)", (2, 3)),
    ("CVL206", "nn.ReflectionPad2d(1)", (5, 5)),
    ("CVL206", "nn.MaxPool2d(2)", (5, 5)),
]

CALLS = [
    ("CVL203", "x + torch.zeros(4)", (2, 3)),
    ("CVL203", "x @ torch.zeros(4, 2)", (2, 3)),
    ("CVL203", "torch.cat([x, x[:, 1:]])", (2, 3)),
    ("CVL203", "torch.stack((x, x.t()))", (2, 3)),
    ("CVL203", "torch.bmm(x, x)", (2, 3, 4)),
    ("CVL203", "torch.einsum('ij,jk->ik', x, x)", (2, 3)),
    ("CVL203", "F.mse_loss(x, torch.zeros(2, 4))", (2, 3)),
    ("CVL203", "F.cross_entropy(x, torch.zeros(3, dtype=torch.long))", (2, 5)),
    ("CVL203", "torch.where(x > 0, x, torch.zeros(5))", (2, 3)),
    ("CVL204", "x.view(4, 4)", (2, 3)),
    ("CVL204", "x.reshape(-1, 4)", (2, 3)),
    ("CVL204", "x.unflatten(1, (2, 2))", (2, 3)),
    ("CVL205", "F.embedding(x, torch.zeros(4, 2))", (2, 3)),
    ("CVL206", "x.permute(0, 2, 1)", (2, 3)),
    ("CVL206", "x.transpose(1, 2)", (2, 3)),
    ("CVL206", "torch.softmax(x, dim=2)", (2, 3)),
    ("CVL206", "F.conv2d(x, torch.zeros(1, 3, 3, 3))", (2, 3)),
    ("CVL206", "x.mean((1, 2))", (2, 3)),
]


@pytest.mark.parametrize(("code", "made", "shape"), LAYERS)
def test_layers(code, made, shape):
    source = layer(made, shape)
    _confirmed(source.replace("self.layer(x)", "self.layer(x, x, x)") if "Attention" in made else source, code)


@pytest.mark.parametrize(("code", "expression", "shape"), CALLS)
def test_calls(code, expression, shape):
    _confirmed(model(f"def forward(self, x):\n    return {expression}", f"torch.randn({shape})"), code)


def _confirmed(source: str, code: str) -> None:
    (finding,) = [finding for finding in checked(source).findings if finding.severity.value == "error"]
    assert finding.code == code
    assert finding.confirmation is not None
    assert status(finding) == "confirmed", finding.confirmation
    assert "Error: " in finding.confirmation.detail
