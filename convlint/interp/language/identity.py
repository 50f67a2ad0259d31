"""Identity of values, `is`: known where Python says so."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING

from convlint.interp.natives.objects import Form
from convlint.interp.values.classes import ClassValue, Instance, SuperValue
from convlint.interp.values.functions import (
    BoundMethod,
    ClassMethod,
    Function,
    GeneratorValue,
    Native,
    Partial,
    Property,
    StaticMethod,
)
from convlint.interp.values.modules import PyModule
from convlint.interp.values.numbers import Ratio, SymbolicBool
from convlint.interp.values.unknown import Derived, Number, Shaped, SomeTensor, Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

OBJECTS = (
    Instance,
    ClassValue,
    SuperValue,
    Function,
    BoundMethod,
    Partial,
    StaticMethod,
    ClassMethod,
    Property,
    GeneratorValue,
    PyModule,
    list,
    dict,
    set,
    bytearray,
    collections.deque,
    type,
    type(None),
    type(...),
    type(NotImplemented),
    bool,
)
"""Values of which each is one object here and in the program."""
IMMUTABLE = (int, float, complex, str, bytes, tuple, frozenset)
"""Values of which Python may keep one object or several that are equal."""
FUNCTIONS = ("torch.", "operator.", "math.", "builtins.")
SMALL = range(-5, 257)
"""The integers of which there is one object each."""


def identical(vm: Vm, left: Value, right: Value) -> bool | Unknown:
    """Evaluate `left is right`."""
    if left is right and not isinstance(left, Derived):
        return True
    for value, other in ((left, right), (right, left)):
        if isinstance(value, Unknown):
            certain = other is None and isinstance(value, Number | Shaped | SomeTensor)
            return False if certain else vm.derived(value, "is", other)
        if isinstance(value, SymbolicBool):
            return vm.unknown("identity of a truth value that is not known") if isinstance(other, bool) else False
    for value, other in ((left, right), (right, left)):
        if isinstance(value, type) and isinstance(other, Native) and other.name.startswith("torch."):
            return False  # torch names none of Python's own types as its own
        if isinstance(value, type | ClassValue) and not isinstance(other, (*OBJECTS, *IMMUTABLE, Tensor, Dim, Form)):
            return vm.unknown("identity of a class of a library")
    if isinstance(left, Form) and isinstance(right, Form) and not (left.parts and right.parts):
        return False
    for value in (left, right):
        if isinstance(value, ClassValue) and value.decides_instances is not None:
            return value.decides_instances  # its metaclass may have made anything
    if isinstance(left, OBJECTS) or isinstance(right, OBJECTS):
        return False
    if isinstance(left, Tensor) and isinstance(right, Tensor):
        return _tensors(vm, left, right)
    if isinstance(left, Dim | Ratio) or isinstance(right, Dim | Ratio):
        return vm.unknown("identity of symbolic sizes")
    if isinstance(left, IMMUTABLE) and isinstance(right, IMMUTABLE):
        return _immutable(vm, left, right)
    if isinstance(left, (*IMMUTABLE, Tensor)) or isinstance(right, (*IMMUTABLE, Tensor)):
        return False
    if isinstance(left, Native) and isinstance(right, Native) and are_two_functions(left.name, right.name):
        return False
    return vm.unknown("identity of values of a library")


def are_two_functions(left: str, right: str) -> bool:
    """Whether functions of torch or of Python's own are certainly two, by their qualified names: torch has some under
    the same name in several modules, of which some are one."""
    if not all(name.startswith(FUNCTIONS) and not name.startswith("torch.Tensor.") for name in (left, right)):
        return False
    if left.partition(".")[0] != right.partition(".")[0]:
        return True
    return left.rpartition(".")[2].strip("_") != right.rpartition(".")[2].strip("_")


def _tensors(vm: Vm, left: Tensor, right: Tensor) -> bool | Unknown:
    """Many operations of torch return the tensor itself where there is nothing to do."""
    if left.shape != right.shape or (left.is_parameter and right.is_parameter):
        return False
    return vm.unknown("whether two tensors are one")


def _immutable(vm: Vm, left: Value, right: Value) -> bool | Unknown:
    if type(left) is not type(right):
        return False
    if not getattr(left, "is_text", True):  # dtypes and memory formats: one object each
        return bool(left == right)
    if isinstance(left, tuple | frozenset):
        return vm.unknown("identity of equal tuples") if len(left) == len(right) else False
    if left != right:
        return False
    return True if isinstance(left, int) and left in SMALL else vm.unknown("identity of equal values")
