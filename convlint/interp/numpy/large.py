"""NumPy's functions on arrays of which only the sizes are known, and those that make such arrays: random numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives import registry
from convlint.interp.natives.registry import add_value, native
from convlint.interp.numpy import numbers, sized_shapes  # noqa: F401 - it registers what it knows
from convlint.interp.numpy.arrays import Array, sized
from convlint.interp.numpy.making import open_shape
from convlint.interp.numpy.sized import FUNCTIONS as FUNCTIONS_OF_SIZES
from convlint.interp.numpy.sized import MAX_ROWS, Function, mentions, of_value
from convlint.interp.torch.operations import number_of
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import Native
from convlint.interp.values.numbers import Ratio
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAKING = ("array", "asarray", "asanyarray")
"""The functions that make an array of what they are given; the dtype is their second argument."""


def _register(name: str, function: Function) -> None:
    """Let a function take arrays of known sizes; of all others it does what it did."""
    exact = registry.find(f"numpy.{name}")

    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if args and any(mentions(value) for value in args):
            return function(vm, args, kwargs)
        return exact.call(vm, args, kwargs) if isinstance(exact, Native) else vm.unknown(f"`numpy.{name}`")

    add_value(f"numpy.{name}", Native(f"numpy.{name}", call))


for _name, _function in FUNCTIONS_OF_SIZES.items():
    _register(_name, _function)


def _register_making(name: str) -> None:
    exact = registry.find(f"numpy.{name}")
    assert isinstance(exact, Native)

    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        value = args[0] if args else None
        known = isinstance(value, Array) or (isinstance(value, Tensor) and value.data is not None)
        found = None if known or isinstance(value, int | float) else of_value(vm, value)
        if found is None or _is_of_numbers(value):
            return exact.call(vm, args, kwargs)
        dtype = args[1] if len(args) > 1 else kwargs.get("dtype")
        return sized(found.shape, found.dtype if dtype is None else numbers.dtype_named(dtype))

    add_value(f"numpy.{name}", Native(f"numpy.{name}", call))


def _is_of_numbers(value: Value) -> bool:
    """Whether a list holds plain numbers only, in however many lists."""
    if isinstance(value, list | tuple):
        return len(value) <= MAX_ROWS and all(_is_of_numbers(item) for item in value)
    return isinstance(value, int | float | Dim | Ratio | Array)


for _name in MAKING:
    _register_making(_name)


# --- random numbers -------------------------------------------------------------------------------------

BY_SIZES = "rand randn"
"""Functions whose arguments are the sizes."""
BY_SIZE = {
    "random": 0, "random_sample": 0, "ranf": 0, "sample": 0, "standard_normal": 0, "uniform": 2, "normal": 2,
    "laplace": 2, "gumbel": 2, "logistic": 2, "lognormal": 2, "beta": 2, "gamma": 2, "exponential": 1, "rayleigh": 1,
    "triangular": 3, "standard_exponential": 0,
}  # fmt: skip
"""Functions that give floats, with the place of the argument `size`."""
WHOLE = {"randint": 2, "integers": 2, "random_integers": 2, "binomial": 2, "poisson": 1, "geometric": 1}
"""Functions that give integers."""


def _drawn(vm: Vm, size: Value, dtype: str) -> Value:
    if size is None:
        return number_of(dtype, Unknown("a random number"))
    shape = open_shape(vm, size)
    return Unknown("random numbers") if shape is None else sized(shape, dtype)


def _by_sizes(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _drawn(vm, tuple(args) if args else None, "float64")


def _by_size(place: int, dtype: str) -> Function:
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        size = args[place] if len(args) > place else kwargs.get("size")
        given = args[place + 1] if len(args) > place + 1 else kwargs.get("dtype")
        return _drawn(vm, size, dtype if given is None else numbers.dtype_named(given))

    return call


def _choice(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Elements of a list or of a range, of whatever dtype."""
    size = args[1] if len(args) > 1 else kwargs.get("size")
    chosen = args[0] if args else kwargs.get("a")
    dtype = "int64" if isinstance(chosen, int) else getattr(of_value(vm, chosen), "dtype", "")
    return _drawn(vm, size, dtype)


def _permutation(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if isinstance(args[0], int):
        return sized((args[0],), "int64")
    found = of_value(vm, args[0])
    return Unknown("a permutation") if found is None else sized(found.shape, found.dtype)


def _shuffle(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    vm.havoc(args[0], "it was shuffled")
    return None


FUNCTIONS: dict[str, Function] = {
    **dict.fromkeys(BY_SIZES.split(), _by_sizes),
    **{name: _by_size(place, "float64") for name, place in BY_SIZE.items()},
    **{name: _by_size(place, "int64") for name, place in WHOLE.items()},
    "choice": _choice,
    "permutation": _permutation,
    "shuffle": _shuffle,
}


def _without_self(function: Function) -> Function:
    return lambda vm, args, kwargs: function(vm, args[1:], kwargs)


GENERATOR = ClassValue("Generator", "numpy.random.Generator", (), {})
GENERATOR.mro = (GENERATOR,)
for _name, _function in FUNCTIONS.items():
    add_value(f"numpy.random.{_name}", Native(f"numpy.random.{_name}", _function))
    GENERATOR.namespace[_name] = Native(f"Generator.{_name}", _without_self(_function), binds=True)
GENERATOR.namespace["seed"] = Native("Generator.seed", lambda vm, args, kwargs: None, binds=True)
GENERATOR.namespace["__getattr__"] = Native(
    "Generator.__getattr__", lambda vm, args, kwargs: vm.unknown(f"`{args[1]}` of a generator of NumPy"), binds=True
)
GENERATOR.factory = lambda vm, cls, args, kwargs: Instance(GENERATOR)
add_value("numpy.random.Generator", GENERATOR)


@native("numpy.random.default_rng", "numpy.random.RandomState")
def _generator(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Instance(GENERATOR)
