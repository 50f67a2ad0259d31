"""Buffers, in-place work, masks, torch.where, positions and indexing of many kinds."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class PositionalEncoding(nn.Module):
    def __init__(self, d_model, dropout=0.1, max_len=50):
        super().__init__()
        self.dropout = nn.Dropout(p=dropout)
        pe = torch.zeros(max_len, d_model)
        position = torch.arange(0, max_len, dtype=torch.float).unsqueeze(1)
        div_term = torch.exp(torch.arange(0, d_model, 2).float() * (-math.log(10000.0) / d_model))
        pe[:, 0::2] = torch.sin(position * div_term)
        pe[:, 1::2] = torch.cos(position * div_term)
        pe = pe.unsqueeze(0).transpose(0, 1)
        self.register_buffer("pe", pe)

    def forward(self, x):
        x = x + self.pe[: x.size(0), :]
        return self.dropout(x)


class RelativeBias(nn.Module):
    def __init__(self, window=(3, 4), heads=2):
        super().__init__()
        self.window, self.heads = window, heads
        self.table = nn.Parameter(torch.zeros((2 * window[0] - 1) * (2 * window[1] - 1), heads))
        coords = torch.stack(torch.meshgrid([torch.arange(window[0]), torch.arange(window[1])], indexing="ij"))
        flat = torch.flatten(coords, 1)
        rel = flat[:, :, None] - flat[:, None, :]
        rel = rel.permute(1, 2, 0).contiguous()
        rel[:, :, 0] += window[0] - 1
        rel[:, :, 1] += window[1] - 1
        rel[:, :, 0] *= 2 * window[1] - 1
        self.register_buffer("index", rel.sum(-1))

    def forward(self, attn):
        n = self.window[0] * self.window[1]
        bias = self.table[self.index.view(-1)].view(n, n, -1).permute(2, 0, 1).contiguous()
        return attn + bias.unsqueeze(0)


class TransformerModel(nn.Module):
    def __init__(self, ntoken=20, ninp=8, nhead=2, nhid=16, nlayers=2):
        super().__init__()
        self.src_mask = None
        self.pos_encoder = PositionalEncoding(ninp)
        self.transformer_encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(ninp, nhead, nhid, 0.1), nlayers)
        self.encoder = nn.Embedding(ntoken, ninp)
        self.ninp = ninp
        self.decoder = nn.Linear(ninp, ntoken)

    def _generate_square_subsequent_mask(self, sz):
        mask = (torch.triu(torch.ones(sz, sz)) == 1).transpose(0, 1)
        return mask.float().masked_fill(mask == 0, float("-inf")).masked_fill(mask == 1, float(0.0))

    def forward(self, src, has_mask=True):
        if has_mask:
            if self.src_mask is None or self.src_mask.size(0) != len(src):
                self.src_mask = self._generate_square_subsequent_mask(len(src)).to(src.device)
        else:
            self.src_mask = None
        src = self.encoder(src) * math.sqrt(self.ninp)
        output = self.transformer_encoder(self.pos_encoder(src), self.src_mask)
        return F.log_softmax(self.decoder(output), dim=-1)


class VectorQuantizer(nn.Module):
    def __init__(self, n_e=10, e_dim=6):
        super().__init__()
        self.n_e, self.e_dim = n_e, e_dim
        self.embedding = nn.Embedding(n_e, e_dim)
        self.embedding.weight.data.uniform_(-1.0 / n_e, 1.0 / n_e)
        self.register_buffer("usage", torch.zeros(n_e))

    def forward(self, z):
        z = z.permute(0, 2, 3, 1).contiguous()
        flat = z.view(-1, self.e_dim)
        d = torch.sum(flat**2, dim=1, keepdim=True) + torch.sum(self.embedding.weight**2, dim=1) - 2 * torch.matmul(flat, self.embedding.weight.t())
        idx = torch.argmin(d, dim=1).unsqueeze(1)
        one_hot = torch.zeros(idx.shape[0], self.n_e)
        one_hot.scatter_(1, idx, 1)
        self.usage += one_hot.sum(0)
        z_q = torch.matmul(one_hot, self.embedding.weight).view(z.shape)
        z_q = z + (z_q - z).detach()
        return z_q.permute(0, 3, 1, 2).contiguous(), idx.view(z.shape[:-1])


m = TransformerModel()
for n in (7, 5):
    assert m(torch.randint(0, 20, (n, 3))).shape == (n, 3, 20)
m(torch.randint(0, 20, (4, 3)), has_mask=False)
RelativeBias()(torch.rand(2, 2, 12, 12))
q, ids = VectorQuantizer()(torch.rand(2, 6, 4, 5))
assert q.shape == (2, 6, 4, 5) and ids.shape == (2, 4, 5)
x = torch.rand(4, 5, 6)
mask = x > 0.5
y = torch.where(mask, x, torch.zeros_like(x))
y[mask] = 1.0
y[..., 0] = 0
y[:, [0, 2]] *= 2
y[torch.arange(4), torch.tensor([0, 1, 2, 3])] = torch.rand(4, 6)
assert y[None, :, None].shape == (1, 4, 1, 5, 6)
assert y[1:, ..., -2:].shape == (3, 5, 2)
assert y[torch.tensor([[0, 1], [2, 3]])].shape == (2, 2, 5, 6)
assert y[:, torch.tensor([1, 2]), :].shape == (4, 2, 6)
assert y[0][mask[0]].dim() == 1
x.requires_grad_(False).mul_(2).add_(1).clamp_(0, 1)
x.unsqueeze_(0).squeeze_(0)
nonzero = mask.nonzero()
assert nonzero.size(1) == 3
idx = torch.masked_select(x, mask)
