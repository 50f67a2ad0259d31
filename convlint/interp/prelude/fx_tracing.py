# mypy: ignore-errors
"""torch's symbolic tracing, `torch.fx.Tracer`, as convlint interprets it: a run of the program on proxies.

This file is read as text and interpreted; convlint never imports it.
"""

import inspect
import math
import operator

import torch
from torch.fx import _kept_at, _name_of, _tracing
from torch.fx.graph import Graph, map_aggregate
from torch.overrides import is_tensor_method_or_property


class TraceError(ValueError):
    pass


def _operator(target):
    def apply(self, *others):
        return self.tracer.create_proxy("call_function", target, (self, *others), {})

    return apply


def _reflected(target):
    def apply(self, other):
        return self.tracer.create_proxy("call_function", target, (other, self), {})

    return apply


class Proxy:
    """Stands for the value of a node while a program is traced."""

    def __init__(self, node, tracer=None):
        self.tracer = TracerBase(node.graph) if tracer is None else tracer
        self.node = node

    def __repr__(self):
        return f"Proxy({self.node.name})"

    def __getattr__(self, name):
        return Attribute(self, name)

    def __call__(self, *args, **kwargs):
        return self.tracer.create_proxy("call_method", "__call__", (self, *args), kwargs)

    def __iter__(self):
        return self.tracer.iter(self)

    def __unpack__(self, count):
        return [self[index] for index in range(count)]

    def __bool__(self):
        return self.tracer.to_bool(self)

    def __hash__(self):
        return id(self)

    def __len__(self):
        raise RuntimeError(
            "'len' is not supported in symbolic tracing by default. If you want this call to be recorded, please call "
            "torch.fx.wrap('len') at module scope"
        )

    def keys(self):
        return self.tracer.keys(self)

    @classmethod
    def __torch_function__(cls, orig_method, types, args=None, kwargs=None):
        tracer = _first_proxy(args, kwargs).tracer
        if is_tensor_method_or_property(orig_method):
            return tracer.create_proxy("call_method", orig_method.__name__, args or (), kwargs or {})
        name = tracer.graph._target_to_str(orig_method.__name__)
        return tracer.create_proxy("call_function", orig_method, args or (), kwargs or {}, name=name)

    __abs__ = _operator(operator.abs)
    __eq__, __ne__ = _operator(operator.eq), _operator(operator.ne)
    __lt__, __gt__ = _operator(operator.lt), _operator(operator.gt)
    __le__, __ge__ = _operator(operator.le), _operator(operator.ge)
    __pos__, __neg__, __invert__ = _operator(operator.pos), _operator(operator.neg), _operator(operator.invert)
    __getitem__ = _operator(operator.getitem)
    __add__, __radd__ = _operator(operator.add), _reflected(operator.add)
    __sub__, __rsub__ = _operator(operator.sub), _reflected(operator.sub)
    __mul__, __rmul__ = _operator(operator.mul), _reflected(operator.mul)
    __floordiv__, __rfloordiv__ = _operator(operator.floordiv), _reflected(operator.floordiv)
    __truediv__, __rtruediv__ = _operator(operator.truediv), _reflected(operator.truediv)
    __mod__, __rmod__ = _operator(operator.mod), _reflected(operator.mod)
    __pow__, __rpow__ = _operator(operator.pow), _reflected(operator.pow)
    __lshift__, __rlshift__ = _operator(operator.lshift), _reflected(operator.lshift)
    __rshift__, __rrshift__ = _operator(operator.rshift), _reflected(operator.rshift)
    __and__, __rand__ = _operator(operator.and_), _reflected(operator.and_)
    __or__, __ror__ = _operator(operator.or_), _reflected(operator.or_)
    __xor__, __rxor__ = _operator(operator.xor), _reflected(operator.xor)
    __matmul__, __rmatmul__ = _operator(operator.matmul), _reflected(operator.matmul)


class Attribute(Proxy):
    """What is read from a proxy: a node of its own, unless it is called."""

    def __init__(self, root, attr):
        self.root = root
        self.attr = attr
        self.tracer = root.tracer
        self._node = None

    @property
    def node(self):
        if self._node is None:
            self._node = self.tracer.create_proxy("call_function", getattr, (self.root, self.attr), {}).node
        return self._node

    def __call__(self, *args, **kwargs):
        return self.tracer.create_proxy("call_method", self.attr, (self.root, *args), kwargs)


def _assert_is_none(value, msg):
    assert value is None, msg


def _first_proxy(args, kwargs):
    """The first proxy among the arguments of a call, or None."""
    found = []

    def look(value):
        if isinstance(value, Proxy):
            found.append(value)
        return value

    map_aggregate((args or (), kwargs or {}), look)
    return found[0] if found else None


class TracerBase:
    """Puts what is done to proxies into a graph."""

    trace_asserts = False
    proxy_buffer_attributes = False
    traced_func_name = "forward"

    def __init__(self, graph=None):
        if graph is not None:
            self.graph = graph

    def create_node(self, kind, target, args, kwargs, name=None, type_expr=None):
        return self.graph.create_node(kind, target, args, kwargs, name, type_expr)

    def proxy(self, node):
        return Proxy(node, self)

    def create_proxy(self, kind, target, args, kwargs, name=None, type_expr=None, proxy_factory_fn=None):
        node = self.create_node(kind, target, self.create_arg(args), self.create_arg(kwargs), name, type_expr)
        return self.proxy(node) if not proxy_factory_fn else proxy_factory_fn(node)

    def create_arg(self, a):
        if isinstance(a, Proxy):
            return a.node
        if hasattr(a, "__fx_create_arg__"):
            return a.__fx_create_arg__(self)
        if isinstance(a, tuple):
            items = [self.create_arg(item) for item in a]
            return type(a)(*items) if hasattr(a, "_fields") else tuple(items)
        if isinstance(a, list):
            return [self.create_arg(item) for item in a]
        if isinstance(a, dict):
            return {key: self.create_arg(item) for key, item in a.items()}
        if isinstance(a, slice):
            return slice(self.create_arg(a.start), self.create_arg(a.stop), self.create_arg(a.step))
        if isinstance(a, range):
            return range(self.create_arg(a.start), self.create_arg(a.stop), self.create_arg(a.step))
        return a

    def to_bool(self, obj):
        raise TraceError("symbolically traced variables cannot be used as inputs to control flow")

    def iter(self, obj):
        raise TraceError(
            "Proxy object cannot be iterated. This can be attempted when the Proxy is used in a loop or as a *args or "
            "**kwargs function argument. See the torch.fx docs on pytorch.org for a more detailed explanation of what "
            "types of control flow can be traced, and check out the Proxy docstring for help troubleshooting Proxy "
            "iteration errors"
        )

    def keys(self, obj):
        return Attribute(obj, "keys")()


GraphAppendingTracer = TracerBase


def _wrapper(function):
    """What stands in place of a function that becomes a node where it is given a proxy."""

    def wrapped(*args, **kwargs):
        proxy = _first_proxy(args, kwargs)
        if proxy is None:
            return function(*args, **kwargs)
        made = proxy.tracer.create_proxy("call_function", function, args, kwargs)
        made.node.meta["is_wrapped"] = True
        return made

    return wrapped


class Tracer(TracerBase):
    """Runs a module or a function on proxies; what it does becomes a graph."""

    def __init__(self, autowrap_modules=(math,), autowrap_functions=(), param_shapes_constant=False):
        self._autowrap_modules = tuple(autowrap_modules)
        self._autowrap_functions = tuple(autowrap_functions)
        self.param_shapes_constant = param_shapes_constant
        self.submodule_paths = None
        self.root_module_name = ""
        self.module_stack = {}

    def create_arg(self, a):
        if isinstance(a, torch.Tensor):
            name = _name_of(self.root, a)
            if name is not None:
                return self.create_node("get_attr", name, (), {})
            if isinstance(a, torch.nn.Parameter):
                raise NameError("parameter is not a member of this module")
        if isinstance(a, torch.nn.Module):
            for name, own in self.root.named_modules():
                if a is own:
                    return self.create_node("get_attr", name, (), {})
        if isinstance(a, tuple) and hasattr(a, "_fields"):
            return self.create_node("call_function", a.__class__, tuple(self.create_arg(item) for item in a), {})
        if isinstance(a, torch.Tensor):
            return self.create_node("get_attr", self._place_of(a), (), {})
        return super().create_arg(a)

    def _place_of(self, tensor):
        """Where a tensor that the program made is kept: in an attribute of a module, or in a new one of the root."""
        name = _kept_at(self.root, tensor)
        if name is not None:
            return name
        count = 0
        while hasattr(self.root, f"_tensor_constant{count}"):
            count += 1
        name = f"_tensor_constant{count}"
        setattr(self.root, name, tensor)
        return name

    def is_leaf_module(self, m, module_qualified_name):
        inside = m.__module__.startswith("torch.nn") or m.__module__.startswith("torch.ao.nn")
        return inside and not isinstance(m, torch.nn.Sequential)

    def path_of_module(self, mod):
        if self.submodule_paths:
            path = self.submodule_paths.get(mod)
            if path is None:
                raise NameError("module is not installed as a submodule")
            return path
        for name, own in self.root.named_modules():
            if mod is own:
                return name
        raise NameError("module is not installed as a submodule")

    def call_module(self, m, forward, args, kwargs):
        path = self.path_of_module(m)
        if self.is_leaf_module(m, path):
            return self.create_proxy("call_module", path, args, kwargs)
        return forward(*args, **kwargs)

    def getattr(self, attr, attr_val, parameter_proxy_cache):
        if not (isinstance(attr_val, torch.nn.Parameter) or self.proxy_buffer_attributes):
            return attr_val
        name = _name_of(self.root, attr_val)
        if name is None:
            return attr_val
        if name not in parameter_proxy_cache:
            parameter_proxy_cache[name] = self.create_proxy("get_attr", name, (), {})
        return parameter_proxy_cache[name]

    def _arguments(self, function, is_module, concrete):
        args = []
        parameters = list(inspect.signature(function).parameters.values())
        for parameter in parameters[1:] if is_module else parameters:
            stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
            default = () if parameter.default is inspect.Parameter.empty else (parameter.default,)
            if parameter.name in concrete:
                args.append(self._specialised(parameter.name, default, concrete[parameter.name]))
                continue
            args.append(self.create_proxy("placeholder", stars + parameter.name, default, {}))
        return args

    def _specialised(self, name, default, value):
        """An argument that keeps the value that it is traced with; the graph checks that it has it."""
        out = self.create_proxy("placeholder", f"{name}_1", default, {})
        text = f"{name} has been specialized to have value {value} but got another value"
        if value is None:
            self.create_proxy("call_function", _assert_is_none, (out, text), {})
        elif isinstance(value, bool | int | float | str):
            self.create_proxy("call_function", torch._assert, (out == value, text), {}, name="_assert")
        return value

    def trace(self, root, concrete_args=None):
        is_module = isinstance(root, torch.nn.Module)
        if is_module:
            self.root = root
            function = getattr(type(root), self.traced_func_name)
            self.submodule_paths = {}
            for name, module in root.named_modules():
                self.submodule_paths[module] = name
        else:
            self.root = torch.nn.Module()
            function = root
        self.graph = Graph(tracer_cls=type(self))
        cache = {}
        args = self._arguments(function, is_module, concrete_args or {})

        def call(module, forward, args, kwargs):
            return self.call_module(module, forward, args, kwargs)

        def read(name, value):
            return self.getattr(name, value, cache)

        with _tracing(call, read, _wrapper, self._autowrap_modules, self._autowrap_functions, function):
            result = function(root, *args) if is_module else function(*args)
            self.create_node("output", "output", (self.create_arg(result),), {})
        self.submodule_paths = None
        return self.graph


def symbolic_trace(root, concrete_args=None):
    from torch.fx.graph_module import GraphModule

    tracer = Tracer()
    graph = tracer.trace(root, concrete_args)
    name = root.__class__.__name__ if isinstance(root, torch.nn.Module) else root.__name__
    return GraphModule(tracer.root, graph, name)
