"""Nets that recurse, generate layers, and walk trees."""
import itertools

import torch
import torch.nn as nn


class UnetBlock(nn.Module):
    """pix2pix: a block holds the inner one."""

    def __init__(self, outer_nc, inner_nc, input_nc=None, submodule=None, outermost=False, innermost=False, norm_layer=nn.BatchNorm2d):
        super().__init__()
        self.outermost = outermost
        use_bias = norm_layer == nn.InstanceNorm2d
        if input_nc is None:
            input_nc = outer_nc
        downconv = nn.Conv2d(input_nc, inner_nc, kernel_size=4, stride=2, padding=1, bias=use_bias)
        downrelu, downnorm = nn.LeakyReLU(0.2, True), norm_layer(inner_nc)
        uprelu, upnorm = nn.ReLU(True), norm_layer(outer_nc)
        if outermost:
            upconv = nn.ConvTranspose2d(inner_nc * 2, outer_nc, kernel_size=4, stride=2, padding=1)
            model = [downconv] + [submodule] + [uprelu, upconv, nn.Tanh()]
        elif innermost:
            upconv = nn.ConvTranspose2d(inner_nc, outer_nc, kernel_size=4, stride=2, padding=1, bias=use_bias)
            model = [downrelu, downconv] + [uprelu, upconv, upnorm]
        else:
            upconv = nn.ConvTranspose2d(inner_nc * 2, outer_nc, kernel_size=4, stride=2, padding=1, bias=use_bias)
            model = [downrelu, downconv, downnorm] + [submodule] + [uprelu, upconv, upnorm] + [nn.Dropout(0.5)]
        self.model = nn.Sequential(*model)

    def forward(self, x):
        if self.outermost:
            return self.model(x)
        return torch.cat([x, self.model(x)], 1)


def unet_generator(num_downs=4, ngf=4):
    block = UnetBlock(ngf * 4, ngf * 4, innermost=True)
    for _ in range(num_downs - 3):
        block = UnetBlock(ngf * 2, ngf * 4, submodule=block)
    block = UnetBlock(ngf, ngf * 2, submodule=block)
    return UnetBlock(3, ngf, input_nc=3, submodule=block, outermost=True)


class Hourglass(nn.Module):
    def __init__(self, n, f):
        super().__init__()
        self.up1 = nn.Conv2d(f, f, 3, padding=1)
        self.pool1 = nn.MaxPool2d(2, 2)
        self.low1 = nn.Conv2d(f, f, 3, padding=1)
        self.n = n
        self.low2 = Hourglass(n - 1, f) if self.n > 1 else nn.Conv2d(f, f, 1)
        self.up2 = nn.Upsample(scale_factor=2, mode="nearest")

    def forward(self, x):
        return self.up1(x) + self.up2(self.low2(self.low1(self.pool1(x))))


class Tree(nn.Module):
    """A tree-structured net over nested tuples."""

    def __init__(self, d=6):
        super().__init__()
        self.leaf = nn.Embedding(10, d)
        self.join = nn.Bilinear(d, d, d)

    def forward(self, tree):
        if isinstance(tree, tuple):
            left, right = tree
            return torch.relu(self.join(self(left), self(right)))
        return self.leaf(torch.tensor([tree]))


def widths(start, factor):
    while True:
        yield start
        start = int(start * factor)


def make_layers(cfg, inp=3):
    for v in cfg:
        if v == "M":
            yield nn.MaxPool2d(2)
            continue
        yield from (nn.Conv2d(inp, v, 3, padding=1), nn.ReLU(inplace=True))
        inp = v


class FractalBlock(nn.Module):
    def __init__(self, columns, c):
        super().__init__()
        self.single = nn.Conv2d(c, c, 3, padding=1)
        self.deep = nn.Sequential(FractalBlock(columns - 1, c), FractalBlock(columns - 1, c)) if columns > 1 else None

    def forward(self, x):
        return self.single(x) if self.deep is None else (self.single(x) + self.deep(x)) / 2


assert unet_generator()(torch.rand(2, 3, 32, 32)).shape == (2, 3, 32, 32)
Hourglass(3, 6)(torch.rand(1, 6, 16, 24))
assert Tree()(((1, 2), (3, (4, 5)))).shape == (1, 6)
ws = list(itertools.islice(widths(4, 1.5), 4))
mlp = nn.Sequential(*(nn.Linear(a, b) for a, b in itertools.pairwise(ws)))
assert mlp(torch.rand(2, 4)).shape == (2, ws[-1])
vgg = nn.Sequential(*make_layers([8, "M", 16, 16, "M"]))
assert vgg(torch.rand(1, 3, 9, 9)).shape == (1, 16, 2, 2)
FractalBlock(3, 4)(torch.rand(1, 4, 5, 5))
