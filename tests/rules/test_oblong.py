"""CVL210 on models that are made for oblong inputs, which their files say in one way or another."""

from __future__ import annotations

import pytest
import torch

from convlint.api import lint_source

PILOT = """
{head}
from torch import nn


class {name}(nn.Module):
    {text}

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 24, 5, 2), nn.ELU(), nn.Conv2d(24, 36, 5, 2), nn.ELU(), nn.Conv2d(36, 48, 5, 2), nn.ELU(),
            nn.Conv2d(48, 64, 3), nn.ELU(), nn.Conv2d(64, 64, 3), nn.ELU(), nn.Flatten(),
        )
        self.head = nn.Sequential(nn.Linear(1152, 100), nn.Linear(100, 1))

    def forward(self, {given}):
        return self.head(self.body({given}))
"""


@pytest.mark.parametrize(
    ("head", "name", "text", "given", "told"),
    [
        ("", "Net", "pass", "x", True),
        ("", "Net", '"""For pictures of 66 x 200."""', "x", False),
        ("SIZE = (200, 66)", "Net", "pass", "x", False),
        ("SIZE = (200, 50)", "Net", "pass", "x", True),
        ("import torchaudio", "Net", "pass", "x", False),
        ("", "SpeechCNN", "pass", "x", False),
        ("", "Net", "pass", "log_mel", False),
        ("", "Caramel", "pass", "x", True),
    ],
)
def test_a_file_that_says_what_it_is_for_is_believed(head, name, text, given, told):
    source = PILOT.format(head=head, name=name, text=text, given=given)
    assert ("CVL210" in {it.code for it in lint_source(source, "net.py").findings}) == told
    scope: dict[str, type[torch.nn.Module]] = {}
    exec(source.replace("import torchaudio", ""), scope)
    assert scope[name]()(torch.zeros(1, 3, 66, 200)).shape == (1, 1)
    with pytest.raises(RuntimeError):
        scope[name]()(torch.zeros(1, 3, 128, 128))


NETS = {
    "a view of rows": (
        """
class Net(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5)
        self.fc1, self.fc2 = nn.Linear({size}, 50), nn.Linear(50, classes)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.conv2(x), 2)).view(-1, {size})
        return self.fc2(F.relu(self.fc1(x)))
""",
        400,
        320,
        (28, 32),
    ),
    "two heads behind batch norm": (
        """
class Net(nn.Module):
    def __init__(self, latent=16):
        super().__init__()
        self.encode = nn.Sequential(nn.Conv2d(1, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.Conv2d(8, 4, 3, 2, 1))
        self.mean, self.spread = nn.Linear({size}, latent), nn.Linear({size}, latent)

    def forward(self, x):
        hidden = self.encode(x).flatten(1)
        return self.mean(hidden), self.spread(hidden)
""",
        4 * 7 * 8,
        4 * 7 * 7,
        (28, 32),
    ),
    "a norm of flattened maps": (
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(1, 8, 4, 4), nn.LayerNorm({size})

    def forward(self, x):
        return self.norm(self.conv(x).reshape(x.size(0), -1))
""",
        8 * 6 * 7,
        8 * 6 * 6,
        (24, 28),
    ),
    "a product with a weight": (
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.weight = nn.Conv2d(1, 8, 4, 4), nn.Parameter(torch.zeros({size}, 3))

    def forward(self, x):
        n, c, h, w = (x := self.conv(x / 255)).shape
        return x.view(n, c, h * w) @ self.weight
""",
        5 * 6,
        5 * 5,
        (20, 24),
    ),
    "a sum with a parameter": (
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches, self.first = nn.Conv2d(1, 8, 4, 4), nn.Parameter(torch.zeros(1, 1, 8))
        self.places = nn.Parameter(torch.zeros(1, {size}, 8))

    def forward(self, x):
        tokens = self.patches(2 * x - 1).flatten(2).transpose(1, 2)
        return torch.cat([self.first.expand(len(x), -1, -1), tokens], dim=1) + self.places
""",
        4 * 6 + 1,
        4 * 4 + 1,
        (16, 24),
    ),
}


@pytest.mark.parametrize("name", NETS)
def test_whatever_demands_it(name):
    text, wrong, right, fits = NETS[name]
    head = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n\n"
    for size, told in ((wrong, True), (right, False)):
        source = head + text.replace("{size}", str(size))
        assert ("CVL210" in {it.code for it in lint_source(source, "net.py").findings}) == told
        scope: dict[str, type[torch.nn.Module]] = {}
        exec(source, scope)
        assert _takes(scope["Net"](), fits) == told
        squares = [side for side in range(12, 40) if _takes(scope["Net"](), (side, side))]
        assert bool(squares) != told


def _takes(model: torch.nn.Module, sides: tuple[int, int]) -> bool:
    """Whether the model puts out something for each of two samples of that size."""
    try:
        made = model(torch.zeros(2, 1, *sides))
    except RuntimeError:
        return False
    return all(len(it) == 2 for it in (made if isinstance(made, tuple) else (made,)))


@pytest.mark.parametrize(
    "written", ["HEIGHT, WIDTH = 28, 32", "IMG_H = 28\nIMG_W = 32", "SIZE = dict(rows=28, cols=32)"]
)
def test_sides_that_have_names_are_believed(written):
    text, wrong, *_ = NETS["a view of rows"]
    source = "from torch import nn\nfrom torch.nn import functional as F\n" + text.replace("{size}", str(wrong))
    assert "CVL210" in {it.code for it in lint_source(source, "net.py").findings}
    assert "CVL210" not in {it.code for it in lint_source(f"{written}\n{source}", "net.py").findings}
