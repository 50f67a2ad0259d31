"""The advice for common slips: it is tried before it is given, and torch takes what it advises."""

from __future__ import annotations

import pytest

from tests.confirm.asking import checked, status

HEAD = "import torch\nfrom torch import nn\n\n\n"


def net(layers: str, forward: str, given: str) -> str:
    """Return a program: the lines of a constructor, those of `forward`, and the shape that the model is given."""
    inside = "\n".join(f"        {line}" for line in layers.strip().splitlines())
    runs = "\n".join(f"        {line}" for line in forward.strip().splitlines())
    return (
        f"{HEAD}class Net(nn.Module):\n    def __init__(self, classes=43):\n        super().__init__()\n"
        f"        self.classes = classes\n{inside}\n\n"
        f"    def forward(self, x):\n{runs}\n\n\nNet()(torch.randn({given}))\n"
    )


SLIPS = {
    "not flattened": (
        net(
            "self.body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.AdaptiveAvgPool2d(1))\nself.fc = nn.Linear(8, 5)",
            "return self.fc(self.body(x))",
            "2, 3, 16, 16",
        ),
        "`flatten(1)` before `fc` gives the 8 features that it takes, 8·1·1",
    ),
    "not flattened, a map": (
        net(
            "self.conv = nn.Conv2d(3, 8, 3, padding=1)\nself.fc = nn.Linear(8 * 6 * 7, 5)",
            "return self.fc(torch.relu(self.conv(x)))",
            "2, 3, 6, 7",
        ),
        "`flatten(1)` before `fc` gives the 336 features that it takes, 8·6·7",
    ),
    "not pooled": (
        net(
            "self.conv = nn.Conv2d(3, 8, 3, padding=1)\nself.fc = nn.Linear(8, 5)",
            "return self.fc(self.conv(x))",
            "2, 3, 6, 7",
        ),
        "`nn.AdaptiveAvgPool2d(1)` and `flatten(1)` before `fc` give the 8 features that it takes, one a channel",
    ),
    "neither flattened nor the right number": (
        net(
            "self.conv = nn.Conv2d(3, 8, 3, padding=1)\nself.fc = nn.Linear(100, 5)",
            "return self.fc(self.conv(x))",
            "2, 3, 6, 7",
        ),
        "`flatten(1)` before it and `in_features=336`, 8·6·7, take this input",
    ),
    "features not last": (
        net(
            "self.conv = nn.Conv1d(3, 8, 3, padding=1)\nself.fc = nn.Linear(8, 5)",
            "return self.fc(self.conv(x))",
            "2, 3, 11",
        ),
        "`transpose(1, 2)` before `fc` puts the 8 features last",
    ),
    "channels last": (
        net("self.conv = nn.Conv2d(3, 8, 3)", "return self.conv(x)", "2, 20, 24, 3"),
        "the channels are last: `permute(0, 3, 1, 2)` gives 2×3×20×24, which the model takes",
    ),
    "channels last, one picture": (
        net("self.conv = nn.Conv2d(3, 8, 3)", "return self.conv(x)", "20, 24, 3"),
        "the channels are last: `permute(2, 0, 1)` gives 3×20×24, which the model takes",
    ),
    "channels last, inside": (
        net(
            "self.embed = nn.Embedding(100, 16)\nself.conv = nn.Conv1d(16, 8, 3)\nself.scale = nn.Linear(6, 16)",
            "return self.conv(self.scale(x))",
            "2, 10, 6",
        ),
        "the channels are last: `permute(0, 2, 1)` before `conv` gives 2×16×10",
    ),
    "no batch": (
        net(
            "self.conv = nn.Conv2d(3, 8, 3)\nself.norm = nn.BatchNorm2d(8)",
            "return self.norm(self.conv(x))",
            "3, 16, 16",
        ),
        "the axis of the batch is missing: `unsqueeze(0)` gives 1×3×16×16, which the model takes",
    ),
    "no batch before a flattening": (
        net(
            "self.conv = nn.Conv2d(1, 4, 3)\nself.fc = nn.Linear(4 * 26 * 26, 10)",
            "return self.fc(self.conv(x).flatten(1))",
            "1, 28, 28",
        ),
        "the axis of the batch is missing: `unsqueeze(0)` gives 1×1×28×28, which the model takes",
    ),
    "no channels": (
        net("self.conv = nn.Conv2d(1, 4, 3)", "return self.conv(x)", "64, 28, 28"),
        "the axis of the channels is missing: `unsqueeze(1)` gives 64×1×28×28, which the model takes",
    ),
    "height and width swapped": (
        net(
            "self.conv = nn.Conv2d(3, 8, 3, padding=1)\nself.pos = nn.Parameter(torch.zeros(1, 8, 12, 16))",
            "return self.conv(x) + self.pos",
            "1, 3, 16, 12",
        ),
        "height and width are swapped: the model takes 1×3×12×16",
    ),
    "in and out swapped": (
        net(
            "self.a = nn.Linear(20, 16)\nself.b = nn.Linear(5, 16)",
            "return self.b(torch.relu(self.a(x)))",
            "4, 20",
        ),
        "`in_features` and `out_features` are swapped: `in_features=16, out_features=5` takes this input",
    ),
    "channels swapped": (
        net(
            "self.a = nn.Conv2d(3, 16, 3)\nself.b = nn.Conv2d(32, 16, 3)\nself.c = nn.Conv2d(32, 4, 1)",
            "return self.c(self.b(self.a(x)))",
            "1, 3, 16, 16",
        ),
        "`in_channels` and `out_channels` are swapped: `in_channels=16, out_channels=32` takes this input",
    ),
    "batch first": (
        net(
            "self.rnn = nn.LSTM(6, 8)",
            "h = torch.zeros(1, x.size(0), 8)\nreturn self.rnn(x, (h, h))[0]",
            "4, 10, 6",
        ),
        "`batch_first=True` takes this input",
    ),
    "another number of classes": (
        net(
            "self.conv = nn.Conv2d(4, 3 * (5 + 43), 1)\nself.classes = 80",
            "y = self.conv(x)\nreturn y.view(x.shape[0], 3, 5 + self.classes, x.shape[2], x.shape[3])",
            "2, 4, 6, 7",
        ),
        "144 = 3·(5 + 43) holds all elements: 48 in the place of 85, with 43 for `self.classes`",
    ),
    "another number in a shape": (
        net(
            "self.fc = nn.Linear(4, 60)",
            "return self.fc(x).reshape((2, 3, 4, 6))",
            "2, 4",
        ),
        "60 = 3·4·5 holds all elements: 5 in the place of 6",
    ),
}


@pytest.mark.parametrize("name", SLIPS)
def test_common_slips(name):
    source, advice = SLIPS[name]
    (finding,) = [it for it in checked(source).findings if it.severity.value == "error"]
    assert finding.help == advice
    assert status(finding) == "confirmed"


OTHERWISE = {
    "a map that happens to be as wide as the channels": net(
        "self.a = nn.Conv2d(3, 24, 3, padding=1)\nself.b = nn.Conv2d(32, 8, 1)",
        "return self.b(self.a(x))",
        "1, 3, 32, 32",
    ),
    "a model that has as many rows as another has channels": net(
        "self.a = nn.Conv2d(32, 8, 1)", "return self.a(x)", "1, 24, 32, 32"
    ),
    "a head that is given another number": net(
        "self.a = nn.Linear(20, 3)\nself.b = nn.Linear(16, 3)", "return self.b(self.a(x))", "4, 20"
    ),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_what_only_happens_to_fit_is_not_advised(name):
    (finding,) = [it for it in checked(OTHERWISE[name]).findings if it.severity.value == "error"]
    assert finding.help.endswith("takes this input")
    assert "swapped" not in finding.help
    assert "permute" not in finding.help
    assert status(finding) == "confirmed"
