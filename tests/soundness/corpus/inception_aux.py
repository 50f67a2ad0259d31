"""An Inception net with auxiliary heads that exist in training only, and a named tuple of outputs."""
from collections import namedtuple
from typing import Callable, List, Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Outputs = namedtuple("Outputs", ["logits", "aux2", "aux1"])
Outputs.__annotations__ = {"logits": Tensor, "aux2": Optional[Tensor], "aux1": Optional[Tensor]}


class BasicConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, **kwargs):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, bias=False, **kwargs)
        self.bn = nn.BatchNorm2d(out_channels, eps=0.001)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)), inplace=True)


class Inception(nn.Module):
    def __init__(self, inp, c1, c3r, c3, c5r, c5, pool, conv_block: Optional[Callable[..., nn.Module]] = None):
        super().__init__()
        if conv_block is None:
            conv_block = BasicConv2d
        self.branch1 = conv_block(inp, c1, kernel_size=1)
        self.branch2 = nn.Sequential(conv_block(inp, c3r, kernel_size=1), conv_block(c3r, c3, kernel_size=3, padding=1))
        self.branch3 = nn.Sequential(conv_block(inp, c5r, kernel_size=1), conv_block(c5r, c5, kernel_size=5, padding=2))
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(kernel_size=3, stride=1, padding=1, ceil_mode=True), conv_block(inp, pool, kernel_size=1)
        )

    def _forward(self, x: Tensor) -> List[Tensor]:
        return [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat(self._forward(x), 1)


class Aux(nn.Module):
    def __init__(self, inp, classes):
        super().__init__()
        self.conv = BasicConv2d(inp, 32, kernel_size=1)
        self.fc1 = nn.Linear(32 * 4 * 4, 64)
        self.fc2 = nn.Linear(64, classes)
        self.dropout = nn.Dropout(p=0.7)

    def forward(self, x):
        x = F.adaptive_avg_pool2d(x, (4, 4))
        x = torch.flatten(self.conv(x), 1)
        return self.fc2(self.dropout(F.relu(self.fc1(x), inplace=True)))


class GoogLeNet(nn.Module):
    __constants__ = ["aux_logits"]

    def __init__(self, classes=6, aux_logits=True):
        super().__init__()
        self.aux_logits = aux_logits
        self.stem = nn.Sequential(
            BasicConv2d(3, 16, kernel_size=7, stride=2, padding=3),
            nn.MaxPool2d(3, stride=2, ceil_mode=True),
            BasicConv2d(16, 24, kernel_size=3, padding=1),
        )
        self.a = Inception(24, 8, 8, 16, 4, 8, 8)
        self.pool = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.b = Inception(40, 16, 8, 16, 4, 8, 8)
        if aux_logits:
            self.aux1 = Aux(40, classes)
            self.aux2 = Aux(48, classes)
        else:
            self.aux1 = None
            self.aux2 = None
        self.fc = nn.Linear(48, classes)

    def _forward(self, x: Tensor) -> Tuple[Tensor, Optional[Tensor], Optional[Tensor]]:
        x = self.a(self.stem(x))
        aux1: Optional[Tensor] = None
        if self.aux1 is not None:
            if self.training:
                aux1 = self.aux1(x)
        x = self.b(self.pool(x))
        aux2: Optional[Tensor] = None
        if self.aux2 is not None and self.training:
            aux2 = self.aux2(x)
        x = F.adaptive_avg_pool2d(x, 1).squeeze(-1).squeeze(-1)
        return self.fc(x), aux2, aux1

    @torch.jit.unused
    def eager_outputs(self, x, aux2, aux1):
        if self.training and self.aux_logits:
            return Outputs(x, aux2, aux1)
        return x

    def forward(self, x: Tensor):
        x, aux2, aux1 = self._forward(x)
        if torch.jit.is_scripting():
            return Outputs(x, aux2, aux1)
        return self.eager_outputs(x, aux2, aux1)


net = GoogLeNet()
criterion = nn.CrossEntropyLoss()
target = torch.tensor([1, 2])
out = net(torch.randn(2, 3, 47, 47))
loss = criterion(out.logits, target) + 0.3 * criterion(out.aux1, target) + 0.3 * criterion(out.aux2, target)
loss.backward()
net.eval()
with torch.no_grad():
    pred = net(torch.randn(1, 3, 47, 47)).argmax(dim=1)
GoogLeNet(aux_logits=False)(torch.randn(2, 3, 50, 64))
