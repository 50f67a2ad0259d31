"""Mistakes that torch refuses and convlint once passed over: mutants, and what they were made of in small."""

from __future__ import annotations

import textwrap

import pytest

from tests.soundness.outcome import compare

HEAD = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
REFUSED = {
    "one number is formatted": "f'{torch.rand(3):.2f}'",
    "one number is formatted, of one": "'{:+.2f}'.format(torch.rand(1))",
    "one loss for each sample": """
        loss = nn.CrossEntropyLoss(reduction="none")(torch.rand(4, 5), torch.zeros(4, dtype=torch.long))
        print(f"loss {loss:.4f}")
        """,
    "what a reduction returns by name": "nn.Linear(8, 2)(torch.rand(2, 8, 6, 6).flatten(3).max(-1).values)",
    "what sorting returns by name": "nn.Linear(5, 2)(torch.rand(3, 4).sort(dim=-1).values)",
    "indices by name": "torch.zeros(3, 4) + torch.rand(3, 4).topk(3, -1).indices",
    "factors by name": "torch.linalg.svd(torch.rand(3, 4)).U @ torch.rand(4, 4)",
    "a product of several dtypes": "torch.arange(5).reshape(5, 1) @ torch.zeros(8)",
    "a product with what may be sparse": "torch.spmm(torch.ones(12, 12), torch.ones(5, 3))",
    "the same of torch.sparse": "torch.sparse.mm(torch.ones(12, 12), torch.ones(5, 3))",
    "a grid of two dtypes": "torch.meshgrid(torch.arange(3) / 2, torch.arange(4), indexing='ij')",
    "no number to draw": "torch.randint(0, (4, 3))",
    "no number between two": "torch.randint(3, 3, (4, 3))",
    "a state of another shape": "nn.Linear(4, 2).load_state_dict(nn.Linear(4, 3).state_dict())",
    "a state of another shape, not strict": (
        "net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Linear(8, 2))\n"
        "other = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Linear(8, 5))\n"
        "net.load_state_dict({name: value for name, value in other.state_dict().items()}, strict=False)"
    ),
    "a state of another shape of what a program wrote": """
        class Noisy(nn.Module):
            def __init__(self, i, o):
                super().__init__()
                self.weight = nn.Parameter(torch.empty(o, i))
                self.register_buffer("noise", torch.empty(o, i))

        Noisy(4, 2).load_state_dict(Noisy(4, 3).state_dict())
        """,
    "a number for sequences": "nn.utils.rnn.pad_sequence(-1, batch_first=True)",
    "a root of what is negative": "nn.BatchNorm2d(3, -1)(torch.zeros(2, 3, 4, 4))",
    "a gain of nothing that torch knows": "nn.init.calculate_gain('silu')",
    "a mask that is a text": "nn.TransformerEncoderLayer(8, 2, 16).eval()(torch.zeros(3, 2, 8), 'same')",
    "the truth of many numbers": "1 if torch.rand(2, 3) else 2",
    "the truth of many numbers of a comparison": "x = torch.rand(4)\nx > 0 and x < 1",
    "the truth of many numbers where another value is meant": "torch.rand(2, 3) or None",
    "batches of nothing": "torch.utils.data.DataLoader([torch.zeros(3)], batch_size=0)",
    "no bounds": "torch.zeros(3).clamp()",
    "no bounds in place": "torch.zeros(3).clamp_(None, max=None)",
    "gradients of many numbers": "nn.Linear(3, 4)(torch.zeros(2, 3)).backward()",
    "gradients of many numbers by inputs": (
        "net = nn.Linear(3, 4)\ntorch.autograd.grad([net(torch.zeros(2, 3))], list(net.parameters()))"
    ),
    "gradients as large as the inputs": (
        "x = torch.zeros(2, 3, requires_grad=True)\n(slope,) = torch.autograd.grad(x.sum(), x)\nnn.Linear(2, 1)(slope)"
    ),
}
ACCEPTED = {
    "what a reduction returns by name": "nn.Linear(8, 2)(torch.rand(2, 8, 6, 6).flatten(2).max(-1).values)",
    "what sorting returns by name": "nn.Linear(4, 2)(torch.rand(3, 4).sort(dim=-1).values)",
    "factors by name": "torch.linalg.svd(torch.rand(3, 4)).U @ torch.rand(3, 4)",
    "a product with what may be sparse": "torch.spmm(torch.ones(12, 12).to_sparse(), torch.ones(12, 3))",
    "a grid of one dtype": "torch.meshgrid(torch.arange(3), torch.arange(4) * 2, indexing='xy')",
    "numbers to draw": "torch.randint(1, (4, 3)), torch.randint(-3, 0, (2,)), torch.randint(5, size=(2,))",
    "numbers by keywords": "torch.randint(low=2, high=3, size=(2,)), torch.randint(high=5, size=(2,))",
    "a state": "nn.Linear(4, 2).load_state_dict(nn.Linear(4, 2).state_dict())",
    "a part of a state": "nn.Sequential(nn.Linear(4, 2)).load_state_dict(nn.Linear(4, 3).state_dict(), strict=False)",
    "a state that a module makes its own": """
        class Resized(nn.Linear):
            def _load_from_state_dict(self, state_dict, prefix, *args, **kwargs):
                state_dict[prefix + "weight"] = state_dict[prefix + "weight"][: self.out_features]
                state_dict[prefix + "bias"] = state_dict[prefix + "bias"][: self.out_features]
                super()._load_from_state_dict(state_dict, prefix, *args, **kwargs)

        Resized(4, 2).load_state_dict(nn.Linear(4, 3).state_dict())
        """,
    "a state that a hook changes": """
        def cut(module, state, *rest):
            for name in state:
                state[name] = state[name][:2]

        net = nn.Linear(4, 2)
        net.register_load_state_dict_pre_hook(cut)
        net.load_state_dict(nn.Linear(4, 3).state_dict())
        """,
    "a state that is refused and caught": """
        net = nn.Linear(4, 2)
        try:
            net.load_state_dict(nn.Linear(4, 3).state_dict())
        except RuntimeError:
            net = nn.Linear(4, 3)
        nn.Linear(3, 1)(net(torch.zeros(1, 4)))
        """,
    "a state of a module without a size yet": (
        "lazy = nn.LazyLinear(2)\nlazy.load_state_dict(nn.Linear(4, 2).state_dict())\n"
        "nn.Sequential(lazy)(torch.zeros(1, 4))"
    ),
    "a state with what was changed": """
        state = nn.Linear(4, 3).state_dict()
        state["weight"], state["bias"] = state["weight"][:2], state["bias"][:2]
        nn.Linear(4, 2).load_state_dict(state)
        """,
    "the truth of one number": "1 if torch.rand(1, 1) else 2",
    "the truth of what is compared": "x = torch.rand(4)\n(x > 0).all() and 0 < x.sum()",
    "a tensor in a list": "x = torch.rand(4)\nx in [x] and [x].index(x)",
    "batches as they are": "torch.utils.data.DataLoader([torch.zeros(3)], batch_size=None)",
    "a gain": "nn.init.calculate_gain('conv_transpose2d') + nn.init.calculate_gain('leaky_relu', 0.2)",
    "no mask": "nn.MultiheadAttention(8, 2)(*[torch.zeros(3, 2, 8)] * 3, key_padding_mask=None, attn_mask=None)",
    "gradients of one number": "nn.Linear(3, 1)(torch.zeros(1, 3)).backward()",
    "gradients of many numbers from more": "nn.Linear(3, 4)(torch.zeros(2, 3)).backward(torch.ones(2, 4))",
    "gradients of many numbers from more by inputs": """
        x = torch.zeros(2, 3, requires_grad=True)
        out = nn.Linear(3, 4)(x)
        (slope,) = torch.autograd.grad(out, x, grad_outputs=torch.ones_like(out), create_graph=True)
        nn.Linear(3, 1)(slope).sum().backward()
        """,
    "gradients of what is not used": """
        net = nn.Linear(3, 4)
        unused, *_ = torch.autograd.grad(net.weight.sum(), (net.bias, net.weight), allow_unused=True)
        unused is None or nn.Linear(5, 1)(unused)
        """,
    "formatted numbers": """
        x = torch.rand(3)
        f"{x.mean():.2f} {x} {x!r:>30} {len(x):d} {x[0]:{4}.2f} {x.sum().item():.4f}"
        "{} {:.3f}".format(x, x[0])
        """,
    "no root at all": "nn.BatchNorm2d(3, 0).eval()(torch.zeros(2, 3, 4, 4))",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_torch_refuses_is_an_error(name: str) -> None:
    kind, detail, _ = compare(f"{HEAD}{textwrap.dedent(REFUSED[name])}\n", "refused")
    assert kind == "found", detail


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_torch_runs_is_no_error(name: str) -> None:
    kind, detail, _ = compare(f"{HEAD}{textwrap.dedent(ACCEPTED[name])}\n", "accepted")
    assert kind == "passed", detail
