"""What training takes in memory, against what torch's autograd saves on the CPU."""

from __future__ import annotations

import pytest

from convlint import api

torch = pytest.importorskip("torch")

NET = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.layer = {layer}

    def forward(self, x):
        x = self.conv(x)
        y = {body}
        return y * 2
"""
LAYERS = [
    "nn.Conv2d(8, 4, 3)", "nn.ConvTranspose2d(8, 4, 3)", "nn.BatchNorm2d(8)", "nn.LayerNorm(16)",
    "nn.GroupNorm(2, 8)", "nn.InstanceNorm2d(8)", "nn.InstanceNorm2d(8, affine=True)", "nn.ReLU()",
    "nn.ReLU(inplace=True)", "nn.ReLU6()", "nn.ReLU6(inplace=True)", "nn.GELU()", "nn.SiLU()",
    "nn.SiLU(inplace=True)", "nn.Hardswish(inplace=True)", "nn.Hardsigmoid()", "nn.LeakyReLU(0.1)",
    "nn.LeakyReLU(0.1, inplace=True)", "nn.ELU()", "nn.Mish()", "nn.Softplus()", "nn.Sigmoid()", "nn.Tanh()",
    "nn.PReLU()", "nn.Softmax(1)", "nn.LogSoftmax(1)", "nn.Dropout(0.3)", "nn.Dropout(0.0)", "nn.Dropout2d(0.3)",
    "nn.MaxPool2d(2)", "nn.AvgPool2d(2)", "nn.AdaptiveAvgPool2d(1)", "nn.AdaptiveAvgPool2d(2)",
    "nn.AdaptiveMaxPool2d(2)", "nn.Linear(16, 5)", "nn.Identity()", "nn.Flatten()", "nn.Upsample(scale_factor=2)",
    "nn.PixelShuffle(2)", "nn.ZeroPad2d(1)", "nn.Linear(16, 5).requires_grad_(False)",
    "nn.Conv2d(8, 4, 3).requires_grad_(False)", "nn.BatchNorm2d(8, track_running_stats=False)",
    "nn.Sequential()",
]  # fmt: skip
BODIES = [
    "x + x", "x * x", "x * x.sigmoid()", "x / (x.abs() + 1)", "x ** 2", "x.sqrt()", "x.exp()", "x.softmax(-1)",
    "x.mean((2, 3))", "x.amax(1)", "x.max(1)[0]", "x.norm()", "F.normalize(x, dim=1)", "x.clamp(0, 1)", "x[:, 0]",
    "x[:, torch.tensor([0, 1])]", "torch.cat([x, x], 1)", "torch.cat(x.chunk(2, 1)[::-1], 1)", "F.relu(x)",
    "torch.relu_(x)", "F.dropout(x, 0.2)", "F.dropout(x, 0.2, training=False)", "x.permute(0, 2, 3, 1).contiguous()",
    "x.permute(0, 2, 3, 1).reshape(2, -1).tanh()", "x @ x.transpose(-2, -1)", "x.flatten(2) @ x.flatten(2).mT",
    "F.linear(x.permute(0, 2, 3, 1), self.layer.weight)", "F.gelu(x)", "x.masked_fill(x > 0, 1.0)",
    "torch.where(x > 0, x, x * 2)", "F.interpolate(x, scale_factor=2)", "F.pad(x, (1, 1))", "torch.roll(x, 1, 2)",
    "x.detach() * x", "F.scaled_dot_product_attention(x, x, x)", "torch.einsum('bhid,bhjd->bhij', x, x)",
    "x.add_(1).mul(3)", "x.view(2, 8, -1)[:, :, :5].exp()",
    "x.permute(2, 0, 3, 1)[0].reshape(2, -1).tanh() @ x.permute(2, 0, 3, 1)[1:3].transpose(0, 1).flatten(1).mT[:128]",
    "x[1, 2:5].reshape(3, -1).tanh()", "x[0, 1].view(-1).tanh()",
]  # fmt: skip


def saved_by_torch(text: str) -> int:
    """Return the bytes of all storages that autograd saves in one forward, parameters and buffers left out."""
    scope: dict[str, object] = {}
    exec(text, scope)
    net = scope["Net"]()  # type: ignore[operator]
    net.train()
    own = {one.untyped_storage().data_ptr() for one in [*net.parameters(), *net.buffers()]}
    alive, storages = [], {}

    def pack(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            alive.append(tensor)
            storages[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        out = net(torch.rand(2, 3, 16, 16))
    assert out is not None
    return sum(storages.values())


def check(text: str, tmp_path) -> None:
    path = tmp_path / "net.py"
    path.write_text(text)
    found = api.training_memory(f"{path}:Net", (2, 3, 16, 16))
    assert [gap.reason for gap in found.memory.unknown] == []
    assert found.memory.activations == saved_by_torch(text)


@pytest.mark.parametrize("layer", LAYERS)
def test_layers(layer, tmp_path):
    check(NET.format(layer=layer, body="self.layer(x)"), tmp_path)


@pytest.mark.parametrize("body", BODIES)
def test_operations(body, tmp_path):
    check(NET.format(layer="nn.Linear(8, 4)", body=body), tmp_path)


RECURRENT = [
    "{kind}(16, 12)", "{kind}(16, 12, batch_first=True)", "{kind}(16, 12, 2)", "{kind}(16, 12, bidirectional=True)",
    "{kind}(16, 12, 3, bidirectional=True, dropout=0.2)", "{kind}(16, 12, 2, dropout=0.2, batch_first=True)",
    "{kind}(16, 12, bias=False)", "{kind}(16, 70, 2, bias=False, bidirectional=True)",
]  # fmt: skip


@pytest.mark.parametrize("layer", RECURRENT)
@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
def test_recurrent_layers(kind, layer, tmp_path):
    built = layer.format(kind=f"nn.{kind}")
    check(NET.format(layer=built, body="self.layer(x.flatten(1, 2))[0]"), tmp_path)
    check(NET.format(layer=built, body="self.layer(x.flatten(1, 2))[0].tanh()"), tmp_path)


@pytest.mark.parametrize("layer", ["nn.LSTM(16, 12, proj_size=5)", "nn.RNN(16, 12, nonlinearity='relu')"])
def test_recurrent_layers_of_other_kinds(layer, tmp_path):
    check(NET.format(layer=layer, body="self.layer(x.flatten(1, 2))[0]"), tmp_path)


@pytest.mark.parametrize("body", [
    "self.layer(x[0, 0])", "self.layer(x[0, 0], torch.zeros(16, 12))", "self.layer(x[0, 0])[:1]",
])  # fmt: skip
@pytest.mark.parametrize("kind", ["RNNCell", "GRUCell"])
def test_recurrent_cells(kind, body, tmp_path):
    check(NET.format(layer=f"nn.{kind}(16, 12)", body=body), tmp_path)


@pytest.mark.parametrize("body", [
    "self.layer(x[0, 0])[0]", "self.layer(x[0, 0], (torch.zeros(16, 12), torch.zeros(16, 12)))[1]",
])  # fmt: skip
def test_the_cell_of_an_lstm(body, tmp_path):
    check(NET.format(layer="nn.LSTMCell(16, 12)", body=body), tmp_path)


@pytest.mark.parametrize("body", [
    "self.layer(t, torch.zeros(1, 128, 12))[0]", "self.layer(x[0, 0])[0]", "self.layer(x[0, :1])[0]",
])  # fmt: skip
def test_recurrent_layers_on_other_inputs(body, tmp_path):
    text = NET.format(layer="nn.GRU(16, 12)", body=body).replace(
        "        y = ", "        t = x.flatten(1, 2)\n        y = "
    )
    check(text, tmp_path)


def test_the_steps_of_an_lstm_given_its_state(tmp_path):
    body = "self.layer(x.flatten(1, 2), (torch.zeros(1, 128, 12), torch.zeros(1, 128, 12)))[0]"
    check(NET.format(layer="nn.LSTM(16, 12)", body=body), tmp_path)


def test_a_language_model_of_two_lstms(tmp_path):
    body = "self.layer(x.flatten(1, 2))[0] + self.layer(x.flatten(1, 2).flip(1))[0]"
    check(NET.format(layer="nn.LSTM(16, 64, 2, batch_first=True)", body=body), tmp_path)


CHANGED = """\
class ChannelNorm(nn.LayerNorm):
    def forward(self, x):
        x = F.layer_norm(x.permute(0, 2, 3, 1), self.normalized_shape, self.weight, self.bias, self.eps)
        return x.permute(0, 3, 1, 2)


class Standardized(nn.Conv2d):
    def forward(self, x):
        weight = self.weight - self.weight.mean((1, 2, 3), keepdim=True)
        return F.conv2d(x, weight, self.bias, self.stride)


class Same(nn.Conv2d):
    def forward(self, x):
        return F.conv2d(F.pad(x, (0, 1, 0, 1)), self.weight, self.bias, self.stride)


class Net"""


@pytest.mark.parametrize("layer", ["ChannelNorm(8)", "Standardized(8, 4, 3)", "Same(8, 4, 3, 2)"])
def test_layers_whose_forward_the_program_has_replaced(layer, tmp_path):
    check(NET.format(layer=layer, body="self.layer(x)").replace("class Net", CHANGED), tmp_path)


@pytest.mark.parametrize("weights", [True, False])
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("dropout", [0.0, 0.1])
def test_attention(weights, first, dropout, tmp_path):
    layer = f"nn.MultiheadAttention(16, 4, batch_first={first}, dropout={dropout})"
    body = f"self.layer(*[x.flatten(1, 2)] * 3, need_weights={weights})[0]"
    check(NET.format(layer=layer, body=body.replace("*[x.flatten(1, 2)] * 3", "t, t, t")).replace(
        "        y = ", "        t = x.flatten(1, 2)\n        y = "), tmp_path)  # fmt: skip


@pytest.mark.parametrize("name", ["Adam", "AdamW", "RAdam", "Adamax", "Adagrad", "RMSprop", "Adadelta", "SGD"])
def test_optimizers(name, tmp_path):
    path = tmp_path / "net.py"
    path.write_text(NET.format(layer="nn.Linear(8, 4)", body="x"))
    net = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.Linear(8, 4))
    optimizer = getattr(torch.optim, name)(net.parameters())
    for one in net.parameters():
        one.grad = torch.zeros_like(one)
    optimizer.step()
    real = sum(
        value.untyped_storage().nbytes()
        for kept in optimizer.state.values()
        for value in kept.values()
        if isinstance(value, torch.Tensor)
    )
    found = api.training_memory(f"{path}:Net", (1, 3, 8, 8), optimizer=name.lower())
    assert found.memory.optimizer == real
