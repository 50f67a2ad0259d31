"""Reshapes of many kinds: shuffles, windows, patches, folded time, pixel (un)shuffle."""
import torch
import torch.nn as nn


def channel_shuffle(x, groups: int):
    b, c, h, w = x.size()
    x = x.view(b, groups, c // groups, h, w)
    x = torch.transpose(x, 1, 2).contiguous()
    return x.view(b, -1, h, w)


def window_partition(x, window_size):
    B, H, W, C = x.shape
    x = x.view(B, H // window_size, window_size, W // window_size, window_size, C)
    return x.permute(0, 1, 3, 2, 4, 5).contiguous().view(-1, window_size, window_size, C)


def window_reverse(windows, window_size, H, W):
    B = int(windows.shape[0] / (H * W / window_size / window_size))
    x = windows.view(B, H // window_size, W // window_size, window_size, window_size, -1)
    return x.permute(0, 1, 3, 2, 4, 5).contiguous().view(B, H, W, -1)


class ShuffleUnit(nn.Module):
    def __init__(self, inp, out, stride):
        super().__init__()
        branch = out // 2
        self.stride = stride
        if stride > 1:
            self.branch1 = nn.Sequential(nn.Conv2d(inp, inp, 3, stride, 1, groups=inp), nn.Conv2d(inp, branch, 1))
        else:
            self.branch1 = nn.Sequential()
        self.branch2 = nn.Sequential(
            nn.Conv2d(inp if stride > 1 else branch, branch, 1), nn.Conv2d(branch, branch, 3, stride, 1, groups=branch)
        )

    def forward(self, x):
        if self.stride == 1:
            x1, x2 = x.chunk(2, dim=1)
            out = torch.cat((x1, self.branch2(x2)), dim=1)
        else:
            out = torch.cat((self.branch1(x), self.branch2(x)), dim=1)
        return channel_shuffle(out, 2)


class Focus(nn.Module):
    def __init__(self, inp, out):
        super().__init__()
        self.conv = nn.Conv2d(inp * 4, out, 1)

    def forward(self, x):
        return self.conv(torch.cat([x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]], 1))


class TimeDistributed(nn.Module):
    def __init__(self, module, batch_first=True):
        super().__init__()
        self.module = module
        self.batch_first = batch_first

    def forward(self, x):
        if len(x.size()) <= 2:
            return self.module(x)
        x_reshape = x.contiguous().view(-1, *x.shape[2:])
        y = self.module(x_reshape)
        if self.batch_first:
            return y.contiguous().view(x.size(0), -1, *y.shape[1:])
        return y.view(-1, x.size(1), *y.shape[1:])


class SR(nn.Module):
    def __init__(self, scale, nf=8):
        super().__init__()
        layers = [nn.Conv2d(3, nf, 3, padding=1)]
        s = scale
        while s > 1:
            factor = 2 if s % 2 == 0 else 3
            layers += [nn.Conv2d(nf, nf * factor**2, 3, padding=1), nn.PixelShuffle(factor), nn.PReLU(nf)]
            s //= factor
        layers.append(nn.Conv2d(nf, 3, 9, padding=4))
        self.body = nn.Sequential(*layers)
        self.scale = scale

    def forward(self, x):
        up = nn.functional.interpolate(x, scale_factor=self.scale, mode="bicubic", align_corners=False)
        return self.body(x) + up


class SpaceToDepth(nn.Module):
    def forward(self, x, bs=4):
        N, C, H, W = x.size()
        x = x.view(N, C, H // bs, bs, W // bs, bs)
        x = x.permute(0, 3, 5, 1, 2, 4).contiguous()
        return x.view(N, C * (bs**2), H // bs, W // bs)


x = torch.randn(2, 8, 12, 12)
x = ShuffleUnit(8, 16, 2)(x)
x = ShuffleUnit(16, 16, 1)(x)
assert x.shape == (2, 16, 6, 6)
w = window_partition(x.permute(0, 2, 3, 1).contiguous(), 3)
assert w.shape == (8, 3, 3, 16)
assert window_reverse(w, 3, 6, 6).shape == (2, 6, 6, 16)
assert Focus(3, 8)(torch.randn(1, 3, 10, 12)).shape == (1, 8, 5, 6)
assert TimeDistributed(nn.Conv2d(3, 4, 3))(torch.randn(2, 5, 3, 8, 8)).shape == (2, 5, 4, 6, 6)
assert TimeDistributed(nn.Linear(3, 4), batch_first=False)(torch.randn(5, 2, 3)).shape == (5, 2, 4)
for scale in (2, 3, 4, 6):
    assert SR(scale)(torch.randn(1, 3, 5, 6)).shape == (1, 3, 5 * scale, 6 * scale)
assert SpaceToDepth()(torch.randn(1, 3, 8, 8)).shape == (1, 48, 2, 2)
p = torch.randn(2, 3, 12, 12).unfold(2, 4, 4).unfold(3, 4, 4)
p = p.permute(0, 2, 3, 1, 4, 5).reshape(2, -1, 3 * 4 * 4)
assert p.shape == (2, 9, 48)
assert nn.Unflatten(1, (3, 4, 4))(p[:, 0]).shape == (2, 3, 4, 4)
assert p.unflatten(-1, (3, -1)).movedim(2, 0).shape == (3, 2, 9, 16)
