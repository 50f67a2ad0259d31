"""What a model is run on: declared sizes, sizes from calls, or symbols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from convlint.analysis.annotations import annotated_shape
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import Function
from convlint.interp.values.unknown import FreeTensor, Unknown, Value
from convlint.ir import nodes
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim, Size, symbol

Declared = tuple[tuple["int | str", ...], ...]
"""The sizes of each input; strings are names of symbols."""

NAMES = {1: ("N",), 2: ("N", "F"), 3: ("N", "C", "L"), 4: ("N", "C", "H", "W"), 5: ("N", "C", "D", "H", "W")}
SCALARS = frozenset({"int", "bool", "str", "float", "Optional", "List", "Dict", "Tuple", "list", "dict", "tuple"})


def declared_tensors(declared: Declared) -> list[Value]:
    """Return a tensor for each declared input; equal names are equal sizes."""
    symbols: dict[str, Dim] = {}
    return [Tensor(tuple(_size_of(size, symbols) for size in shape), dtype="") for shape in declared]


def _size_of(size: int | str, symbols: dict[str, Dim]) -> Size:
    return size if isinstance(size, int) else symbols.setdefault(size, symbol(size.partition("@")[0]))


def opened(declared: Declared) -> Declared:
    """Return the same shapes with a name of its own for every size that is given as a number."""
    taken = {size for shape in declared for size in shape if isinstance(size, str)}
    result: list[tuple[int | str, ...]] = []
    for number, shape in enumerate(declared):
        names = NAMES.get(len(shape), tuple(f"D{axis}" for axis in range(len(shape))))
        if len(declared) > 1:
            names = tuple(f"{name}{number + 1}" for name in names)
        sizes: list[int | str] = []
        for name, size in zip(names, shape, strict=True):
            while isinstance(size, int) and name in taken:
                name += "_"
            sizes.append(name if isinstance(size, int) else size)
        result.append(tuple(sizes))
    return tuple(result)


def declared_for(cls: ClassValue, comments: Mapping[int, Declared]) -> Declared:
    """Return what a comment above a class or above its own forward declares, empty if there is none."""
    if cls.place is None:
        return ()
    forward = cls.namespace.get("forward")
    rows = [cls.place.span[0]]
    if isinstance(forward, Function):
        rows.append(forward.node.span[0])
    return next((comments[row] for row in rows if row in comments), ())


def symbolic_tensor(rank: int, name: str, alone: bool) -> Tensor:
    """Return a tensor of a known rank with a symbol for each size; told apart by name if there are several."""
    base = NAMES.get(rank, tuple(f"D{axis}" for axis in range(rank)))
    return Tensor(tuple(symbol(part if alone else f"{part}_{name}") for part in base), dtype="")


def free_arguments(
    forward: Function, ranks: dict[str, int], *, careful: bool = False
) -> tuple[list[Value], dict[str, Value]]:
    """Return arguments for a forward of which nothing was said: free tensors, or symbols where the rank is known.

    Optional arguments are left out, or unknown if `careful`.
    """
    params = forward.node.params
    positional = (params.posonly + params.args)[1:]
    alone = sum(1 for param in positional if param.default is None) == 1
    symbols: dict[str, Dim] = {}
    args: list[Value] = []
    kwargs: dict[str, Value] = {}
    for param in positional + params.kwonly:
        if param.default is not None and not careful:
            continue
        value: Value = Unknown(f"argument `{param.name}` of forward may be given")
        if param.default is None:
            value = _argument(param, ranks, alone and param in positional, symbols)
        if param in params.kwonly:
            kwargs[param.name] = value
        else:
            args.append(value)
    return args, kwargs


def is_annotated(forward: Function) -> bool:
    """Whether annotations give the sizes of an input."""
    params = forward.node.params
    return any(annotated_shape(param.annotation) for param in params.single)


def _argument(param: nodes.Parameter, ranks: dict[str, int], alone: bool, symbols: dict[str, Dim]) -> Value:
    annotated = annotated_shape(param.annotation)
    if annotated is not None:
        shape, dtype = annotated
        return Tensor(tuple(_size_of(size, symbols) for size in shape), dtype)
    if ranks.get(param.name):
        return symbolic_tensor(ranks[param.name], param.name, alone)
    if _is_scalar(param.annotation):
        return Unknown(f"argument `{param.name}` of forward has no known value")
    return FreeTensor(param.name, settled=param.name in ranks)


def _is_scalar(annotation: nodes.Expr | None) -> bool:
    """Whether an annotation says that a parameter is no tensor."""
    if isinstance(annotation, nodes.Subscript):
        annotation = annotation.value
    if isinstance(annotation, nodes.Attribute):
        return annotation.attr in SCALARS
    return isinstance(annotation, nodes.Name) and annotation.id in SCALARS


def takes(forward: Function, inputs: Sequence[Value]) -> bool:
    """Whether a forward can be called with that many positional inputs."""
    params = forward.node.params
    positional = (params.posonly + params.args)[1:]
    needed = sum(1 for param in positional if param.default is None)
    return needed <= len(inputs) and (params.vararg is not None or len(inputs) <= len(positional))
