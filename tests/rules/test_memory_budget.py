"""CVL307: budgets of memory, for all models and for one, at a batch size; and what torch saves beside what is said."""

from __future__ import annotations

import pytest

from convlint.api import lint_source
from convlint.config import Config, ModelSettings
from convlint.config.files import ConfigError, overridden

NET = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)

    def forward(self, x):
        return {body}
"""


def told(config: Config, body: str = "self.conv(x).relu()") -> list[str]:
    text = NET.format(body=body).replace("class Net", "# convlint: input=(N, 3, 64, 64)\nclass Net")
    return [it.message for it in lint_source(text, "net.py", config=config).findings if it.code == "CVL307"]


def test_an_open_batch_is_over_no_budget():
    assert told(Config(max_memory="1 MiB")) == []


def test_the_batch_of_the_settings_is_put_in():
    # one image takes 3·64·64 and 8·64·64 values of four bytes
    (message,) = told(Config(max_memory="1 MiB", batch_size=8))
    assert message.startswith("training `Net` takes 1.4 MiB, over the budget of 1.0 MiB (batch 8: ")
    assert told(Config(max_memory="1 MiB", batch_size=5)) == []
    assert told(Config(max_memory="1 MiB", batch_size=8, memory_dtype="bfloat16")) == []


def test_what_is_said_of_one_model_counts_first():
    own = ModelSettings(max_memory="2 MiB")
    assert told(Config(max_memory="1 MiB", batch_size=8, models={"net:Net": own})) == []
    own = ModelSettings(batch_size=100)
    assert told(Config(max_memory="2 MiB", batch_size=8, models={"net:Net": own})) != []


def test_what_is_not_known_counts_as_nothing():
    (message,) = told(Config(max_memory="2 KiB"), "torch.special.i0(self.conv(x))")
    assert "takes at least 3.5 KiB" in message
    assert told(Config(max_memory="1 MiB", batch_size=64), "torch.special.i0(self.conv(x))") == []


@pytest.mark.parametrize("value", ["much", "24 gigs"])
def test_a_budget_that_is_none_is_refused(value, tmp_path):
    with pytest.raises((ConfigError, ValueError)):
        overridden(Config(), f'max-memory = "{value}"').limit("max_memory")
