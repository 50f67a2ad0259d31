# mypy: ignore-errors
"""torch's modules that run a graph, `torch.fx.GraphModule` and `Interpreter`, as convlint interprets them.

This file is read as text and interpreted; convlint never imports it.
"""

import torch
from torch.fx import _of_own_class
from torch.fx._symbolic_trace import Tracer
from torch.fx.graph import map_arg
from torch.fx.proxy import Proxy

_USER_PRESERVED_ATTRIBUTES_KEY = "_user_preserved_attributes"


def _copy_attr(from_module, to_module, target):
    *prefix, field = target.split(".")
    for item in prefix:
        found, there = getattr(from_module, item), getattr(to_module, item, None)
        if found is there:
            return
        if there is None:
            there = torch.nn.Module()
            setattr(to_module, item, there)
        from_module, to_module = found, there
    original = getattr(from_module, field)
    if isinstance(original, torch.Tensor) and not isinstance(original, torch.nn.Parameter):
        to_module.register_buffer(field, original)
    else:
        setattr(to_module, field, original)


def _fetch(module, target):
    for item in target.split("."):
        module = getattr(module, item)
    return module


class _CodeOnlyModule(torch.nn.Module):
    def __init__(self, body):
        super().__init__()
        self.__dict__ = body


class GraphModule(torch.nn.Module):
    """A module whose forward is a graph."""

    def __init__(self, root=None, graph=None, class_name="GraphModule"):
        super().__init__()
        if graph is None:
            return
        _of_own_class(self, class_name)
        if isinstance(root, torch.nn.Module):
            if hasattr(root, "training"):
                self.training = root.training
            for node in graph.nodes:
                if node.op in ("get_attr", "call_module"):
                    _copy_attr(root, self, node.target)
        else:
            for target in sorted(root, key=lambda name: name.count(".")):
                _put(self, target, root[target])
        self.graph = graph
        self.meta = {}

    @property
    def graph(self):
        return self._graph

    @graph.setter
    def graph(self, g):
        self._graph = g
        g.owning_module = self

    def recompile(self):
        pass

    def add_submodule(self, target, m):
        _put(self, target, m)
        return True

    def delete_submodule(self, target):
        *path, last = target.split(".")
        delattr(_fetch(self, ".".join(path)) if path else self, last)
        return True

    def delete_all_unused_submodules(self):
        used = set()
        for node in self.graph.nodes:
            if node.op in ("call_module", "get_attr"):
                parts = node.target.split(".")
                used.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))
                if node.op == "call_module":
                    inner = _fetch(self, node.target)
                    used.update(f"{node.target}.{name}" for name, _ in inner.named_modules())
        for name, _ in list(self.named_modules()):
            if name and name not in used and name.rpartition(".")[0] in (*used, ""):
                self.delete_submodule(name)

    def print_readable(self, *args, **kwargs):
        return ""

    def forward(self, *args, **kwargs):
        return _run(self, args, kwargs)


def _put(module, target, value):
    *prefix, field = target.split(".")
    for item in prefix:
        if not hasattr(module, item):
            setattr(module, item, torch.nn.Module())
        module = getattr(module, item)
    setattr(module, field, value)


def _run(module, args, kwargs):
    known = {}
    waiting = list(args)

    def of(node):
        return known[node]

    for node in module.graph.nodes:
        if node.op == "output":
            return map_arg(node.args[0], of)
        if node.op == "placeholder":
            known[node] = _given(node, waiting, kwargs)
        elif node.op == "get_attr":
            known[node] = _fetch(module, node.target)
        else:
            operands, named = map_arg(node.args, of), map_arg(node.kwargs, of)
            if node.op == "call_module":
                known[node] = _fetch(module, node.target)(*operands, **named)
            elif node.op == "call_method":
                known[node] = getattr(operands[0], node.target)(*operands[1:], **named)
            else:
                known[node] = node.target(*operands, **named)
    return None


def _given(node, waiting, kwargs):
    """What a placeholder stands for; what is given is taken from those that wait."""
    if node.target.startswith("**"):
        return kwargs
    if node.target.startswith("*"):
        rest = tuple(waiting)
        waiting.clear()
        return rest
    if waiting:
        return waiting.pop(0)
    if node.target in kwargs:
        return kwargs[node.target]
    if node.args:
        return node.args[0]
    raise TypeError(f"forward() missing 1 required positional argument: '{node.target}'")


class Interpreter:
    """Runs a graph node by node; programs derive from it to do otherwise at some of them."""

    def __init__(self, module, garbage_collect_values=True, graph=None):
        self.module = module
        self.submodules = dict(module.named_modules())
        self.graph = module.graph if graph is None else graph
        self.env = {}

    def run(self, *args, initial_env=None, enable_io_processing=True):
        self.env = dict(initial_env) if initial_env is not None else {}
        self.args_iter = iter(args)
        for node in self.graph.nodes:
            if node in self.env:
                continue
            self.env[node] = self.run_node(node)
            if node.op == "output":
                return self.env[node]
        return None

    def run_node(self, n):
        args, kwargs = self.fetch_args_kwargs_from_env(n)
        return getattr(self, n.op)(n.target, args, kwargs)

    def placeholder(self, target, args, kwargs):
        if target.startswith("*"):
            return list(self.args_iter)
        for value in self.args_iter:
            return value
        if args:
            return args[0]
        raise RuntimeError(f"Expected positional argument for parameter {target}, but one was not passed in!")

    def get_attr(self, target, args, kwargs):
        return self.fetch_attr(target)

    def call_function(self, target, args, kwargs):
        return target(*args, **kwargs)

    def call_method(self, target, args, kwargs):
        return getattr(args[0], target)(*args[1:], **kwargs)

    def call_module(self, target, args, kwargs):
        return self.fetch_attr(target)(*args, **kwargs)

    def output(self, target, args, kwargs):
        return args[0]

    def fetch_attr(self, target):
        return _fetch(self.module, target)

    def fetch_args_kwargs_from_env(self, n):
        return self.map_nodes_to_values(n.args, n), self.map_nodes_to_values(n.kwargs, n)

    def map_nodes_to_values(self, args, n):
        return map_arg(args, lambda node: self.env[node])


class Transformer(Interpreter):
    """Runs a graph on proxies, which makes another graph."""

    def __init__(self, module):
        super().__init__(module)
        self.new_graph = type(module.graph)()
        self.tracer = Tracer()
        self.tracer.graph = self.new_graph
        self.tracer.root = module

    def placeholder(self, target, args, kwargs):
        default = next(iter(args)) if args else ...
        return Proxy(self.new_graph.placeholder(target, default_value=default), self.tracer)

    def get_attr(self, target, args, kwargs):
        return self.tracer.create_proxy("get_attr", target, args, kwargs)

    def call_module(self, target, args, kwargs):
        return self.tracer.create_proxy("call_module", target, args, kwargs)

    def call_function(self, target, args, kwargs):
        return self.tracer.create_proxy("call_function", target, args, kwargs)

    def transform(self):
        result = self.run(enable_io_processing=False)
        if result is not None:
            self.new_graph.output(map_arg_of_proxies(result))
        return GraphModule(self.module, self.new_graph)


def map_arg_of_proxies(value):
    if isinstance(value, Proxy):
        return value.node
    if isinstance(value, tuple | list):
        return type(value)([map_arg_of_proxies(item) for item in value])
    if isinstance(value, dict):
        return {key: map_arg_of_proxies(item) for key, item in value.items()}
    return value
