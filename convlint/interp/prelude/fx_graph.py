# mypy: ignore-errors
"""torch's graphs of a program's operations, `torch.fx.Graph`, as convlint interprets them: the same nodes and names.

This file is read as text and interpreted; convlint never imports it.
"""

import re

_TAKEN = frozenset(
    """ArithmeticError AssertionError AttributeError BaseException Ellipsis Exception False ImportError
    IndexError KeyError NameError None NotImplemented OSError RuntimeError StopIteration True TypeError
    ValueError Warning abs aiter all and anext any as ascii assert async await bin bool break breakpoint
    bytearray bytes callable chr class classmethod compile complex continue copyright credits def del delattr
    device dict dir divmod elif else enumerate eval except exec exit filter finally float for format from
    frozenset fx_pytree getattr global globals hasattr hash help hex id if import in inf input int is isinstance
    issubclass iter lambda len license list locals map max memoryview min nan next nonlocal not object oct open
    or ord pass pow print property pytree quit raise range repr return reversed round set setattr slice sorted
    staticmethod str sum super torch try tuple type vars while with yield zip""".split()  # noqa: SIM905
)
"""What a node is not called, since generated code would hide it."""


class _Names:
    """Gives each node a name of its own."""

    def __init__(self):
        self._used = set()
        self._counts = {}

    def create_name(self, candidate, obj=None):
        candidate = re.sub("[^0-9a-zA-Z_]+", "_", candidate) or "_unnamed"
        if candidate[0].isdigit():
            candidate = "_" + candidate
        base, _, number = candidate.rpartition("_")
        if not base or not number.isdigit():
            base, number = candidate, ""
        if not number or candidate in self._used:
            count = self._counts.get(base, 0)
            if candidate in _TAKEN:
                count += 1
                candidate = f"{base}_{count}"
        else:
            count = int(number)
        while candidate in self._used:
            count += 1
            candidate = f"{base}_{count}"
        self._used.add(candidate)
        self._counts[base] = count
        return candidate


def map_arg(a, fn):
    """Put what `fn` gives for each node in place of it, in tuples, lists, dicts and slices."""
    return map_aggregate(a, lambda x: fn(x) if isinstance(x, Node) else x)


def map_aggregate(a, fn):
    if isinstance(a, tuple):
        items = tuple(map_aggregate(item, fn) for item in a)
        return type(a)(*items) if hasattr(a, "_fields") else items
    if isinstance(a, list):
        return [map_aggregate(item, fn) for item in a]
    if isinstance(a, dict):
        made = type(a)()
        for key, item in a.items():
            made[key] = map_aggregate(item, fn)
        return made
    if isinstance(a, slice):
        return slice(map_aggregate(a.start, fn), map_aggregate(a.stop, fn), map_aggregate(a.step, fn))
    return fn(a)


class Node:
    """One operation of a graph."""

    def __init__(self, graph, name, op, target, args, kwargs, return_type=None):
        self.graph = graph
        self.name = name
        self.op = op
        self.target = target
        self.users = {}
        self.type = return_type
        self.meta = {}
        self._erased = False
        self._input_nodes = {}
        self._args = ()
        self._kwargs = {}
        self._given(args, kwargs)

    def _given(self, args, kwargs):
        for old in self._input_nodes:
            old.users.pop(self, None)
        self._input_nodes = {}
        self._args = map_arg(args, self._uses)
        self._kwargs = map_arg(kwargs, self._uses)

    def _uses(self, node):
        self._input_nodes[node] = None
        node.users[self] = None
        return node

    @property
    def args(self):
        return self._args

    @args.setter
    def args(self, args):
        self._given(args, self._kwargs)

    @property
    def kwargs(self):
        return self._kwargs

    @kwargs.setter
    def kwargs(self, kwargs):
        self._given(self._args, kwargs)

    @property
    def all_input_nodes(self):
        return list(self._input_nodes)

    @property
    def next(self):
        return self.graph._beside(self, 1)

    @property
    def prev(self):
        return self.graph._beside(self, -1)

    def update_arg(self, idx, arg):
        args = list(self._args)
        args[idx] = arg
        self.args = tuple(args)

    def update_kwarg(self, key, arg):
        self.kwargs = {**self._kwargs, key: arg}

    def replace_all_uses_with(self, replace_with, delete_user_cb=lambda user: True, *, propagate_meta=False):
        changed = []
        for user in list(self.users):
            if delete_user_cb(user):
                user.replace_input_with(self, replace_with)
                changed.append(user)
        return changed

    def replace_input_with(self, old_input, new_input):
        def other(node):
            return new_input if node is old_input else node

        self._given(map_arg(self._args, other), map_arg(self._kwargs, other))

    def prepend(self, x):
        self.graph._moved(x, self, 0)

    def append(self, x):
        self.graph._moved(x, self, 1)

    def is_impure(self, impure_random=True):
        if self.op in ("placeholder", "output"):
            return True
        if self.op == "call_function":
            return getattr(self.target, "__name__", "") in ("_assert", "assert_fn")
        return False

    def format_node(self, *args, **kwargs):
        return self.name

    def __repr__(self):
        return self.name

    def __str__(self):
        return self.name


class _Inserting:
    """Where new nodes go while a `with` runs."""

    def __init__(self, graph, where):
        self.graph = graph
        self.where = where

    def __enter__(self):
        self.before = self.graph._where
        self.graph._where = self.where

    def __exit__(self, *raised):
        self.graph._where = self.before


class Graph:
    """The operations of a program in the order in which they run."""

    def __init__(self, owning_module=None, tracer_cls=None, tracer_extras=None):
        self.owning_module = owning_module
        self._tracer_cls = tracer_cls
        self._nodes = []
        self._names = _Names()
        self._where = None
        self._co_fields = {}

    @property
    def nodes(self):
        return list(self._nodes)

    def find_nodes(self, *, op, target=None, sort=True):
        return [n for n in self._nodes if n.op == op and (target is None or n.target == target)]

    def output_node(self):
        return next(iter(self.find_nodes(op="output")))

    def create_node(self, op, target, args=None, kwargs=None, name=None, type_expr=None):
        candidate = name if name is not None else self._target_to_str(target)
        chosen = self._names.create_name(candidate)
        node = Node(self, chosen, op, target, () if args is None else args, {} if kwargs is None else kwargs, type_expr)
        if self._where is None:
            self._nodes.append(node)
        else:
            beside, after = self._where
            self._nodes.insert(self._nodes.index(beside) + after if beside is not None else 0, node)
            if after:
                self._where = (node, after)
        return node

    def _beside(self, node, step):
        at = self._nodes.index(node) + step
        return self._nodes[at] if 0 <= at < len(self._nodes) else None

    def _moved(self, node, beside, after):
        if node in self._nodes:
            self._nodes.remove(node)
        self._nodes.insert(self._nodes.index(beside) + after, node)

    def erase_node(self, to_erase):
        if len(to_erase.users) > 0:
            count = len(to_erase.users)
            raise RuntimeError(f"Tried to erase Node {to_erase} but it still had {count} users in the graph")
        if to_erase._erased:
            return
        self._nodes.remove(to_erase)
        to_erase._erased = True
        to_erase._given((), {})

    def inserting_before(self, n=None):
        return _Inserting(self, (n if n is not None else self._first(), 0))

    def inserting_after(self, n=None):
        return _Inserting(self, (n if n is not None else self._last(), 1))

    def _first(self):
        return self._nodes[0] if self._nodes else None

    def _last(self):
        return self._nodes[-1] if self._nodes else None

    def placeholder(self, name, type_expr=None, default_value=...):
        args = () if default_value is ... else (default_value,)
        return self.create_node("placeholder", name, args, type_expr=type_expr)

    def get_attr(self, qualified_name, type_expr=None):
        return self.create_node("get_attr", qualified_name, type_expr=type_expr)

    def call_module(self, module_name, args=None, kwargs=None, type_expr=None):
        return self.create_node("call_module", module_name, args, kwargs, type_expr=type_expr)

    def call_method(self, method_name, args=None, kwargs=None, type_expr=None):
        return self.create_node("call_method", method_name, args, kwargs, type_expr=type_expr)

    def call_function(self, the_function, args=None, kwargs=None, type_expr=None, name=None):
        return self.create_node("call_function", the_function, args, kwargs, name=name, type_expr=type_expr)

    def output(self, result, type_expr=None):
        return self.create_node("output", "output", (result,), type_expr=type_expr)

    def node_copy(self, node, arg_transform=lambda x: x):
        args, kwargs = map_arg(node.args, arg_transform), map_arg(node.kwargs, arg_transform)
        made = self.create_node(node.op, node.target, args, kwargs, node.name, node.type)
        made.meta = dict(node.meta)
        return made

    def graph_copy(self, g, val_map, return_output_node=False):
        for node in g.nodes:
            if node in val_map:
                continue
            if node.op == "output":
                result = map_arg(node.args[0], lambda n: val_map[n])
                return (result, node) if return_output_node else result
            val_map[node] = self.node_copy(node, lambda n: val_map[n])
        return None

    def __deepcopy__(self, memo=None):
        made = Graph(tracer_cls=self._tracer_cls)
        copied = {}
        result = made.graph_copy(self, copied, return_output_node=True)
        if result is not None:
            made.output(result[0], type_expr=result[1].type)
        return made

    def lint(self):
        pass

    def set_codegen(self, codegen):
        pass

    def print_tabular(self):
        pass

    def eliminate_dead_code(self, is_impure_node=None):
        impure = is_impure_node or (lambda node: node.is_impure())
        before = len(self._nodes)
        for node in reversed(self.nodes):
            if len(node.users) == 0 and not impure(node):
                self.erase_node(node)
        return len(self._nodes) < before

    def _target_to_str(self, target):
        op = target.__name__ if callable(target) else target
        if op.startswith("__") and op.endswith("__"):
            op = op[2:-2]
        return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", op).lower()
