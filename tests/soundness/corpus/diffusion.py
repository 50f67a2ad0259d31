"""A diffusion U-Net with time embeddings, skips on a stack, and a sampler."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


def timestep_embedding(t, dim, max_period=10000):
    half = dim // 2
    freqs = torch.exp(-math.log(max_period) * torch.arange(half, dtype=torch.float32) / half)
    args = t[:, None].float() * freqs[None]
    emb = torch.cat([torch.cos(args), torch.sin(args)], dim=-1)
    if dim % 2:
        emb = torch.cat([emb, torch.zeros_like(emb[:, :1])], dim=-1)
    return emb


class TimestepBlock(nn.Module):
    pass


class TimestepSequential(nn.Sequential, TimestepBlock):
    def forward(self, x, emb):
        for layer in self:
            x = layer(x, emb) if isinstance(layer, TimestepBlock) else layer(x)
        return x


def zero_module(module):
    for p in module.parameters():
        p.detach().zero_()
    return module


class ResBlock(TimestepBlock):
    def __init__(self, channels, emb, out=None, scale_shift=False):
        super().__init__()
        out = out or channels
        self.scale_shift = scale_shift
        self.in_layers = nn.Sequential(nn.GroupNorm(4, channels), nn.SiLU(), nn.Conv2d(channels, out, 3, padding=1))
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(emb, 2 * out if scale_shift else out))
        self.out_layers = nn.Sequential(nn.GroupNorm(4, out), nn.SiLU(), nn.Dropout(0.1), zero_module(nn.Conv2d(out, out, 3, padding=1)))
        self.skip = nn.Identity() if out == channels else nn.Conv2d(channels, out, 1)

    def forward(self, x, emb):
        h = self.in_layers(x)
        emb_out = self.emb_layers(emb).type(h.dtype)
        while len(emb_out.shape) < len(h.shape):
            emb_out = emb_out[..., None]
        if self.scale_shift:
            norm, rest = self.out_layers[0], self.out_layers[1:]
            scale, shift = torch.chunk(emb_out, 2, dim=1)
            h = rest(norm(h) * (1 + scale) + shift)
        else:
            h = self.out_layers(h + emb_out)
        return self.skip(x) + h


class AttentionBlock(nn.Module):
    def __init__(self, channels, heads=2):
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(4, channels)
        self.qkv = nn.Conv1d(channels, channels * 3, 1)
        self.proj = zero_module(nn.Conv1d(channels, channels, 1))

    def forward(self, x):
        b, c, *spatial = x.shape
        x = x.reshape(b, c, -1)
        qkv = self.qkv(self.norm(x))
        qkv = qkv.reshape(b * self.heads, -1, qkv.shape[2])
        ch = qkv.shape[1] // 3
        q, k, v = torch.split(qkv, ch, dim=1)
        w = torch.softmax(torch.einsum("bct,bcs->bts", q, k) / math.sqrt(ch), dim=-1)
        h = torch.einsum("bts,bcs->bct", w, v).reshape(b, -1, qkv.shape[-1])
        return (x + self.proj(h)).reshape(b, c, *spatial)


class Downsample(nn.Module):
    def __init__(self, c, conv=True):
        super().__init__()
        self.op = nn.Conv2d(c, c, 3, stride=2, padding=1) if conv else nn.AvgPool2d(2)

    def forward(self, x):
        return self.op(x)


class Upsample(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv = nn.Conv2d(c, c, 3, padding=1)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2, mode="nearest"))


class UNetModel(nn.Module):
    def __init__(self, inp=3, mc=8, out=3, num_res=1, attn=(2,), mult=(1, 2), classes=None, scale_shift=False):
        super().__init__()
        self.mc, self.classes = mc, classes
        emb = mc * 4
        self.time_embed = nn.Sequential(nn.Linear(mc, emb), nn.SiLU(), nn.Linear(emb, emb))
        if classes is not None:
            self.label_emb = nn.Embedding(classes, emb)
        self.input_blocks = nn.ModuleList([TimestepSequential(nn.Conv2d(inp, mc, 3, padding=1))])
        chans, ch, ds = [mc], mc, 1
        for level, m in enumerate(mult):
            for _ in range(num_res):
                layers = [ResBlock(ch, emb, out=m * mc, scale_shift=scale_shift)]
                ch = m * mc
                if ds in attn:
                    layers.append(AttentionBlock(ch))
                self.input_blocks.append(TimestepSequential(*layers))
                chans.append(ch)
            if level != len(mult) - 1:
                self.input_blocks.append(TimestepSequential(Downsample(ch)))
                chans.append(ch)
                ds *= 2
        self.middle = TimestepSequential(ResBlock(ch, emb), AttentionBlock(ch), ResBlock(ch, emb))
        self.output_blocks = nn.ModuleList([])
        for level, m in list(enumerate(mult))[::-1]:
            for i in range(num_res + 1):
                layers = [ResBlock(ch + chans.pop(), emb, out=mc * m, scale_shift=scale_shift)]
                ch = mc * m
                if level and i == num_res:
                    layers.append(Upsample(ch))
                    ds //= 2
                self.output_blocks.append(TimestepSequential(*layers))
        self.out = nn.Sequential(nn.GroupNorm(4, ch), nn.SiLU(), zero_module(nn.Conv2d(mc, out, 3, padding=1)))

    def forward(self, x, timesteps, y=None):
        assert (y is not None) == (self.classes is not None)
        hs = []
        emb = self.time_embed(timestep_embedding(timesteps, self.mc))
        if self.classes is not None:
            assert y.shape == (x.shape[0],)
            emb = emb + self.label_emb(y)
        h = x
        for module in self.input_blocks:
            h = module(h, emb)
            hs.append(h)
        h = self.middle(h, emb)
        for module in self.output_blocks:
            h = module(torch.cat([h, hs.pop()], dim=1), emb)
        return self.out(h)


class Diffusion(nn.Module):
    def __init__(self, model, steps=4):
        super().__init__()
        self.model, self.steps = model, steps
        betas = torch.linspace(1e-4, 0.02, steps)
        for name, value in {"betas": betas, "abar": torch.cumprod(1 - betas, 0)}.items():
            self.register_buffer(name, value)

    def forward(self, x, *args):
        t = torch.randint(0, self.steps, (x.shape[0],))
        noise = torch.randn_like(x)
        abar = self.abar.gather(-1, t).reshape(x.shape[0], *((1,) * (len(x.shape) - 1)))
        xt = abar.sqrt() * x + (1 - abar).sqrt() * noise
        return F.mse_loss(self.model(xt, t, *args), noise)

    @torch.no_grad()
    def sample(self, shape):
        x = torch.randn(shape)
        for i in reversed(range(self.steps)):
            t = torch.full((shape[0],), i, dtype=torch.long)
            x = x - 0.1 * self.model(x, t)
            if i > 0:
                x = x + self.betas[i].sqrt() * torch.randn_like(x)
        return x


d = Diffusion(UNetModel())
d(torch.rand(2, 3, 16, 16)).backward()
assert d.sample((2, 3, 8, 8)).shape == (2, 3, 8, 8)
c = Diffusion(UNetModel(classes=5, scale_shift=True, mult=(1, 2, 2), num_res=2))
c(torch.rand(2, 3, 16, 16), torch.tensor([0, 4])).backward()
