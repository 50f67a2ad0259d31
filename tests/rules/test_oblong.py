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
