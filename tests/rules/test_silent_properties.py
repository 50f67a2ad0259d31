"""CVL501–506 and CVL508 against torch on random arguments: what is told shows there, and only that is told."""

from __future__ import annotations

import random
import warnings
from itertools import permutations

import pytest
import torch
from torch import nn

from tests.rules.test_silent_faults import silent_codes

HEAD = """
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

"""


def run(source: str) -> dict[str, torch.Tensor]:
    """Run a program and return its names."""
    torch.manual_seed(0)
    scope: dict[str, torch.Tensor] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(HEAD + source, scope)
    return scope


def told(source: str, code: str) -> bool:
    return code in silent_codes(HEAD + source)


@pytest.mark.parametrize("loss", ["nn.MSELoss()", "nn.L1Loss()", "nn.SmoothL1Loss()", "nn.HuberLoss()"])
def test_losses_that_broadcast(loss):
    rng = random.Random(loss)
    for _ in range(12):
        batch, width = rng.randint(2, 9), rng.choice((1, 1, 3))
        scores = (batch, width)
        target = rng.choice(((batch,), (batch, width), (batch, 1), (1, width)))
        source = f"loss = {loss}(nn.Linear(4, {width})(torch.randn({batch}, 4)), torch.zeros{target})\n"
        try:
            broadcasts = torch.broadcast_shapes(scores, target)
        except RuntimeError:
            continue
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            exec(HEAD + source, {})
        warned = any("different to the input size" in str(it.message) for it in seen)
        assert warned == (scores != target)
        is_told = told(source, "CVL501")
        assert is_told <= warned, source
        if torch.Size(broadcasts).numel() > max(torch.Size(scores).numel(), torch.Size(target).numel()):
            assert is_told, source


def test_views_that_do_not_move_axes():
    rng = random.Random(2)
    found = 0
    for _ in range(30):
        sizes = [rng.choice((1, 2, 3, 5)), *rng.sample((1, 4, 6, 7, 9), 3)]
        order = rng.choice([it for it in permutations(range(1, 4)) if it != (1, 2, 3)])
        wanted = [sizes[0], *(sizes[axis] for axis in order)]
        source = f"""
maps = nn.Conv2d(2, {sizes[1]}, 1)(torch.randn({sizes[0]}, 2, {sizes[2]}, {sizes[3]}))
moved = maps.view({", ".join(map(str, wanted))})
meant = maps.permute(0, {", ".join(map(str, order))})
"""
        scope = run(source)
        mixes = not torch.equal(scope["moved"], scope["meant"])
        is_told = told(f"{source}\nnn.Conv2d({wanted[1]}, 3, 1)(moved)\n", "CVL502")
        assert is_told <= mixes, source
        found += is_told
    assert found >= 3


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNN", "TransformerEncoderLayer", "MultiheadAttention"])
def test_samples_that_are_taken_for_steps(kind):
    rng = random.Random(kind)
    for batch_first in (False, True):
        batch, steps = rng.randint(3, 6), rng.randint(7, 9)
        given = {
            "TransformerEncoderLayer": "8, 2, 16, dropout=0.0",
            "MultiheadAttention": "8, 2",
        }.get(kind, "8, 8")
        call = "layer(x, x, x)[0]" if kind == "MultiheadAttention" else "layer(x)"
        source = f"""
data = TensorDataset(torch.randn({4 * batch}, {steps}, 8))
layer = nn.{kind}({given}, batch_first={batch_first})
for x, in DataLoader(data, batch_size={batch}):
    out = {call}
"""
        assert told(source, "CVL503") == (not batch_first), source
        scope = run(source)
        layer, x = scope["layer"], scope["x"].clone().requires_grad_()
        out = layer(x, x, x)[0] if kind == "MultiheadAttention" else layer(x)
        (out if isinstance(out, torch.Tensor) else out[0])[1].pow(3).sum().backward()
        assert bool(x.grad[0].abs().sum() > 0) == (not batch_first)


def test_softmax_over_the_samples():
    rng = random.Random(4)
    for _ in range(20):
        batch, width, dim = rng.randint(2, 6), rng.randint(2, 5), rng.choice((0, 1, -1, -2))
        how = rng.choice(
            ("F.log_softmax(scores, dim={dim})", "scores.log_softmax({dim})", "nn.LogSoftmax({dim})(scores)")
        )
        source = f"""
net = nn.Linear(7, {width})
scores = net(torch.randn({batch}, 7))
scores.retain_grad()
out = {how.format(dim=dim)}
loss = F.nll_loss(out, torch.zeros({batch}, dtype=torch.long))
"""
        scope = run(source)
        scope["out"][1, 0].backward()
        mixes = bool(scope["scores"].grad[0].abs().sum() > 0)
        assert told(source, "CVL504") == mixes, source


@pytest.mark.parametrize(
    ("made", "given", "name", "value"),
    [
        ("nn.Linear(4, 3)", "2, 4", "out_features", "5"),
        ("nn.Linear(4, 3)", "2, 4", "in_features", "6"),
        ("nn.Conv2d(3, 4, 3)", "1, 3, 8, 8", "out_channels", "7"),
        ("nn.Conv2d(3, 4, 3)", "1, 3, 8, 8", "kernel_size", "(5, 5)"),
        ("nn.Conv2d(3, 4, 3)", "1, 3, 8, 8", "stride", "(2, 2)"),
        ("nn.Conv2d(3, 4, 3)", "1, 3, 8, 8", "padding", "(1, 1)"),
        ("nn.BatchNorm2d(3)", "2, 3, 4, 4", "num_features", "3 + 5"),
        ("nn.BatchNorm2d(3)", "2, 3, 4, 4", "eps", "0.5"),
        ("nn.Embedding(9, 4)", "3", "num_embeddings", "20"),
        ("nn.Dropout(0.5)", "40", "p", "0.0"),
        ("nn.LeakyReLU(0.1)", "40", "negative_slope", "0.7"),
        ("nn.MaxPool2d(2)", "1, 3, 8, 8", "kernel_size", "3"),
    ],
)
def test_attributes_without_effect(made, given, name, value):
    dtype = ", dtype=torch.long" if "Embedding" in made else ""
    x = f"torch.ones({given}{dtype})" if dtype else f"torch.randn({given})"
    source = f"layer = {made}\nx = {x}\ntorch.manual_seed(3)\nbefore = layer(x)\nlayer.{name} = {value}\n"
    scope = run(f"{source}torch.manual_seed(3)\nafter = layer(x)\n")
    before, after = scope["before"], scope["after"]
    acts = before.shape != after.shape or not torch.allclose(before, after)
    assert told(source, "CVL505") == (not acts), source


ACTIVATIONS = {"": nn.Identity(), "nn.Softmax(1)": nn.Softmax(1), "nn.LogSoftmax(1)": nn.LogSoftmax(1),
               "nn.Sigmoid()": nn.Sigmoid()}  # fmt: skip


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", ["CrossEntropyLoss", "NLLLoss", "BCELoss", "BCEWithLogitsLoss"])
def test_losses_that_want_something_else(activation, loss):
    of_classes = loss in ("CrossEntropyLoss", "NLLLoss")
    classes = torch.tensor([0, 1, 2])
    wanted = classes if of_classes else nn.functional.one_hot(classes).float()
    perfect = ACTIVATIONS[activation](100.0 * (2 * nn.functional.one_hot(classes).float() - 1))
    try:
        value = float(getattr(nn, loss)()(perfect, wanted))
    except RuntimeError:
        value = float("inf")
    target = "torch.zeros(8, dtype=torch.long)" if of_classes else "torch.zeros(8, 3)"
    layers = ", ".join(filter(None, ("nn.Linear(5, 3)", activation)))
    source = f"net = nn.Sequential({layers})\nvalue = nn.{loss}()(net(torch.randn(8, 5)), {target})\n"
    is_told = told(source, "CVL506")
    if abs(value) > 1e-3:  # the best scores that there can be are not taken for the best
        assert is_told, (value, source)
    else:  # the same twice is a note, whatever it is; probabilities of one class suit a loss of several
        assert not is_told or (activation, loss) == ("nn.LogSoftmax(1)", "CrossEntropyLoss"), source


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("mode", ["", "net.eval()", "net.train()", "net.train(False)", "net.fc.eval()"])
@pytest.mark.parametrize("drop", ["nn.Dropout({rate})", "F.dropout", "F.dropout in mode"])
def test_dropout_that_is_left_on_in_an_evaluation(rate, mode, drop):
    body = {
        "F.dropout": f"F.dropout(self.fc(x), {rate})",
        "F.dropout in mode": f"F.dropout(self.fc(x), {rate}, self.training)",
    }.get(drop, "self.drop(self.fc(x))")
    source = f"""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 64)
        self.drop = {drop.format(rate=rate) if drop.startswith("nn.") else "nn.Identity()"}

    def forward(self, x):
        return {body}


net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
trained = TensorDataset(torch.randn(32, 64), torch.zeros(32, dtype=torch.long))
data = TensorDataset(torch.randn(32, 64), torch.zeros(32, dtype=torch.long))
for x, y in DataLoader(trained, batch_size=8, shuffle=True):
    optimizer.zero_grad()
    F.cross_entropy(net(x), y).backward()
    optimizer.step()
{mode}
correct = 0
with torch.no_grad():
    for x, y in DataLoader(data, batch_size=8):
        correct += (net(x).argmax(1) == y).sum().item()
print(correct / len(data))
"""
    scope = run(source)
    net, x = scope["net"], scope["x"]
    drops = not torch.equal(net(x), net(x))
    if drop == "F.dropout in mode" and drops:
        return  # what a functional dropout is told of the mode is not looked at
    assert told(source, "CVL508") == drops, source


def test_heads_that_a_view_takes_before_the_steps():
    rng = random.Random(7)
    found = 0
    for _ in range(24):
        batch, steps, heads, depth = rng.randint(2, 3), rng.randint(2, 6), rng.choice((2, 3, 4)), rng.choice((4, 5))
        shape = rng.choice(("{b}, {h}, {t}, {d}", "{b} * {h}, {t}, {d}", "{b}, {t}, {h}, {d}", "{b}, {t}, {h} * {d}"))
        sizes = shape.format(b=batch, h=heads, t=steps, d=depth)
        source = f"""
features = nn.Linear(7, {heads * depth})(torch.randn({batch}, {steps}, 7))
seen = features.view({sizes})
meant = features.view({batch}, {steps}, {heads}, {depth}).transpose(1, 2)
"""
        scope = run(source)
        mixes = "{h}, {t}" in shape or "{h}, {t}" in shape.replace(" * {h}", ", {h}")
        mixes = mixes and not torch.equal(scope["seen"].flatten(), scope["meant"].flatten())
        is_told = told(source, "CVL502")
        assert is_told <= mixes, source
        assert is_told or not mixes or heads == steps, source  # as many heads as steps: the sizes do not tell
        found += is_told
    assert found >= 5


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("places", ["1, {t}, 8", "{t}, 1, 8", "1, 1, 8", "{b}, {t}, 8"])
def test_what_positions_say_of_axes(batch_first, places):
    batch, steps = 3, 5
    first, second = (batch, steps) if places.startswith(("1, {t}", "{b}")) else (steps, batch)
    source = f"""
places = nn.Parameter(torch.zeros({places.format(t=steps, b=batch)}))
attend = nn.MultiheadAttention(8, 2, batch_first={batch_first})
x = torch.randn({first}, {second}, 8) + places
out, _ = attend(x, x, x)
"""
    scope = run(source)
    x = scope["x"].detach().requires_grad_()
    scope["attend"](x, x, x)[0][0].sum().backward()
    along_first = bool(x.grad[1:].abs().sum() > 1e-6)
    assert along_first == (not batch_first)
    assert told(source, "CVL503") == (places == "1, {t}, 8" and along_first)


@pytest.mark.parametrize("dim", [0, 1, -1, -2])
@pytest.mark.parametrize(
    "made", ["z @ z.t()", "z @ z.T", "torch.mm(z, z.transpose(0, 1))", "z.t() @ z", "z * z", "z @ w"]
)
def test_vectors_that_are_scaled_along_the_samples(dim, made):
    source = f"""
encode, w = nn.Linear(6, 4), torch.randn(4, 4)
for x, y in DataLoader(TensorDataset(torch.randn(12, 6), torch.zeros(12)), batch_size=6):
    given = encode(x)
    z = F.normalize(given, dim={dim})
    out = {made}
"""
    scope = run(source)
    given = scope["given"].detach().requires_grad_()
    torch.nn.functional.normalize(given, dim=dim)[0].sum().backward()
    mixes = bool(given.grad[1:].abs().sum() > 1e-6)
    assert told(source, "CVL504") == (mixes and made not in ("z.t() @ z", "z * z", "z @ w"))


@pytest.mark.parametrize("last", ["nn.ReLU()", "nn.LeakyReLU(0.1)", "nn.Identity()", "nn.Dropout(0.1)", "nn.ReLU6()"])
@pytest.mark.parametrize("softmax", ["nn.LogSoftmax(1)", "nn.LogSoftmax(-1)"])
def test_scores_that_are_clipped_before_their_softmax(last, softmax):
    source = f"""
net = nn.Sequential(nn.Linear(5, 4), {last}, {softmax})
F.nll_loss(net(torch.randn(6, 5)), torch.zeros(6, dtype=torch.long))
"""
    layer = eval(last, {"nn": nn}).eval()
    clips = torch.equal(layer(torch.tensor([-1.0])), layer(torch.tensor([-2.0])))
    assert told(source, "CVL506") == (clips and last == "nn.ReLU()")


@pytest.mark.parametrize("made", ["nn.Dropout(0.5)", "nn.Dropout2d(0.5)", "nn.Dropout(0.0)", "self.drop"])
@pytest.mark.parametrize("mode", ["", ".eval()"])
def test_dropout_that_forward_builds(made, mode):
    source = f"""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc, self.drop = nn.Linear(8, 8), nn.Dropout(0.5)

    def forward(self, x):
        return {made}{mode}(self.fc(x))


net = Net()
x = torch.randn(4, 9, 16, 8)
y = net(x)
"""
    net, x = run(source)["net"].eval(), torch.randn(4, 9, 16, 8)
    drops = not torch.equal(net(x), net(x))
    assert told(source, "CVL508") == drops
