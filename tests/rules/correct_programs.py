"""Programs as people write them, in which nothing is silently wrong: rules about silent faults must say nothing."""

CORRECT: dict[str, str] = {
    "attention of a small GPT": """
import math, torch, torch.nn as nn
from torch.nn import functional as F


class CausalSelfAttention(nn.Module):
    def __init__(self, n_embd=64, n_head=4, block_size=32):
        super().__init__()
        self.c_attn = nn.Linear(n_embd, 3 * n_embd)
        self.c_proj = nn.Linear(n_embd, n_embd)
        self.n_head, self.n_embd = n_head, n_embd
        self.register_buffer(
            "bias", torch.tril(torch.ones(block_size, block_size)).view(1, 1, block_size, block_size)
        )

    def forward(self, x):
        B, T, C = x.size()
        q, k, v = self.c_attn(x).split(self.n_embd, dim=2)
        k = k.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
        q = q.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
        v = v.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
        att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
        att = att.masked_fill(self.bias[:, :, :T, :T] == 0, float("-inf"))
        att = F.softmax(att, dim=-1)
        y = att @ v
        y = y.transpose(1, 2).contiguous().view(B, T, C)
        return self.c_proj(y)


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.wte = nn.Embedding(65, 64)
        self.wpe = nn.Embedding(32, 64)
        self.attn = CausalSelfAttention()
        self.ln = nn.LayerNorm(64)
        self.lm_head = nn.Linear(64, 65)

    def forward(self, idx, targets=None):
        b, t = idx.size()
        pos = torch.arange(0, t)
        x = self.wte(idx) + self.wpe(pos)
        x = x + self.attn(self.ln(x))
        logits = self.lm_head(x)
        loss = (
            F.cross_entropy(logits.view(-1, logits.size(-1)), targets.view(-1), ignore_index=-1)
            if targets is not None
            else None
        )
        return logits, loss


x = torch.zeros(8, 16, dtype=torch.long)
logits, loss = GPT()(x, x)
probs = F.softmax(logits[:, -1, :], dim=-1)
""",
    "text as steps × samples": """
import torch, torch.nn as nn


class RNN(nn.Module):
    def __init__(self, vocab, emb, hid, out):
        super().__init__()
        self.embedding = nn.Embedding(vocab, emb)
        self.rnn = nn.LSTM(emb, hid, num_layers=2, bidirectional=True, dropout=0.5)
        self.fc = nn.Linear(hid * 2, out)
        self.dropout = nn.Dropout(0.5)

    def forward(self, text):
        embedded = self.dropout(self.embedding(text))
        output, (hidden, cell) = self.rnn(embedded)
        hidden = self.dropout(torch.cat((hidden[-2, :, :], hidden[-1, :, :]), dim=1))
        return self.fc(hidden)


model = RNN(1000, 32, 64, 1)
crit = nn.BCEWithLogitsLoss()
pred = model(torch.zeros(20, 8, dtype=torch.long)).squeeze(1)
loss = crit(pred, torch.ones(8))
""",
    "one step at a time": """
import torch, torch.nn as nn, torch.nn.functional as F


class EncoderRNN(nn.Module):
    def __init__(self, n=100, h=32):
        super().__init__()
        self.embedding = nn.Embedding(n, h)
        self.gru = nn.GRU(h, h)

    def forward(self, input, hidden):
        embedded = self.embedding(input).view(1, 1, -1)
        return self.gru(embedded, hidden)


class AttnDecoderRNN(nn.Module):
    def __init__(self, h=32, out=50, max_length=10):
        super().__init__()
        self.embedding = nn.Embedding(out, h)
        self.attn = nn.Linear(h * 2, max_length)
        self.combine = nn.Linear(h * 2, h)
        self.gru = nn.GRU(h, h)
        self.out = nn.Linear(h, out)

    def forward(self, input, hidden, encoder_outputs):
        embedded = self.embedding(input).view(1, 1, -1)
        w = F.softmax(self.attn(torch.cat((embedded[0], hidden[0]), 1)), dim=1)
        applied = torch.bmm(w.unsqueeze(0), encoder_outputs.unsqueeze(0))
        output = F.relu(self.combine(torch.cat((embedded[0], applied[0]), 1)).unsqueeze(0))
        output, hidden = self.gru(output, hidden)
        return F.log_softmax(self.out(output[0]), dim=1), hidden


enc, dec = EncoderRNN(), AttnDecoderRNN()
h = torch.zeros(1, 1, 32)
outs = torch.zeros(10, 32)
for i in range(5):
    o, h = enc(torch.tensor([[i]]), h)
    outs[i] = o[0, 0]
d, h = dec(torch.tensor([[0]]), h, outs)
nn.NLLLoss()(d, torch.tensor([3]))
""",
    "policy gradients and Q-learning": """
import torch, torch.nn as nn, torch.nn.functional as F
from torch.distributions import Categorical


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.affine1 = nn.Linear(4, 128)
        self.dropout = nn.Dropout(p=0.6)
        self.affine2 = nn.Linear(128, 2)

    def forward(self, x):
        x = F.relu(self.dropout(self.affine1(x)))
        return F.softmax(self.affine2(x), dim=1)


class ActorCritic(nn.Module):
    def __init__(self):
        super().__init__()
        self.affine1 = nn.Linear(4, 128)
        self.action_head = nn.Linear(128, 2)
        self.value_head = nn.Linear(128, 1)

    def forward(self, x):
        x = F.relu(self.affine1(x))
        return F.softmax(self.action_head(x), dim=-1), self.value_head(x)


probs = Policy()(torch.randn(1, 4))
m = Categorical(probs)
a = m.sample()
loss = -m.log_prob(a) * 1.0
p, v = ActorCritic()(torch.randn(4))
F.smooth_l1_loss(v, torch.tensor([1.0]))
q = nn.Linear(4, 2)
s = torch.randn(128, 4)
state_action_values = q(s).gather(1, torch.zeros(128, 1, dtype=torch.long))
expected = torch.zeros(128)
nn.SmoothL1Loss()(state_action_values, expected.unsqueeze(1))
# advantage weighted regression
w = F.softmax(torch.randn(128, 1) / 0.3, dim=0)
""",
    "attention over graphs and sets": """
import torch, torch.nn as nn, torch.nn.functional as F


class GAT(nn.Module):
    def __init__(self):
        super().__init__()
        self.W = nn.Linear(16, 8)
        self.a = nn.Linear(16, 1)
        self.out = nn.Linear(8, 7)

    def forward(self, x, adj):
        h = self.W(x)
        N = h.size(0)
        a = torch.cat([h.repeat(1, N).view(N * N, -1), h.repeat(N, 1)], dim=1).view(N, N, 16)
        e = F.leaky_relu(self.a(a).squeeze(2))
        att = F.softmax(torch.where(adj > 0, e, torch.full_like(e, -9e15)), dim=1)
        att2 = F.softmax(e, dim=0)
        return F.log_softmax(self.out(F.elu(att @ h + att2.t() @ h)), dim=1)


x = torch.randn(20, 16)
adj = torch.ones(20, 20)
F.nll_loss(GAT()(x, adj)[:5], torch.zeros(5, dtype=torch.long))


class WaveNetAdj(nn.Module):
    def __init__(self):
        super().__init__()
        self.e1 = nn.Parameter(torch.randn(20, 10))
        self.e2 = nn.Parameter(torch.randn(10, 20))

    def forward(self, x):
        return F.softmax(F.relu(torch.mm(self.e1, self.e2)), dim=1) @ x


WaveNetAdj()(x)


class GlobalAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate = nn.Linear(16, 1)
        self.multi = nn.Linear(16, 3)

    def forward(self, x):
        g = torch.softmax(self.gate(x), dim=0)
        m = torch.softmax(self.multi(x), dim=0)
        return (g * x).sum(0), m.t() @ x


GlobalAttention()(x)
""",
    "contrastive losses and marginals": """
import torch, torch.nn as nn, torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

img, txt = nn.Linear(512, 64), nn.Linear(300, 64)
loader = DataLoader(TensorDataset(torch.randn(64, 512), torch.randn(64, 300)), batch_size=16, shuffle=True)
for a, b in loader:
    i, t = F.normalize(img(a), dim=1), F.normalize(txt(b), dim=1)
    logits = i @ t.t() / 0.07
    labels = torch.arange(logits.size(0))
    loss = (F.cross_entropy(logits, labels) + F.cross_entropy(logits.t(), labels)) / 2
    p = logits.softmax(dim=0)
    q = F.softmax(img(a), dim=0)
    marginal = (q * i).sum(0)
    za = (img(a) - img(a).mean(0)) / img(a).std(0)
""",
    "windows and patches": """
import torch, torch.nn as nn


def window_partition(x, ws):
    B, H, W, C = x.shape
    x = x.view(B, H // ws, ws, W // ws, ws, C)
    return x.permute(0, 1, 3, 2, 4, 5).contiguous().view(-1, ws, ws, C)


def window_reverse(windows, ws, H, W):
    B = int(windows.shape[0] / (H * W / ws / ws))
    x = windows.view(B, H // ws, W // ws, ws, ws, -1)
    return x.permute(0, 1, 3, 2, 4, 5).contiguous().view(B, H, W, -1)


class WindowAttention(nn.Module):
    def __init__(self, dim=32, heads=4):
        super().__init__()
        self.heads = heads
        self.scale = (dim // heads) ** -0.5
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x):
        B_, N, C = x.shape
        qkv = self.qkv(x).reshape(B_, N, 3, self.heads, C // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        attn = ((q * self.scale) @ k.transpose(-2, -1)).softmax(-1)
        x = (attn @ v).transpose(1, 2).reshape(B_, N, C)
        return self.proj(x)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attn = WindowAttention()
        self.norm = nn.LayerNorm(32)

    def forward(self, x):
        B, H, W, C = x.shape
        w = window_partition(self.norm(x), 7).view(-1, 49, C)
        w = self.attn(w).view(-1, 7, 7, C)
        return x + window_reverse(w, 7, H, W)


Block()(torch.randn(2, 14, 28, 32))


class Patches(nn.Module):
    def __init__(self):
        super().__init__()
        self.proj = nn.Conv2d(3, 32, 4, stride=4)
        self.head = nn.Linear(32, 48)

    def forward(self, x):
        x = self.proj(x)
        B, C, H, W = x.shape
        t = x.flatten(2).transpose(1, 2)
        y = self.head(t)
        y = y.reshape(B, H, W, 4, 4, 3)
        y = torch.einsum("nhwpqc->nchpwq", y)
        return y.reshape(B, 3, H * 4, W * 4), t.transpose(1, 2).reshape(B, C, H, W)


Patches()(torch.randn(2, 3, 28, 56))
""",
    "relative positions, shuffles and heads": """
import torch, torch.nn as nn


def rel_shift(x):
    zero_pad = torch.zeros((x.size(0), 1, *x.size()[2:]))
    x_padded = torch.cat([zero_pad, x], dim=1)
    x_padded = x_padded.view(x.size(1) + 1, x.size(0), *x.size()[2:])
    return x_padded[1:].view_as(x)


rel_shift(torch.randn(5, 9, 2, 4))


def skew(qer):
    p = nn.functional.pad(qer, (1, 0))
    p = p.reshape(p.size(0), p.size(1), p.size(3), p.size(2))
    return p[:, :, 1:, :]


skew(torch.randn(2, 4, 7, 7))


class Fairseq(nn.Module):
    def __init__(self, e=32, h=4):
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(e, e) for _ in range(4))
        self.h = h

    def forward(self, query):
        T, B, E = query.size()
        d = E // self.h
        q = self.q(query).contiguous().view(T, B * self.h, d).transpose(0, 1)
        k = self.k(query).contiguous().view(-1, B * self.h, d).transpose(0, 1)
        v = self.v(query).contiguous().view(-1, B * self.h, d).transpose(0, 1)
        w = torch.bmm(q, k.transpose(1, 2)).softmax(-1)
        a = torch.bmm(w, v)
        a = a.transpose(0, 1).contiguous().view(T, B, E)
        avg = w.view(B, self.h, T, T).mean(1)
        return self.o(a), avg


Fairseq()(torch.randn(7, 3, 32))


def pixel(x):
    n, c, h, w = x.shape
    x = x.view(n, c, h // 2, 2, w // 2, 2).permute(0, 1, 3, 5, 2, 4)
    return x.reshape(n, c * 4, h // 2, w // 2)


pixel(torch.randn(2, 3, 8, 12))


def yolo(x, na=3, no=85):
    bs, _, ny, nx = x.shape
    return x.view(bs, na, no, ny, nx).permute(0, 1, 3, 4, 2).contiguous().view(bs, -1, no)


yolo(nn.Conv2d(16, 255, 1)(torch.randn(2, 16, 13, 20)))


def ssd(x):
    return x.permute(0, 2, 3, 1).reshape(x.size(0), -1, 4)


ssd(nn.Conv2d(16, 24, 3, padding=1)(torch.randn(2, 16, 19, 19)))
""",
    "columns, clips and layouts": """
import torch, torch.nn as nn


class BidirectionalLSTM(nn.Module):
    def __init__(self, nIn, nHidden, nOut):
        super().__init__()
        self.rnn = nn.LSTM(nIn, nHidden, bidirectional=True)
        self.embedding = nn.Linear(nHidden * 2, nOut)

    def forward(self, input):
        recurrent, _ = self.rnn(input)
        T, b, h = recurrent.size()
        t_rec = recurrent.view(T * b, h)
        output = self.embedding(t_rec)
        return output.view(T, b, -1)


class CRNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.cnn = nn.Sequential(nn.Conv2d(1, 16, 3, 1, 1), nn.ReLU(), nn.MaxPool2d((32, 2)))
        self.rnn = nn.Sequential(BidirectionalLSTM(16, 32, 32), BidirectionalLSTM(32, 32, 37))

    def forward(self, x):
        conv = self.cnn(x)
        conv = conv.squeeze(2).permute(2, 0, 1)
        return self.rnn(conv)


out = CRNN()(torch.randn(4, 1, 32, 100))
nn.CTCLoss()(
    out.log_softmax(2), torch.zeros(4, 5, dtype=torch.long), torch.full((4,), 50), torch.full((4,), 5)
)


class VideoLSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.cnn = nn.Sequential(nn.Conv2d(3, 8, 3), nn.AdaptiveAvgPool2d(1))
        self.lstm = nn.LSTM(8, 16)
        self.fc = nn.Linear(16, 5)

    def forward(self, clips):
        b, t, c, h, w = clips.shape
        f = self.cnn(clips.view(b * t, c, h, w)).view(b, t, -1)
        out, _ = self.lstm(f.transpose(0, 1))
        return self.fc(out[-1])


VideoLSTM()(torch.randn(2, 6, 3, 16, 16))


class Enc(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(100, 32)
        self.enc = nn.TransformerEncoder(nn.TransformerEncoderLayer(32, 4), 2)
        self.fc = nn.Linear(32, 3)

    def forward(self, src):
        x = self.embed(src).permute(1, 0, 2)
        x = self.enc(x)
        return self.fc(x.mean(dim=0)), self.fc(x.permute(1, 0, 2)[:, 0]), self.fc(x[0])


Enc()(torch.zeros(4, 9, dtype=torch.long))


class Fc(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(1, 16, 5)
        self.lstm = nn.LSTM(16, 32, batch_first=True)
        self.fc = nn.Linear(32, 2)

    def forward(self, x):
        y = self.conv(x).permute(0, 2, 1)
        o, (h, c) = self.lstm(y)
        return self.fc(o[:, -1, :]) + self.fc(h[-1])


Fc()(torch.randn(3, 1, 40))
""",
    "one sentence as a batch of words": """
import torch, torch.nn as nn, torch.nn.functional as F


class LSTMTagger(nn.Module):
    def __init__(self, e=6, h=6, v=9, t=3):
        super().__init__()
        self.hidden_dim = h
        self.word_embeddings = nn.Embedding(v, e)
        self.lstm = nn.LSTM(e, h)
        self.hidden2tag = nn.Linear(h, t)

    def forward(self, sentence):
        embeds = self.word_embeddings(sentence)
        lstm_out, _ = self.lstm(embeds.view(len(sentence), 1, -1))
        tag_space = self.hidden2tag(lstm_out.view(len(sentence), -1))
        return F.log_softmax(tag_space, dim=1)


nn.NLLLoss()(LSTMTagger()(torch.zeros(5, dtype=torch.long)), torch.zeros(5, dtype=torch.long))


class CharRNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(57, 128)
        self.fc = nn.Linear(128, 18)
        self.softmax = nn.LogSoftmax(dim=1)

    def forward(self, line):
        out, hidden = self.lstm(line)
        return self.softmax(self.fc(hidden[0][0]))


nn.NLLLoss()(CharRNN()(torch.randn(6, 1, 57)), torch.tensor([3]))


class LM(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.2)
        self.encoder = nn.Embedding(50, 16)
        self.rnn = nn.LSTM(16, 16, 2)
        self.decoder = nn.Linear(16, 50)

    def forward(self, input, hidden):
        emb = self.drop(self.encoder(input))
        output, hidden = self.rnn(emb, hidden)
        decoded = self.decoder(self.drop(output)).view(-1, 50)
        return F.log_softmax(decoded, dim=1), hidden


o, h = LM()(torch.zeros(35, 20, dtype=torch.long), (torch.zeros(2, 20, 16), torch.zeros(2, 20, 16)))
nn.NLLLoss()(o, torch.zeros(700, dtype=torch.long))
""",
    "losses and what goes into them": """
import torch, torch.nn as nn, torch.nn.functional as F


# vae, gan, distillation, mixup, soft labels, multi label, segmentation
class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc21, self.fc22, self.fc3 = (
            nn.Linear(784, 40),
            nn.Linear(40, 8),
            nn.Linear(40, 8),
            nn.Linear(8, 784),
        )

    def forward(self, x):
        h = F.relu(self.fc1(x.view(-1, 784)))
        mu, lv = self.fc21(h), self.fc22(h)
        z = mu + torch.randn_like(lv) * torch.exp(0.5 * lv)
        return torch.sigmoid(self.fc3(z)), mu, lv


r, mu, lv = VAE()(torch.rand(4, 1, 28, 28))
F.binary_cross_entropy(r, torch.rand(4, 784), reduction="sum")
D = nn.Sequential(nn.Conv2d(3, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(8, 1, 16), nn.Sigmoid())
out = D(torch.randn(4, 3, 32, 32)).view(-1)
nn.BCELoss()(out, torch.full((4,), 1.0))
s, t = nn.Linear(8, 5), nn.Linear(8, 5)
x = torch.randn(6, 8)
F.kl_div(F.log_softmax(s(x) / 2, dim=1), F.softmax(t(x) / 2, dim=1), reduction="batchmean")
F.cross_entropy(s(x), F.softmax(t(x), dim=1))
seg = nn.Conv2d(3, 4, 1)(torch.randn(2, 3, 8, 8))
F.cross_entropy(seg, torch.zeros(2, 8, 8, dtype=torch.long))
F.nll_loss(F.log_softmax(seg, dim=1), torch.zeros(2, 8, 8, dtype=torch.long))
F.cross_entropy(seg.permute(0, 2, 3, 1).reshape(-1, 4), torch.zeros(128, dtype=torch.long))
p = F.softmax(s(x), dim=1)
F.nll_loss(torch.log(p + 1e-8), torch.zeros(6, dtype=torch.long))
F.mse_loss(F.softmax(s(x), dim=1), F.one_hot(torch.zeros(6, dtype=torch.long), 5).float())
F.mse_loss(s(x).mean(), torch.tensor(0.5))
F.l1_loss(x, torch.zeros(1))
F.huber_loss(s(x)[:, 0], torch.randn(6))
F.mse_loss(s(x), torch.randn(1, 5))
F.mse_loss(torch.randn(3, 1, 8), torch.randn(1, 8))
cond = nn.Linear(8, 3)(x)
gates = F.softmax(cond, dim=0)
(gates.unsqueeze(-1) * x.unsqueeze(1)).sum(0)
""",
    "layers that are changed after they were built": """
import torch, torch.nn as nn


def patch_first_conv(model, new_in):
    for module in model.modules():
        if isinstance(module, nn.Conv2d) and module.in_channels == 3:
            break
    weight = module.weight.detach()
    module.in_channels = new_in
    module.weight = nn.Parameter(weight.repeat(1, 2, 1, 1)[:, :new_in])


net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1))
patch_first_conv(net, 4)
net(torch.randn(1, 4, 8, 8))


class Pruned:
    def __call__(self, layer, keep):
        layer.weight = nn.Parameter(layer.weight[keep])
        layer.bias = nn.Parameter(layer.bias[keep])
        layer.out_features = len(keep)


l = nn.Linear(8, 4)
Pruned()(l, [0, 1])
l(torch.randn(2, 8))
l2 = nn.Linear(4, 4)
l2.weight.data = torch.randn(2, 4)
l2.bias.data = torch.randn(2)
l2.out_features = 2
for m in net.modules():
    if isinstance(m, nn.Conv2d):
        m.stride = (1, 1)
        m.padding = (1, 1)
        m.kernel_size = m.kernel_size
        m.dilation = (1, 1)


class MyLinear(nn.Linear):
    def __init__(self, a, b):
        super().__init__(a, b)
        self.out_features = b


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.out_features = 99
        self.in_channels = 5
        self.p = 0.1

    def forward(self, x):
        return self.fc(x)


Head()(torch.randn(1, 8))
MyLinear(3, 4)(torch.randn(1, 3))
bn = nn.BatchNorm2d(8)
bn.momentum = 0.01
bn.eps = 1e-3
d = nn.Dropout(0.5)
d.p = 0.1
bn.track_running_stats = False
e = nn.Embedding(10, 4)
e.weight = nn.Parameter(torch.randn(12, 4))
e.num_embeddings = 12
i = nn.Identity()
i.out_features = 512
i.in_features = 512
""",
    "dropout that knows the mode": """
import torch, torch.nn as nn, torch.nn.functional as F


class A(nn.Module):
    def __init__(self, p=0.0):
        super().__init__()
        self.p = p
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        x = F.dropout(x, p=self.p)
        x = F.dropout(x, 0.5, self.training)
        x = F.dropout(x, p=0.5, training=self.training, inplace=False)
        return self.fc(x)


class B(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        if not self.training:
            return self.fc(x)
        return self.fc(F.dropout(x))


A()(torch.randn(2, 4))
B()(torch.randn(2, 4))
q = F.scaled_dot_product_attention(
    torch.randn(1, 2, 3, 4), torch.randn(1, 2, 3, 4), torch.randn(1, 2, 3, 4), dropout_p=0.1
)


def augment(x):
    return F.dropout(x, 0.1)


augment(torch.randn(3, 3))
""",
    "models of open sizes": """
import torch.nn as nn, torch.nn.functional as F, torch


class Speech(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 8, (20, 8))
        self.pool = nn.MaxPool2d((2, 2))
        self.fc = nn.Linear(8 * 40 * 16, 10)

    def forward(self, x):
        return self.fc(self.pool(self.conv(x)).flatten(1))


class Mnist(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 10, 5)
        self.conv2 = nn.Conv2d(10, 20, 5)
        self.fc1 = nn.Linear(320, 50)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.conv2(x), 2))
        return self.fc1(x.view(-1, 320))


class Cifar(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        return self.fc1(torch.flatten(x, 1))


class DQN(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(4, 32, 8, stride=4),
            nn.ReLU(),
            nn.Conv2d(32, 64, 4, stride=2),
            nn.ReLU(),
            nn.Conv2d(64, 64, 3),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(3136, 512),
        )

    def forward(self, x):
        return self.net(x)


class TextCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 100, (3, 300))
        self.fc = nn.Linear(100, 2)

    def forward(self, x):
        c = F.relu(self.conv(x.unsqueeze(1))).squeeze(3)
        return self.fc(F.max_pool1d(c, c.size(2)).squeeze(2))
""",
    "activations in place": """
import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(20, 1)

    def forward(self, x):
        x = self.fc(x)
        x.sigmoid_()
        return x


fc, target = nn.Linear(20, 10), torch.zeros(8, dtype=torch.long)
nn.BCELoss()(Net()(torch.randn(8, 20)), torch.ones(8, 1))
with torch.no_grad():
    F.nll_loss(fc(torch.randn(8, 20)).softmax(1).log_(), target)
    scores = fc(torch.randn(8, 20))
    scores -= scores.logsumexp(1, keepdim=True)
    F.nll_loss(scores, target)
    chances = fc(torch.randn(8, 20))
    chances[:, 1:].sigmoid_()
    chances[:, 0] = 0.5
    F.binary_cross_entropy(chances, torch.ones(8, 10))
""",
    "pairs that are wanted, said the old way": """
import torch
from torch import nn
from torch.nn import functional as F

out, y = nn.Linear(10, 1)(torch.randn(16, 10)), torch.randn(16)
F.mse_loss(out, y, reduce=False)
F.l1_loss(out, y, None, False)
nn.MSELoss(reduce=False)(out, y)
F.huber_loss(out, y, "none")
""",
    "pairs that are wanted, said in a file": """
import json
from pathlib import Path

import torch
from torch import nn

there = Path("settings.json").exists()
settings = json.loads(Path("settings.json").read_text() if there else '{"reduction": "none"}')
nn.MSELoss(reduction=settings["reduction"])(nn.Linear(10, 1)(torch.randn(16, 10)), torch.randn(16))
""",
    "positions that two views shift": """
import torch


def shifted(x, length):
    q, k, b, h = x.shape
    x = x.reshape(k, q, b, h)[1:, ...]
    return x.reshape(q, k - 1, b, h)[:, :length]


def shifted_behind(x, length):
    b, h, q, k = x.shape
    x = x.reshape(b, h, k, q)[:, :, 1:, :]
    return x.reshape(b, h, q, k - 1)[..., :length]


q, k = torch.randn(9, 2, 4, 8), torch.randn(20, 2, 4, 8)
shifted(torch.einsum("ibnd,jbnd->ijbn", q, k), 15)
shifted_behind(torch.matmul(torch.randn(2, 4, 9, 8), torch.randn(2, 4, 8, 20)), 15)
""",
    "cameras that attend along time": """
import torch
from torch import nn


class Cameras(nn.Module):
    def __init__(self):
        super().__init__()
        self.camera = nn.Parameter(torch.zeros(1, 4, 16))
        self.attend = nn.MultiheadAttention(16, 2)

    def forward(self, x):
        x = x.permute(1, 0, 2) + self.camera
        return self.attend(x, x, x)[0]


Cameras()(torch.randn(4, 12, 16))
""",
}
