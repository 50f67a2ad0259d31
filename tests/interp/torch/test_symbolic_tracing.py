"""Symbolic tracing: the same nodes, names and results as torch's own, over programs that trace, rewrite, run graphs."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
import torch

from convlint import summarize
from convlint.interp.language.identity import are_two_functions
from convlint.layers.core import registry as layers
from tests.interp.running import interpret

MODEL = """
import math
import operator
import torch
from torch import fx, nn
import torch.nn.functional as F

class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv = nn.Conv2d(c, c, 3, padding=1)
        self.scale = nn.Parameter(torch.ones(c, 1, 1))
        self.register_buffer("shift", torch.zeros(c, 1, 1))

    def forward(self, x):
        return F.relu(x + self.conv(x) * self.scale - self.shift)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2)
        self.blocks = nn.Sequential(Block(8), Block(8))
        self.head = nn.Linear(8, 10)

    def forward(self, input, scale=2.0):
        x = self.blocks(self.stem(input))
        b, c, h, w = x.shape
        x = x.view(b, c, h * w).mean(-1) * scale
        return self.head(torch.flatten(x, 1))

def shapes(value):
    if isinstance(value, dict):
        return {key: shapes(item) for key, item in value.items()}
    return tuple(int(size) for size in value.shape)
"""

PROGRAMS = {
    "names and result": """
        traced = fx.symbolic_trace(Net())
        told = [node.name for node in traced.graph.nodes], [node.op for node in traced.graph.nodes]
        made = shapes(traced(torch.zeros(2, 3, 32, 32)))
    """,
    "targets and users": """
        graph = fx.Tracer().trace(Net().eval())
        told = [str(n.target) for n in graph.nodes if n.op in ("call_module", "call_method", "get_attr", "placeholder")]
        made = [len(node.users) for node in graph.nodes], [str(n) for n in list(graph.nodes)[5].all_input_nodes]
    """,
    "a leaf of one's own": """
        class Leafy(fx.Tracer):
            def is_leaf_module(self, m, name):
                return isinstance(m, Block) or super().is_leaf_module(m, name)
        net = Net()
        traced = fx.GraphModule(net, Leafy().trace(net))
        told = [node.name for node in traced.graph.nodes]
        made = [name for name, _ in traced.named_modules()], shapes(traced(torch.zeros(1, 3, 16, 16)))
    """,
    "rewritten": """
        traced = fx.symbolic_trace(Net())
        for node in list(traced.graph.nodes):
            if node.op == "call_function" and node.target in (torch.relu, F.relu):
                with traced.graph.inserting_after(node):
                    new = traced.graph.call_function(F.max_pool2d, (node.args[0], 2))
                node.replace_all_uses_with(new)
                traced.graph.erase_node(node)
        traced.graph.lint()
        traced.recompile()
        told = [node.name for node in traced.graph.nodes]
        made = shapes(traced(torch.zeros(1, 3, 64, 64)))
    """,
    "cut off": """
        traced = fx.symbolic_trace(Net())
        for node in reversed(traced.graph.nodes):
            if node.op == "output":
                traced.graph.erase_node(node)
        wanted = [node for node in traced.graph.nodes if node.name in ("stem", "relu")]
        with traced.graph.inserting_after(list(traced.graph.nodes)[-1]):
            traced.graph.output({"first": wanted[0], "second": wanted[1]})
        told = traced.graph.eliminate_dead_code(), [node.name for node in traced.graph.nodes]
        traced.recompile()
        made = shapes(traced(torch.zeros(1, 3, 32, 32)))
    """,
    "built by hand": """
        graph = fx.Graph()
        x = graph.placeholder("x")
        y = graph.call_function(torch.add, (x, x))
        z = graph.call_method("flatten", (y, 1))
        graph.output(graph.call_module("linear", (z,)))
        module = fx.GraphModule({"linear": nn.Linear(12, 3)}, graph)
        told = [node.name for node in graph.nodes]
        made = shapes(module(torch.zeros(2, 3, 4)))
    """,
    "interpreted": """
        class Counting(fx.Interpreter):
            def run_node(self, n):
                seen.append(n.name)
                return super().run_node(n)
            def call_function(self, target, args, kwargs):
                return super().call_function(target, args, kwargs)
        seen = []
        result = Counting(fx.symbolic_trace(Net())).run(torch.zeros(2, 3, 32, 32))
        told, made = seen, shapes(result)
    """,
    "wrapped functions": """
        @fx.wrap
        def halve(x):
            if x.shape[-1] > 4:
                return x[..., ::2]
            return x

        class Halving(nn.Module):
            def forward(self, x):
                return torch.cat([halve(x), halve(x)], dim=1).sum() + halve(x).max()

        traced = fx.symbolic_trace(Halving())
        told = [(node.name, node.op) for node in traced.graph.nodes]
        made = shapes(traced(torch.zeros(2, 3, 8)))
    """,
    "control flow on what is traced": """
        class Asking(nn.Module):
            def forward(self, x):
                return x if x.sum() > 0 else -x
        try:
            fx.symbolic_trace(Asking())
            told = "traced"
        except fx.proxy.TraceError as error:
            told = str(error)
        made = None
    """,
    "an argument that stays": """
        class Choosing(nn.Module):
            def forward(self, x, deep: bool = False):
                if deep:
                    x = x * 2
                return x + 1
        traced = fx.symbolic_trace(Choosing(), concrete_args={"deep": True})
        told = [node.name for node in traced.graph.nodes if node.op == "call_function"]
        made = None
    """,
    "operators": """
        def function(a, b):
            c = 2 - a
            d = (b @ c) / 3 + -a
            d = d[:, 0] ** 2 < 1
            return (~d & True, abs(b), 1 // (a + 2), b.T.shape[0], torch.stack([a, b]))
        traced = fx.symbolic_trace(function)
        told = [(node.name, node.op) for node in traced.graph.nodes]
        made = None
    """,
}


def in_torch(source: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "program"}
    exec(compile(source, "<program>", "exec"), names)
    return names


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_same_graph_as_torch(program: str) -> None:
    source = MODEL + textwrap.dedent(program)
    truth, (names, _) = in_torch(source), interpret(source)
    assert names["told"] == truth["told"]
    assert names["made"] == truth["made"]


def test_functions_of_two_names_are_two() -> None:
    """What is told apart by name is what torch tells apart."""
    names = [name for name in layers.names() if isinstance(layers.find(name), layers.Operation)]
    functions = {name: value for name in names if callable(value := _of_torch(name))}
    ones: dict[int, list[str]] = {}
    for name, value in functions.items():
        ones.setdefault(id(value), []).append(name)
    claimed = [(one, two) for same in ones.values() for one in same for two in same if are_two_functions(one, two)]
    assert claimed == []


def _of_torch(name: str) -> Any:
    value: Any = torch
    for part in name.split(".")[1:]:
        value = getattr(value, part, None)
    return value


def test_rows_of_a_traced_model(tmp_path: Any) -> None:
    """The layers keep their paths; those that nothing uses any more are gone, with their parameters."""
    (tmp_path / "traced.py").write_text(
        MODEL
        + textwrap.dedent("""
            def net():
                traced = fx.symbolic_trace(Net())
                head = next(node for node in traced.graph.nodes if node.name == "head")
                head.replace_all_uses_with(head.args[0])
                traced.graph.erase_node(head)
                traced.delete_all_unused_submodules()
                return traced
        """)
    )
    found = summarize(f"{tmp_path / 'traced.py'}:net", (2, 3, 32, 32))
    assert [(layer.path, layer.kind, layer.output_shape) for layer in found.layers] == [
        ("stem", "Conv2d", (2, 8, 15, 15)),
        ("blocks.0.conv", "Conv2d", (2, 8, 15, 15)),
        ("blocks.1.conv", "Conv2d", (2, 8, 15, 15)),
    ]
    truth = in_torch(MODEL + "net = fx.symbolic_trace(Net())")["net"]
    head = sum(parameter.numel() for parameter in truth.head.parameters())
    assert found.params == sum(parameter.numel() for parameter in truth.parameters()) - head
    assert not found.gaps


def test_objects_that_say_what_operations_make_of_them() -> None:
    program = """
        import torch
        import torch.nn.functional as F

        class Told:
            def __init__(self):
                self.seen = []

            @classmethod
            def __torch_function__(cls, func, types, args=(), kwargs=None):
                args[0].seen.append(func.__name__)
                return args[0]

        told = Told()
        same = torch.relu(told) is told and F.conv2d(told, torch.zeros(1, 1, 3, 3)) is told
        seen = told.seen
    """
    source = textwrap.dedent(program)
    truth, (names, _) = in_torch(source), interpret(source)
    assert (names["same"], names["seen"]) == (truth["same"], truth["seen"])
