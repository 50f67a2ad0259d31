"""A MobileNet of inverted residuals, built from a table, for several widths."""
import torch
import torch.nn as nn


def _make_divisible(v, divisor, min_value=None):
    if min_value is None:
        min_value = divisor
    new_v = max(min_value, int(v + divisor / 2) // divisor * divisor)
    if new_v < 0.9 * v:
        new_v += divisor
    return new_v


def conv_bn(inp, oup, k, s, groups=1, act=nn.ReLU6):
    return nn.Sequential(
        nn.Conv2d(inp, oup, k, s, (k - 1) // 2, groups=groups, bias=False),
        nn.BatchNorm2d(oup),
        act(inplace=True) if act is not None else nn.Identity(),
    )


class SE(nn.Module):
    def __init__(self, channels, reduction=4):
        super().__init__()
        hidden = _make_divisible(channels // reduction, 8)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(nn.Linear(channels, hidden), nn.ReLU(True), nn.Linear(hidden, channels), nn.Hardsigmoid())

    def forward(self, x):
        b, c, _, _ = x.size()
        w = self.fc(self.pool(x).view(b, c)).view(b, c, 1, 1)
        return x * w


class InvertedResidual(nn.Module):
    def __init__(self, inp, oup, stride, t, k, se):
        super().__init__()
        assert stride in [1, 2]
        hidden = int(round(inp * t))
        self.identity = stride == 1 and inp == oup
        layers = [] if t == 1 else [conv_bn(inp, hidden, 1, 1)]
        layers += [conv_bn(hidden, hidden, k, stride, groups=hidden)]
        if se:
            layers.append(SE(hidden))
        layers.extend([conv_bn(hidden, oup, 1, 1, act=None)])
        self.conv = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.conv(x) if self.identity else self.conv(x)


class MobileNet(nn.Module):
    cfgs = [
        # t, c, n, s, k, se
        [1, 16, 1, 1, 3, False],
        [6, 24, 2, 2, 3, False],
        [6, 32, 2, 2, 5, True],
        [3, 64, 1, 1, 3, True],
    ]

    def __init__(self, width_mult=1.0, num_classes=5):
        super().__init__()
        c_in = _make_divisible(32 * width_mult, 4 if width_mult == 0.1 else 8)
        features = [conv_bn(3, c_in, 3, 2)]
        for t, c, n, s, k, se in self.cfgs:
            c_out = _make_divisible(c * width_mult, 4 if width_mult == 0.1 else 8)
            for i in range(n):
                features.append(InvertedResidual(c_in, c_out, s if i == 0 else 1, t, k, se))
                c_in = c_out
        self.features = nn.Sequential(*features)
        last = _make_divisible(128 * width_mult, 8) if width_mult > 1.0 else 128
        self.conv = conv_bn(c_in, last, 1, 1)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.classifier = nn.Linear(last, num_classes)

    def forward(self, x):
        x = self.conv(self.features(x))
        x = self.avgpool(x)
        x = x.view(x.size(0), -1)
        return self.classifier(x)


for w in (0.1, 0.35, 1.0, 1.4):
    MobileNet(w).eval()(torch.rand(1, 3, 32, 40))
