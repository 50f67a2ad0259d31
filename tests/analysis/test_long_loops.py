"""Scripts whose loops are long, or end when something that is not known says so: what comes after them is followed."""

from __future__ import annotations

import time

import pytest

import convlint
from convlint.findings import Severity

HEAD = """
import random
from collections import deque
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

loader = DataLoader(TensorDataset(torch.zeros(100, 6), torch.zeros(100)), batch_size=8, drop_last=True)
net = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(net.parameters())


def step(x, y):
    loss = nn.functional.mse_loss(net(x).squeeze(1), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


"""
LOOPS = {
    "epochs that end early": """
best, bad = 1e9, 0
for epoch in range(2000):
    total = 0
    for x, y in loader:
        total += step(x, y)
    if total < best:
        best, bad = total, 0
    else:
        bad += 1
        if bad > 5:
            break
""",
    "steps that are counted": """
count = 0
while count < 100000:
    for x, y in loader:
        step(x, y)
        count += 1
        if count >= 100000:
            break
""",
    "steps on made-up data": """
for i in range(50000):
    x = torch.randn(32, 6)
    loss = step(x, x.sum(1))
    if i % 100 == 0:
        print(i, loss)
""",
    "until it is good": """
while True:
    if step(torch.randn(32, 6), torch.zeros(32)) < 1e-3:
        break
""",
    "an iterator that is begun again": """
batches = iter(loader)
for i in range(10000):
    try:
        x, y = next(batches)
    except StopIteration:
        batches = iter(loader)
        x, y = next(batches)
    step(x, y)
""",
    "a generator without end": """
def endless():
    while True:
        for batch in loader:
            yield batch

batches = endless()
for i in range(10000):
    x, y = next(batches)
    step(x, y)
""",
    "parts of a permutation": """
X, Y = torch.randn(1000, 6), torch.randn(1000)
for epoch in range(500):
    order = torch.randperm(X.size(0))
    for i in range(0, X.size(0), 64):
        chosen = order[i:i + 64]
        step(X[chosen], Y[chosen])
""",
    "a memory": """
memory, epsilon, state = deque(maxlen=10000), 1.0, torch.zeros(6)
for i in range(50000):
    if random.random() < epsilon:
        action = random.randint(0, 1)
    else:
        action = net(state).argmax().item()
    memory.append((state, action))
    if len(memory) >= 32:
        chosen = random.sample(memory, 32)
        step(torch.stack([one[0] for one in chosen]), torch.tensor([float(one[1]) for one in chosen]))
    epsilon = max(0.05, epsilon * 0.99)
""",
    "samples that are drawn again": """
while True:
    first, second = random.randint(0, 99), random.randint(0, 99)
    while first == second:
        second = random.randint(0, 99)
    pair = torch.stack([loader.dataset[first][0], loader.dataset[second][0]])
    if step(pair, torch.zeros(2)) < 0.1 or len(pair) > 2:
        break
""",
}
END = "\nnet(torch.zeros(3, {}))\n"


def errors(source: str) -> list[tuple[str, int]]:
    findings = convlint.lint_source(source, "main.py").findings
    return [(finding.code, finding.place.span[0]) for finding in findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_what_comes_after_a_loop(loop: str) -> None:
    source = HEAD + loop + END
    assert errors(source.format(6)) == []
    assert errors(source.format(7)) == [("CVL202", source.count("\n"))]


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_what_a_loop_does(loop: str) -> None:
    """A model that does not take what the loop gives it is refused in it."""
    assert [code for code, _ in errors(HEAD.replace("Linear(6, 16)", "Linear(5, 16)") + loop)] == ["CVL202"]


def test_a_round_that_may_have_been_left_before_claims_nothing() -> None:
    source = (
        "import torch\nfrom somewhere import odd\nfor i in range(9):\n    {}\n    torch.zeros(2, 3) @ torch.zeros(2)\n"
    )
    assert errors(source.format("if odd(i): continue")) == []
    assert len(errors(source.format("print(i)"))) == 1


def test_rows_of_a_long_tensor_are_alike() -> None:
    """The first is run as it is, one that stands for all others once: not 1,445 rounds."""
    program = """
import torch
from torch import nn

net = nn.Sequential(nn.Linear(8, 24), nn.ReLU(), nn.Linear({}, 1))
data, batch = torch.randn(14448, 8), 10
for epoch in range(100):
    for start in torch.arange(0, len(data), batch):
        net(data[start:start + batch]).sum().backward()
for row in data:
    net(row)
"""
    begun = time.process_time()
    assert [one.code for one in convlint.lint_source(program.format(25)).findings] == ["CVL202"]
    assert convlint.lint_source(program.format(24)).findings == ()
    assert time.process_time() - begun < 5


PIECES = """
import torch
from torch import nn


class Sequence(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.LSTMCell({inputs}, {features})

    def forward(self, input):
        state = torch.zeros(input.size(0), 51), torch.zeros(input.size(0), 51)
        outputs = []
        for piece in input.split(1, dim=1):
            state = self.cell(piece, state)
            outputs.append(state[0])
            {end}
        return torch.cat(outputs, dim=1)
"""


@pytest.mark.parametrize(
    ("inputs", "features", "end", "codes"),
    [
        (1, 51, "pass", []),
        (1, 102, "pass", ["CVL203"]),
        (2, 51, "pass", ["CVL202"]),
        (1, 51, "state = torch.cat(state, 1), state[1]", []),  # only a second piece would be refused
    ],
)
def test_one_piece_there_is_of_whatever_is_split(inputs: int, features: int, end: str, codes: list[str]) -> None:
    source = PIECES.format(inputs=inputs, features=features, end=end)
    report = convlint.lint_source(source)
    assert not report.failures
    assert [it.code for it in report.findings if it.severity is Severity.ERROR] == codes


EPISODES = """
import random
from collections import deque, namedtuple
from itertools import count

import gymnasium as gym
import torch
from torch import nn

Transition = namedtuple("Transition", ("state", "action"))
memory = deque([], maxlen=10000)
env = gym.make("CartPole-v1")
net = nn.Sequential(nn.Linear(4, 128), nn.ReLU(), nn.Linear(128, env.action_space.n))
for episode in range(50):
    state, _ = env.reset()
    state = torch.tensor(state).unsqueeze(0)
    for t in count({start}):
        action = net(state).max(1).indices.view(1, 1)
        observation, reward, terminated, truncated, _ = env.step(action.item())
        memory.append(Transition(state, action))
        state = torch.tensor(observation).unsqueeze(0)
        if len(memory) >= 128:
            batch = Transition(*zip(*random.sample(memory, 128)))
        if terminated or truncated:
            break
nn.Linear({last}, 3)(net(torch.zeros(2, 4)))
"""


@pytest.mark.parametrize("start", ["", "1"])
def test_a_loop_that_counts_until_an_episode_ends(start: str) -> None:
    """Nobody knows what lies in the memory: what drawing from many such items may change is forgotten once."""
    begun = time.process_time()
    assert [it.code for it in convlint.lint_source(EPISODES.format(start=start, last=3)).findings] == ["CVL202"]
    report = convlint.lint_source(EPISODES.format(start=start, last=2))
    assert report.findings == ()
    assert not report.followed.ended
    assert time.process_time() - begun < 5


TEXTS = """
import torch
from torch import nn

with open("input.txt") as file:
    text = file.read()
table = {{c: i for i, c in enumerate(sorted(set(text)))}}
data = torch.tensor([table[c] for c in text], dtype=torch.long)


class Model(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.embedding = nn.Embedding(65, width)
        self.head = nn.Linear(64, 65)

    def forward(self, x, targets=None):
        logits = self.head(self.embedding(x))
        if targets is None:
            return logits, None
        return logits, nn.functional.cross_entropy(logits.view(-1, 65), targets.view(-1))


def batch():
    places = torch.randint(len(data) - 8, (4,))
    x = torch.stack([data[i : i + 8] for i in places])
    y = torch.stack([data[i + 1 : i + 9] for i in places])
    return x.to("cpu"), y.pin_memory().to("cpu", non_blocking=True)


model = Model({width})
for _ in range(200):
    x, y = batch()
    _, loss = model(x, y)
    loss.backward()
model(torch.zeros((1, 1), dtype=torch.long))
"""


@pytest.mark.parametrize(("width", "codes"), [(64, []), (60, ["CVL202"])])
def test_tensors_made_of_a_text_are_there(width: int, codes: list[str]) -> None:
    """They are not None, so that the script goes on to where the model is called on something known."""
    report = convlint.lint_source(TEXTS.format(width=width))
    assert [it.code for it in report.findings] == codes
    assert not report.followed.ended


STEPS = """
import torch
from torch import nn

net = nn.Sequential(*[nn.Linear(6, 6) for _ in range(40)], nn.ReLU(), nn.Linear(6, {width}))


def steps(x):
    for i in list(range(1000))[::-1]:
        with torch.no_grad():
            x = net(x)
            yield {{"sample": x}}


def last(x):
    final = None
    for sample in steps(x):
        final = sample
    return final["sample"]


for _ in range(4):
    last(torch.zeros(4, 6))
nn.Linear({end}, 2)(torch.zeros(4, 6))
"""


@pytest.mark.parametrize(("width", "end", "codes"), [(6, 6, []), (5, 6, ["CVL202"]), (6, 7, ["CVL202"])])
def test_a_generator_that_takes_a_thousand_steps(width: int, end: int, codes: list[str]) -> None:
    begun = time.process_time()
    report = convlint.lint_source(STEPS.format(width=width, end=end))
    assert [it.code for it in report.findings] == codes
    assert not report.followed.ended
    assert time.process_time() - begun < 5
