"""Actor-critic, dueling Q networks, noisy layers, replay."""
import collections
import math
import random

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical, Normal

Transition = collections.namedtuple("Transition", ("state", "action", "next_state", "reward"))


class ReplayMemory:
    def __init__(self, capacity):
        self.memory = collections.deque([], maxlen=capacity)

    def push(self, *args):
        self.memory.append(Transition(*args))

    def sample(self, batch_size):
        return random.sample(self.memory, batch_size)

    def __len__(self):
        return len(self.memory)


class NoisyLinear(nn.Module):
    def __init__(self, in_features, out_features, std_init=0.5):
        super().__init__()
        self.in_features, self.out_features, self.std_init = in_features, out_features, std_init
        self.weight_mu = nn.Parameter(torch.empty(out_features, in_features))
        self.weight_sigma = nn.Parameter(torch.empty(out_features, in_features))
        self.register_buffer("weight_epsilon", torch.empty(out_features, in_features))
        self.bias_mu = nn.Parameter(torch.FloatTensor(out_features))
        self.reset()

    def reset(self):
        r = 1 / math.sqrt(self.in_features)
        self.weight_mu.data.uniform_(-r, r)
        self.weight_sigma.data.fill_(self.std_init / math.sqrt(self.weight_sigma.size(1)))
        self.bias_mu.data.uniform_(-r, r)
        ei, eo = self.scale(self.in_features), self.scale(self.out_features)
        self.weight_epsilon.copy_(eo.ger(ei))

    def scale(self, size):
        x = torch.randn(size)
        return x.sign().mul_(x.abs().sqrt_())

    def forward(self, x):
        if self.training:
            w = self.weight_mu + self.weight_sigma * self.weight_epsilon
        else:
            w = self.weight_mu
        return F.linear(x, w, self.bias_mu)


class Dueling(nn.Module):
    def __init__(self, h, w, outputs):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, kernel_size=5, stride=2)
        self.conv2 = nn.Conv2d(8, 8, kernel_size=5, stride=2)

        def conv2d_size_out(size, kernel_size=5, stride=2):
            return (size - (kernel_size - 1) - 1) // stride + 1

        convw = conv2d_size_out(conv2d_size_out(w))
        convh = conv2d_size_out(conv2d_size_out(h))
        self.adv = NoisyLinear(convw * convh * 8, outputs)
        self.val = NoisyLinear(convw * convh * 8, 1)

    def forward(self, x):
        x = F.relu(self.conv2(F.relu(self.conv1(x))))
        x = x.view(x.size(0), -1)
        adv, val = self.adv(x), self.val(x)
        return val + adv - adv.mean(1, keepdim=True)


class ActorCritic(nn.Module):
    def __init__(self, obs, act, hidden=(16, 12)):
        super().__init__()
        sizes = [obs] + list(hidden)
        self.body = nn.Sequential(*sum([[nn.Linear(i, o), nn.Tanh()] for i, o in zip(sizes, sizes[1:])], []))
        self.mu, self.v = nn.Linear(sizes[-1], act), nn.Linear(sizes[-1], 1)
        self.log_std = nn.Parameter(-0.5 * torch.ones(act))

    def forward(self, obs, action=None):
        h = self.body(obs)
        dist = Normal(self.mu(h), self.log_std.exp())
        if action is None:
            action = dist.sample()
        return action, dist.log_prob(action).sum(-1), self.v(h).squeeze(-1)


policy, target = Dueling(40, 60, 4), Dueling(40, 60, 4)
target.load_state_dict(policy.state_dict())
target.eval()
memory = ReplayMemory(20)
state = torch.rand(1, 3, 40, 60)
for step in range(8):
    eps = 0.05 + 0.5 * math.exp(-step / 200)
    if random.random() > eps:
        with torch.no_grad():
            action = policy(state).max(1)[1].view(1, 1)
    else:
        action = torch.tensor([[random.randrange(4)]], dtype=torch.long)
    nxt = torch.rand(1, 3, 40, 60) if step % 3 else None
    memory.push(state, action, nxt, torch.tensor([1.0]))
    state = nxt if nxt is not None else torch.rand(1, 3, 40, 60)
batch = Transition(*zip(*memory.sample(4)))
mask = torch.tensor(tuple(map(lambda s: s is not None, batch.next_state)), dtype=torch.bool)
q = policy(torch.cat(batch.state)).gather(1, torch.cat(batch.action))
values = torch.zeros(4)
values[mask] = target(torch.cat([s for s in batch.next_state if s is not None])).max(1)[0].detach()
loss = F.smooth_l1_loss(q, (values * 0.99 + torch.cat(batch.reward)).unsqueeze(1))
loss.backward()
for param in policy.parameters():
    param.grad.data.clamp_(-1, 1)
a, logp, v = ActorCritic(5, 2)(torch.rand(7, 5))
assert a.shape == (7, 2) and logp.shape == v.shape == (7,)
Categorical(logits=q.squeeze(1)).sample()
