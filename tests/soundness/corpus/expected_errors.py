"""Wrong calls that the program expects and catches."""
import contextlib
import unittest

import torch
import torch.nn as nn

try:
    import pytest
except ImportError:
    pytest = None


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.fc = nn.Linear(8 * 6 * 6, 5)

    def forward(self, x):
        return self.fc(self.conv(x).flatten(1))


net = Net()
good, bad = torch.rand(1, 3, 8, 8), torch.rand(1, 4, 8, 8)
try:
    net(bad)
except RuntimeError as e:
    assert "channels" in str(e)
else:
    raise AssertionError("must fail")

with contextlib.suppress(RuntimeError):
    net(torch.rand(1, 3, 9, 9))

failed = False
try:
    nn.Conv2d(3, 8, 3, groups=2)
except ValueError:
    failed = True
assert failed


def safe(model, x):
    try:
        return model(x)
    except (RuntimeError, ValueError) as exc:
        return None
    finally:
        model.train()


assert safe(net, bad) is None
assert safe(net, good).shape == (1, 5)


def largest_batch(model):
    size = 8
    while True:
        try:
            model(torch.rand(size, 3, 8, 8))
            return size
        except RuntimeError:
            size //= 2
            if size < 1:
                raise


def find_input_size(model, candidates=(4, 6, 8, 10)):
    for side in candidates:
        try:
            model(torch.rand(1, 3, side, side))
        except Exception:
            continue
        return side
    return None


assert find_input_size(net) == 8
largest_batch(net)

if pytest is not None:
    with pytest.raises(RuntimeError):
        net(bad)
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        net(torch.rand(1, 3, 10, 10))


def test_bad_channels():
    with pytest.raises(RuntimeError):
        Net()(torch.rand(2, 1, 8, 8))


class TestNet(unittest.TestCase):
    def test_rejects(self):
        with self.assertRaises(RuntimeError):
            Net()(torch.rand(2, 2, 8, 8))
        self.assertRaises(RuntimeError, Net(), torch.rand(2, 2, 8, 8))


test_bad_channels()
unittest.TextTestRunner(stream=open("/dev/null", "w")).run(TestNet("test_rejects"))
