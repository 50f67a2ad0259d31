"""What many more operations and layers keep for backward, against what torch's autograd saves on the CPU."""

from __future__ import annotations

import pytest

from tests.memory.test_against_torch import NET, check

ATTENDING = "nn.MultiheadAttention(8, 2, batch_first=True)"
DROPPING = "nn.MultiheadAttention(8, 2, 0.1, batch_first=True)"
BODIES = [
    "F.scaled_dot_product_attention(x, x, x, is_causal=True)",
    "F.scaled_dot_product_attention(x, x, x, dropout_p=0.1)",
    "F.scaled_dot_product_attention(x, x, x, attn_mask=torch.zeros(16,16))",
    "F.scaled_dot_product_attention(t, t, t)", "F.scaled_dot_product_attention(t, k, k)",
    "F.scaled_dot_product_attention(x, x, x, attn_mask=torch.ones(16,16,dtype=torch.bool))",
    "F.scaled_dot_product_attention(x.transpose(1,2), x.transpose(1,2), x.transpose(1,2)).transpose(1,2)",
    "F.scaled_dot_product_attention(x, x[:, :2].repeat(1,4,1,1), x)", "torch.baddbmm(t @ k.mT, t, k.mT)",
    "torch.addmm(t[0], t[0], t[0].mT @ t[0])", "x.std((2,3))", "x.var(1)", "torch.outer(t[0,:,0],t[0,:,1])",
    "x.logsumexp(1)", "x.cumprod(1)", "torch.prod(x,1)", "x.tril()", "torch.maximum(x, x*2)", "torch.sin(x)",
    "x.gather(1, torch.zeros(2,1,16,16,dtype=torch.long))",
    "F.one_hot(torch.zeros(2,16,16,dtype=torch.long),8).permute(0,3,1,2)*x", "x.log_softmax(1)", "F.log_softmax(x,1)",
    "F.group_norm(x,2)", "F.rms_norm(x,(16,))", "F.grid_sample(x, torch.rand(2,8,8,2))", "F.pixel_shuffle(x,2)",
    "F.fold(F.unfold(x,3),16,3)", "F.unfold(x,3)", "x.square()", "x.rsqrt()", "x.reciprocal()",
    "torch.addcmul(x,x,x)", "x.masked_fill(torch.ones(16,16,dtype=torch.bool),0.)", "F.smooth_l1_loss(x,x*2)",
    "F.mse_loss(x,x*2)", "F.cross_entropy(x, torch.zeros(2,16,16,dtype=torch.long))",
    "F.binary_cross_entropy_with_logits(x, torch.rand(2,8,16,16))",
    "F.embedding(torch.zeros(2,3,dtype=torch.long), self.layer.weight)", "x.diff()", "torch.atan2(x,x*2)",
    "x.round()", "x.sign()", "x.floor()", "torch.floor(x)*x", "x.norm(dim=1)", "x.abs()", "F.hardtanh(x)",
    "F.prelu(x, self.layer.weight[0])", "F.softplus(x)", "F.logsigmoid(x)", "F.tanhshrink(x)", "F.softsign(x)",
    "F.glu(x,1)", "F.alpha_dropout(x,0.2,True)", "x.expm1()", "x.log1p()", "x.pow(3)", "x.pow(0.5)", "2**x",
    "x.mean()", "x.max()", "x.min(1)[0]", "x.sort(1)[0]", "x.topk(3,1)[0]",
    "x.scatter(1, torch.zeros(2,1,16,16,dtype=torch.long), 0.)", "x.clamp(min=0.)", "x.clip(0,1)",
    "torch.stack([x,x])", "F.pad(x, (1, 1, 1, 1), mode='reflect')", "F.pad(x, (1, 1, 2, 2), mode='replicate')",
    "F.pad(x, (1, 1, 1, 1), mode='circular')", "F.scaled_dot_product_attention(t, t, t, dropout_p=0.3)",
]  # fmt: skip
LAYERS = [
    (ATTENDING, "self.layer(t, k, k)[0]"),
    (ATTENDING, "self.layer(t, k, k, need_weights=False)[0]"),
    (ATTENDING, "self.layer(t, t, t, attn_mask=m)[0]"),
    (ATTENDING, "self.layer(t, t, t, attn_mask=m, need_weights=False)[0]"),
    (ATTENDING, "self.layer(t, t, t, key_padding_mask=p, need_weights=False)[0]"),
    (ATTENDING, "self.layer(query=t, key=t, value=t, need_weights=False)[0]"),
    (DROPPING, "self.layer(t, k, k)[0]"),
    (DROPPING, "self.layer(t, k, k, need_weights=False)[0]"),
    (DROPPING, "self.layer(t, t, t, attn_mask=m)[0]"),
    (DROPPING, "self.layer(t, t, t, attn_mask=m, need_weights=False)[0]"),
    (DROPPING, "self.layer(t, t, t, key_padding_mask=p, need_weights=False)[0]"),
    (DROPPING, "self.layer(query=t, key=t, value=t, need_weights=False)[0]"),
    ("nn.MultiheadAttention(8, 2, kdim=4, vdim=4, batch_first=True)", "self.layer(t, k[...,:4], k[...,:4])[0]"),
    ("nn.TransformerEncoderLayer(8,2,16,batch_first=True)", "self.layer(t)"),
    ("nn.TransformerEncoderLayer(8,2,16,dropout=0.0,batch_first=True,norm_first=True)", "self.layer(t)"),
    ("nn.TransformerEncoderLayer(8,2,16)", "self.layer(t)"),
    ("nn.TransformerDecoderLayer(8,2,16,batch_first=True)", "self.layer(t,k)"),
    ("nn.Transformer(8,2,1,1,16,batch_first=True)", "self.layer(k,t)"),
    ("nn.Conv2d(8,4,3,padding=1,padding_mode='reflect')", "self.layer(x)"),
    ("nn.Conv2d(8,4,3,padding=1,padding_mode='circular')", "self.layer(x)"),
    ("nn.Conv2d(8,4,4,padding='same')", "self.layer(x)"), ("nn.RMSNorm(16)", "self.layer(x)"),
    ("nn.FractionalMaxPool2d(2,output_size=8)", "self.layer(x)"), ("nn.ReflectionPad2d(2)", "self.layer(x)"),
    ("nn.ReplicationPad2d(2)", "self.layer(x)"), ("nn.GLU(1)", "self.layer(x)"),
    ("nn.AlphaDropout(0.2)", "self.layer(x)"), ("nn.Threshold(0.1,0.)", "self.layer(x)"),
    ("nn.Softsign()", "self.layer(x)"), ("nn.LogSigmoid()", "self.layer(x)"), ("nn.Tanhshrink()", "self.layer(x)"),
    ("nn.Hardshrink()", "self.layer(x)"), ("nn.Softshrink()", "self.layer(x)"), ("nn.Softmin(1)", "self.layer(x)"),
    ("nn.Unfold(3)", "self.layer(x)"), ("nn.ChannelShuffle(2)", "self.layer(x)"),
    ("nn.CrossEntropyLoss()", "self.layer(x, torch.zeros(2,16,16,dtype=torch.long))"),
    ("nn.MSELoss()", "self.layer(x, torch.zeros(2,8,16,16))"),
    ("nn.L1Loss()", "self.layer(x, torch.zeros(2,8,16,16))"),
    ("nn.BCEWithLogitsLoss()", "self.layer(x, torch.zeros(2,8,16,16))"),
    ("nn.SmoothL1Loss()", "self.layer(x, torch.zeros(2,8,16,16))"),
    ("nn.Conv2d(8, 4, 3, padding=1, padding_mode='replicate', stride=2)", "self.layer(x)"),
    ("nn.MultiheadAttention(8, 2)", "self.layer(t * 1, k2, k2)[0]"),
    ("nn.MultiheadAttention(8, 2, dropout=0.1)", "self.layer(t, k2, k2 * 2)[0]"),
    ("nn.MultiheadAttention(8, 2)", "self.layer(t * 1, k2, k2, need_weights=False)[0]"),
]  # fmt: skip


def net(layer: str, body: str) -> str:
    """Return a model with a sequence `t` of 256 steps, and shorter ones, beside the map `x`."""
    lines = ["t = x.flatten(2).mT", "k = t[:, :100] * 1", "k2 = t[:, :, :] * 2", "m = torch.zeros(256, 256)"]
    lines += ["p = torch.zeros(2, 256, dtype=torch.bool)", "y = "]
    return NET.format(layer=layer, body=body).replace("y = ", f"\n{' ' * 8}".join(lines), 1)


@pytest.mark.parametrize("body", BODIES)
def test_operations(body, tmp_path):
    check(net("nn.Linear(8, 4)", body), tmp_path)


@pytest.mark.parametrize(("layer", "body"), LAYERS)
def test_layers(layer, body, tmp_path):
    check(net(layer, body), tmp_path)
