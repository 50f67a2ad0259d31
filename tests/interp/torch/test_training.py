"""Optimizers, schedules, distributions, processes, and branches that are nothing to models."""

from __future__ import annotations

import pytest
import torch

from convlint.analysis.files import AnalysisSettings
from convlint.analysis.session import FileInput, analyse
from convlint.interp.values.unknown import Unknown
from convlint.trace import FileAnalysis
from tests.interp.running import interpret

HEAD = "import torch\nfrom torch import nn\nimport torch.distributions as D\n"


DISTRIBUTIONS = """
OF_ROWS = D.Independent(D.Normal(torch.zeros(5, 4, 2), torch.ones(2)), 1)
class Mine(D.Distribution):
    def __init__(self, other=None):
        if other is None:
            super().__init__()
        else:
            super().__init__(other.batch_shape, other.event_shape, validate_args=False)
"""


def study(source: str) -> FileAnalysis:
    (found,) = analyse([FileInput("train.py", source.encode())], AnalysisSettings())
    return found


def test_a_step_calls_its_closure() -> None:
    names, _ = interpret(
        HEAD + "net = nn.Linear(2, 3)\nopt = torch.optim.LBFGS(net.parameters(), lr=1)\nseen = []\n"
        "def closure():\n    seen.append(1)\n    return 5\nr = opt.step(closure)\n"
        "torch.optim.lr_scheduler.StepLR(opt, 1).step()\nfor g in opt.param_groups:\n    g['lr'] = 0\n"
    )
    assert (names["seen"], names["r"]) == ([1], 5)


@pytest.mark.parametrize(
    "text",
    [
        "D.Categorical(torch.ones(5, 3)).sample()",
        "D.Categorical(logits=torch.zeros(5, 3)).log_prob(torch.zeros(5, dtype=torch.long))",
        "D.Categorical(logits=torch.zeros(5, 3)).entropy()",
        "D.Normal(torch.zeros(4, 2), torch.ones(2)).rsample()",
        "D.Normal(torch.zeros(4, 2), torch.ones(2)).sample((7,))",
        "D.Normal(0.0, 1.0).sample((7,))",
        "D.Independent(D.Normal(torch.zeros(4, 2), torch.ones(4, 2)), 1).log_prob(torch.zeros(4, 2))",
        "D.kl_divergence(D.Normal(torch.zeros(4), torch.ones(4)), D.Normal(torch.zeros(4), torch.ones(4)))",
        "D.Bernoulli(torch.full((3, 2), 0.5)).sample()",
        "D.kl_divergence(OF_ROWS, OF_ROWS)",
        "torch.zeros(OF_ROWS.batch_shape)",
        "torch.zeros(OF_ROWS.event_shape)",
        "D.Independent(OF_ROWS, 1).entropy()",
        "OF_ROWS.rsample((2,)) + OF_ROWS.mean",
        "D.Normal(torch.zeros(4, 2), 0.1).scale.log()",
        "D.Normal(torch.zeros(2, dtype=torch.double), 1).rsample()",
        "D.Categorical(torch.ones(5, 3)).probs",
        "D.Categorical(torch.ones(5, 3)).sample((2,))",
        "torch.zeros(Mine(D.Normal(torch.zeros(3), 1.0)).batch_shape)",
    ],
)
def test_shapes_of_distributions_are_torchs(text: str) -> None:
    source = f"{HEAD}{DISTRIBUTIONS}x = {text}"
    names, _ = interpret(source)
    space: dict[str, object] = {}
    exec(source, space)
    truth = space["x"]
    assert isinstance(truth, torch.Tensor)
    assert tuple(names["x"].shape) == tuple(truth.shape)
    assert names["x"].dtype == str(truth.dtype).removeprefix("torch.")


@pytest.mark.parametrize("text", ["D.Normal(known, some)", "D.Normal(some, some)", "D.Categorical(logits=some)"])
def test_parameters_that_are_not_known_are_given(text: str) -> None:
    source = (
        f"{HEAD}known, some = torch.zeros(2), torch.load('some.pt')\nx = {text}.sample()\nnn.Linear(2, 3)(known[:1])"
    )
    study_of = study(source)
    assert [trace.violation is not None for trace in study_of.models] == [True]
    assert not study_of.followed.ended


TIED = """
class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(2, 2), nn.Linear(2, 2)
        self.norm = self.again = nn.BatchNorm1d(2)
        self.head.weight = self.body.weight
        self.register_buffer("count", torch.zeros(1))
        self.register_buffer("absent", None)
"""


@pytest.mark.parametrize(
    "state",
    [
        "torch.optim.swa_utils.AveragedModel(nn.Linear(2, 3)).state_dict()",
        "Tied().state_dict()",
        "nn.Sequential(Tied(), nn.Conv1d(1, 1, 1)).state_dict(prefix='a.')",
    ],
)
def test_the_state_of_a_model_is_torchs(state: str) -> None:
    text = f"{HEAD}{TIED}x = [(key, tuple(value.shape)) for key, value in {state}.items()]"
    space: dict[str, object] = {}
    exec(text, space)
    assert interpret(text)[0]["x"] == space["x"]


@pytest.mark.parametrize("text", ["D.Normal(0.0, 1.0).mean", "D.Categorical(torch.ones(3)).logits", "OF_ROWS.stddev"])
def test_the_numbers_of_distributions_are_not_known(text: str) -> None:
    assert interpret(f"{HEAD}{DISTRIBUTIONS}x = {text}")[0]["x"].data is None


@pytest.mark.parametrize("text", ["Mine().entropy()", "Mine().sample()", "D.kl_divergence(Mine(), Mine())"])
def test_what_a_distribution_of_the_program_gives_is_its_own(text: str) -> None:
    assert isinstance(interpret(f"{HEAD}{DISTRIBUTIONS}x = {text}")[0]["x"], Unknown)


def test_what_a_process_is_to_run_is_run() -> None:
    names, _ = interpret(
        "import torch.multiprocessing as mp\nseen = []\ndef work(rank, x):\n    seen.append((rank, x))\n"
        "p = mp.Process(target=work, args=(1, 2))\np.start()\np.join()\nmp.spawn(work, args=(3,), nprocs=2)\n"
    )
    assert names["seen"] == [(1, 2), (0, 3)]


def test_a_thread_has_a_name_that_nobody_gives() -> None:
    names, _ = interpret(
        "import threading\nx = threading.Thread(target=print).name + '!'\nt = threading.Thread(name='a')\n"
        "y = t.name\nt.name = 'b'\nz = t.name"
    )
    assert isinstance(names["x"], Unknown)
    assert (names["y"], names["z"]) == ("a", "b")


def test_the_name_of_a_device_is_no_reason_to_fork() -> None:
    names, vm = interpret(
        HEAD
        + "device = 'cuda' if torch.cuda.is_available() else 'cpu'\nx = torch.zeros(2, dtype=torch.long).to(device)\n"
        "net = nn.Linear(2, 1).to(device)\n"
    )
    assert not vm.taken
    assert names["x"].dtype == "int64"
    assert isinstance(names["device"], Unknown)


SCRIPT = """
import torch, os
from torch import nn
net = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
opt = torch.optim.SGD(net.parameters(), lr=0.1)
if os.path.exists("net.pt"):
    net.load_state_dict(torch.load("net.pt"))
loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.zeros(90, 4)), batch_size=8)
for epoch in range(9):
    for i, (x,) in enumerate(loader):
        loss = net(x).sum()
        if i % 3 == 1:
            print(loss)
            torch.save(net.state_dict(), "net.pt")
WRONG
"""


def test_a_refusal_after_branches_that_are_nothing_to_models_is_certain() -> None:
    found = study(SCRIPT.replace("WRONG", "net(torch.zeros(1, 5))"))
    violations = [trace.violation for trace in found.models if trace.violation is not None]
    assert [(violation.certain, violation.place.span[0]) for violation in violations] == [(True, 15)]


def test_what_a_branch_may_have_changed_is_not_known() -> None:
    changing = "size = [4]\nif os.path.exists('x'):\n    size[0] = 5\n    print(size)\nnet(torch.zeros(1, size[0]))"
    found = study(SCRIPT.replace("WRONG", changing))
    assert not any(trace.violation is not None and trace.violation.certain for trace in found.models)


def test_a_branch_that_may_end_a_loop_is_both_ways() -> None:
    counting = (
        "n = 3\nfor i in range(40):\n    if torch.rand(1).item() > 0.5:\n        n = 4\n        break\n    n = 5\n"
        "net(torch.zeros(1, n))"
    )
    found = study(SCRIPT.replace("WRONG", counting))
    assert not any(trace.violation is not None and trace.violation.certain for trace in found.models)
