"""Modules replaced, frozen and wrapped after construction."""
import copy

import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3)
        self.features = nn.Sequential(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.BatchNorm2d(16))
        self.fc = nn.Linear(16, classes)

    def forward(self, x):
        x = self.features(self.conv1(x))
        return self.fc(x.mean([-1, -2]))


class ConvBN(nn.Module):
    def __init__(self, conv, bn):
        super().__init__()
        self.conv, self.bn = conv, bn

    def forward(self, x):
        return self.bn(self.conv(x))


def replace_bn(module):
    for name, child in module.named_children():
        if isinstance(child, nn.BatchNorm2d):
            setattr(module, name, nn.GroupNorm(4, child.num_features))
        else:
            replace_bn(child)


def fuse(conv, bn):
    fused = nn.Conv2d(conv.in_channels, conv.out_channels, kernel_size=conv.kernel_size, stride=conv.stride, padding=conv.padding, bias=True)
    w_conv = conv.weight.clone().view(conv.out_channels, -1)
    w_bn = torch.diag(bn.weight.div(torch.sqrt(bn.eps + bn.running_var)))
    fused.weight.data.copy_(torch.mm(w_bn, w_conv).view(fused.weight.shape))
    b_bn = bn.bias - bn.weight.mul(bn.running_mean).div(torch.sqrt(bn.running_var + bn.eps))
    fused.bias.data.copy_(b_bn)
    return fused


model = Net()
for p in model.parameters():
    p.requires_grad = False
model.fc = nn.Linear(model.fc.in_features, 3)
assert model(torch.rand(1, 3, 8, 8)).shape == (1, 3)
model.conv1 = nn.Conv2d(1, 8, 3, bias=False)
model.fc = nn.Sequential(nn.Linear(16, 6), nn.ReLU(), nn.Linear(6, 2))
assert model.eval()(torch.rand(1, 1, 8, 8)).shape == (1, 2)
twin = copy.deepcopy(model)
replace_bn(twin)
assert not any(isinstance(m, nn.BatchNorm2d) for m in twin.modules())
assert any(isinstance(m, nn.BatchNorm2d) for m in model.modules())
twin(torch.rand(2, 1, 8, 8))
model.features[0] = nn.Conv2d(8, 16, 1)
model.fc = nn.Identity()
assert model(torch.rand(1, 1, 5, 5)).shape == (1, 16)
setattr(model, "conv1", nn.Sequential(nn.Conv2d(5, 4, 1), nn.Conv2d(4, 8, 1)))
model(torch.rand(1, 5, 5, 5))
ema = copy.deepcopy(model)
with torch.no_grad():
    for e, p in zip(ema.parameters(), model.parameters()):
        e.mul_(0.9).add_(p, alpha=0.1)
fused = fuse(nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6).eval())
assert fused(torch.rand(1, 3, 5, 5)).shape == (1, 6, 5, 5)
trainable = [p for p in model.parameters() if p.requires_grad]
model.__class__.forward_twice = lambda self, x: self(self.conv1(x))
layers = dict(model.named_modules())
assert "features.0" in layers
