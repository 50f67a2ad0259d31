"""Small models whose accepted sizes differ in kind. Each takes (N, 3, H, W)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc = nn.Linear(16 * 5 * 5, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc(torch.flatten(x, 1))


class UNet(nn.Module):
    """Depth 4, the skips concatenated as they are."""

    def __init__(self, depth=4):
        super().__init__()
        self.first = nn.Conv2d(3, 2, 3, padding=1)
        self.downs = nn.ModuleList(nn.Conv2d(2, 2, 3, padding=1) for _ in range(depth))
        self.ups = nn.ModuleList(nn.ConvTranspose2d(2, 2, 2, stride=2) for _ in range(depth))
        self.merges = nn.ModuleList(nn.Conv2d(4, 2, 3, padding=1) for _ in range(depth))

    def forward(self, x):
        x = self.first(x)
        skips = []
        for down in self.downs:
            skips.append(x)
            x = down(F.max_pool2d(x, 2))
        for up, merge in zip(self.ups, self.merges, strict=True):
            x = merge(torch.cat([up(x), skips.pop()], dim=1))
        return x


class ResizingUNet(nn.Module):
    """The decoder takes the sizes of the skips."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 2, 3, padding=1)
        self.down1 = nn.Conv2d(2, 2, 3, stride=2, padding=1)
        self.down2 = nn.Conv2d(2, 2, 3, stride=2)
        self.last = nn.Conv2d(2, 1, 1)

    def forward(self, x):
        a = self.first(x)
        b = self.down1(a)
        c = self.down2(b)
        b = b + F.interpolate(c, size=b.shape[2:], mode="nearest")
        return self.last(a + F.interpolate(b, size=a.shape[-2:], mode="bilinear", align_corners=False))


class AutoEncoder(nn.Module):
    """Compared with its input; the output padding is right for sizes that both strides halve evenly."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(3, 4, 3, stride=2, padding=1), nn.Conv2d(4, 4, 3, stride=2, padding=1))
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(4, 4, 3, stride=2, padding=1, output_padding=1),
            nn.ConvTranspose2d(4, 3, 3, stride=2, padding=1, output_padding=1),
        )

    def forward(self, x):
        return x - self.decoder(self.encoder(x))


class OddAutoEncoder(nn.Module):
    """Without output padding, odd sizes are the ones that come back."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Conv2d(3, 4, 3, stride=2, padding=1)
        self.decoder = nn.ConvTranspose2d(4, 3, 3, stride=2, padding=1)

    def forward(self, x):
        return self.decoder(self.encoder(x)) * x


class Pyramid(nn.Module):
    """Spatial pyramid pooling of three levels."""

    def __init__(self):
        super().__init__()
        self.body = nn.Conv2d(3, 4, 3)
        self.fc = nn.Linear(4 * (1 + 4 + 9), 5)

    def forward(self, x):
        x = self.body(x)
        return self.fc(torch.cat([F.adaptive_max_pool2d(x, n).flatten(1) for n in (1, 2, 3)], dim=1))


class AtrousPyramid(nn.Module):
    """Branches of equal size with different dilations, and an image-level branch."""

    def __init__(self):
        super().__init__()
        self.branches = nn.ModuleList(nn.Conv2d(3, 2, 3, padding=rate, dilation=rate) for rate in (1, 6, 12))
        self.pool = nn.AvgPool2d(5, stride=3)

    def forward(self, x):
        y = torch.cat([branch(x) for branch in self.branches], dim=1)
        image = F.interpolate(self.pool(x), size=x.shape[-2:], mode="bilinear", align_corners=False)
        return torch.cat([y, image], dim=1)


class Adaptive(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 4, 7, stride=2, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2))
        self.pool = nn.AdaptiveAvgPool2d((2, 3))
        self.fc = nn.Linear(24, 5)

    def forward(self, x):
        return self.fc(self.pool(self.features(x)).flatten(1))


class Patches(nn.Module):
    """A patch embedding with an assert on the size, and learnt positions."""

    def __init__(self, size=32, patch=8):
        super().__init__()
        self.size = size
        self.project = nn.Conv2d(3, 6, patch, stride=patch)
        self.positions = nn.Parameter(torch.zeros(1, (size // patch) ** 2, 6))

    def forward(self, x):
        _, _, height, width = x.shape
        assert (height, width) == (self.size, self.size), f"{height}x{width} instead of {self.size}"
        return self.project(x).flatten(2).transpose(1, 2) + self.positions


class AnyPatches(nn.Module):
    """A patch embedding without an assert: the number of patches alone matters."""

    def __init__(self):
        super().__init__()
        self.project = nn.Conv2d(3, 6, 8, stride=8)
        self.positions = nn.Parameter(torch.zeros(1, 12, 6))

    def forward(self, x):
        return self.project(x).flatten(2).transpose(1, 2) + self.positions


class Windows(nn.Module):
    """Raises by itself unless the sizes are multiples of the window."""

    def __init__(self, window=6):
        super().__init__()
        self.window = window
        self.mix = nn.Linear(window * window, window * window)

    def forward(self, x):
        n, c, h, w = x.shape
        k = self.window
        if h % k != 0 or w % k != 0:
            raise ValueError("the size must be a multiple of the window")
        x = x.view(n, c, h // k, k, w // k, k).permute(0, 1, 2, 4, 3, 5)
        return self.mix(x.reshape(n, c, -1, k * k))


class Convolutional(nn.Module):
    """A classifier without a linear layer."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 3), nn.Conv2d(4, 4, 3), nn.Conv2d(4, 10, 1))

    def forward(self, x):
        return self.net(x).mean(dim=(2, 3))


class Padded(nn.Module):
    """Pads to a multiple of 8 first; reflection needs more cells than it adds."""

    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(3, 2, 8, stride=8)
        self.up = nn.ConvTranspose2d(2, 3, 8, stride=8)

    def forward(self, x):
        h, w = x.shape[-2:]
        y = F.pad(x, (0, -w % 8, 0, -h % 8), mode="reflect")
        y = self.up(self.down(y))
        return y[..., :h, :w] + x


class Cropping(nn.Module):
    """Takes a different way for large inputs, which fails for odd ones."""

    def __init__(self):
        super().__init__()
        self.small = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x):
        if x.size(2) > 40:
            half = x.size(2) // 2
            return torch.cat([x[:, :, :half], x[:, :, half:]], dim=1)
        return self.small(x)


class Residual(nn.Module):
    """A shortcut that is pooled in ceil mode, beside a convolution that rounds down."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 4, stride=3, padding=1)
        self.pool = nn.MaxPool2d(2, stride=3, ceil_mode=True)

    def forward(self, x):
        return self.conv(x) + self.pool(x)


class Shuffle(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.PixelUnshuffle(3)
        self.conv = nn.Conv2d(27, 9 * 2, 3)
        self.up = nn.PixelShuffle(3)

    def forward(self, x):
        return self.up(self.conv(self.down(x)))


class ConcatenatingUNet(nn.Module):
    """The decoder resizes to the skip, and the two are concatenated."""

    def __init__(self):
        super().__init__()
        self.widths = (3, 4, 6, 8)
        pairs = list(zip(self.widths, self.widths[1:]))  # noqa: B905
        self.downs = nn.ModuleList(nn.Conv2d(a, b, 3, stride=2, padding=1) for a, b in pairs)
        self.ups = nn.ModuleList(nn.Conv2d(a + b, a, 1) for a, b in reversed(pairs))

    def forward(self, x):
        skips = []
        for down in self.downs:
            skips.append(x)
            x = down(x)
        for up in self.ups:
            skip = skips.pop()
            x = F.interpolate(x, size=skip.shape[2:], mode="bilinear", align_corners=False)
            x = up(torch.cat([x, skip], dim=1))
        return x


class Generator(nn.Module):
    """Transposed convolutions that cut a border off: small maps vanish, and the last one must not be too small."""

    def __init__(self):
        super().__init__()
        self.first = nn.ConvTranspose2d(3, 4, 3, stride=1, padding=3)
        self.second = nn.ConvTranspose2d(4, 4, 4, stride=3, padding=2, output_padding=2)
        self.last = nn.Conv2d(4, 3, 5)

    def forward(self, x):
        return self.last(self.second(self.first(x)))


class Halved(nn.Module):
    """Two ways to half of the size, which differ for odd sizes."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, stride=2, padding=1)

    def forward(self, x):
        return self.conv(x) + F.interpolate(x, scale_factor=0.5, mode="nearest")


class Unfolded(nn.Module):
    """As many blocks as a layer was built for, and put together again."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Linear(24, 24)

    def forward(self, x):
        h, w = x.shape[-2:]
        blocks = F.unfold(x, kernel_size=4, stride=4)
        return F.fold(self.mix(blocks), (h, w), kernel_size=4, stride=4)


class Attention(nn.Module):
    """Windows of 5 after padding to them, shifted, and a table of positions as large as a window."""

    def __init__(self, window=5):
        super().__init__()
        self.window = window
        self.embed = nn.Conv2d(3, 8, 2, stride=2)
        self.table = nn.Parameter(torch.zeros(window * window, window * window))
        self.qkv = nn.Linear(8, 24)

    def forward(self, x):
        x = self.embed(x).permute(0, 2, 3, 1)
        n, h, w, c = x.shape
        k = self.window
        down, right = (k - h % k) % k, (k - w % k) % k
        x = F.pad(x, (0, 0, 0, right, 0, down))
        x = torch.roll(x, (-2, -2), (1, 2))
        hp, wp = h + down, w + right
        x = x.view(n, hp // k, k, wp // k, k, c).transpose(2, 3).reshape(-1, k * k, c)
        q, key, v = self.qkv(x).chunk(3, dim=-1)
        x = ((q @ key.transpose(-2, -1) + self.table).softmax(-1) @ v).view(n, hp // k, wp // k, k, k, c)
        x = x.transpose(2, 3).reshape(n, hp, wp, c)
        return torch.roll(x, (2, 2), (1, 2))[:, :h, :w].contiguous()


class Grid(nn.Module):
    """Coordinates of the cells' middles, from the third row on."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm2d(3)

    def forward(self, x):
        h, w = self.norm(x).shape[2:]
        rows = torch.arange(2.5, h, dtype=torch.float32) / h
        return x[:, :, 2:] * rows[:, None] + torch.arange(0.5, w)
