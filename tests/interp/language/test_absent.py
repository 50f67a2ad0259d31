"""What certainly is not there: each name that CPython or torch has on a value is there, or unknown, never absent."""

from __future__ import annotations

import pytest

from tests.interp.running import interpret, python

pytestmark = pytest.mark.sampled

HEAD = """
import abc, collections, collections.abc, contextlib, contextvars, dataclasses, enum, fractions, functools, inspect, io
import itertools, threading
import math, operator, random, re, string, sys, types, typing
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

class A:
    "A class."
    x: int = 1
    def __init__(self): self.v = 1
    def method(self, a, b=2, *, c=3): "A method."
    @classmethod
    def made(cls): pass
    @staticmethod
    def static(): pass
    @property
    def read(self): return 1
class B(A): pass
class Abstract(abc.ABC):
    @abc.abstractmethod
    def f(self): pass
class Concrete(Abstract):
    def f(self): pass
T = typing.TypeVar("T")
class Generic(typing.Generic[T]): pass
class Protocol(typing.Protocol):
    def f(self): ...
class Colour(enum.Enum):
    RED = 1
class Level(enum.IntEnum):
    LOW = 1
class Mode(enum.Flag):
    R = 1
class Point(typing.NamedTuple):
    x: int
    y: int = 2
@dataclasses.dataclass
class Config:
    width: int = 8
@dataclasses.dataclass(frozen=True, order=True)
class Frozen:
    width: int = 8
class Mapped(dict): pass
class Listed(list): pass
class Int(int): pass
class Text(str): pass
class Error(ValueError): pass
class Slotted:
    __slots__ = ("a",)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 3)
    def forward(self, x): return self.fc(x)
class Own(nn.Conv2d): pass
class Wide(nn.Sequential): pass
class Op(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x
def function(a, b=2, *, c=3): "A function."
def generator(): yield 1
@functools.lru_cache
def cached(): pass
@functools.wraps(function)
def wrapper(): pass
@contextlib.contextmanager
def manager(): yield 1
class Cached:
    @functools.cached_property
    def width(self): return 8
class Seq(collections.abc.Sequence):
    def __len__(self): return 1
    def __getitem__(self, at): return [8][at]
"""
VALUES = """
A; A(); B(); A().method; A.method; A.made; A.static; A.read; B; Concrete; Concrete(); Generic; Generic(); Protocol
Colour; Colour.RED; Level; Level.LOW; Mode; Mode.R; Point; Point(1); Config; Config(); Frozen; Frozen(); Mapped
Mapped(); Listed(); Int(3); Text("a"); Error; Error("a"); Slotted; Slotted(); Net; Net(); Net().fc; Net().forward
Own(1, 2, 3); Own; Wide(); Op; nn.Module; nn.Module(); nn.Linear; nn.Conv2d; nn.LSTM(2, 3); nn.BatchNorm2d(3)
nn.Sequential(); nn.ModuleList(); nn.ModuleDict(); nn.ParameterList(); nn.ParameterDict(); nn.MultiheadAttention(4, 2)
nn.Transformer(4, 2, 1, 1, 8); nn.Embedding(3, 2); nn.ReLU(); nn.Dropout(0.1); nn.CrossEntropyLoss(); nn.Upsample(2)
nn.LazyLinear(3); nn.MaxPool2d(2); nn.Flatten(); torch.zeros(2, 3); torch.tensor(1); nn.Parameter(torch.zeros(2))
torch.zeros(2).shape; torch.float32; torch.device("cpu"); torch.finfo(torch.float32); torch.iinfo(torch.int8)
torch.zeros(2).sum; torch.relu; F.relu; F.max_pool2d; torch.cat; torch; torch.nn; F; torch.no_grad(); torch.Size([1])
torch.Tensor; nn.Parameter; np.zeros(2); np.int64(3); np.float32(1); np; function; generator; generator()
(i for i in [1]); lambda x: x; cached; wrapper; manager; manager(); len; max; print; math.sqrt
functools.partial(max, 1); functools.partial; functools.reduce; functools.lru_cache; operator.add
itertools.chain([1]); iter([1]); map(str, [1]); zip([1]); enumerate([1]); reversed([1]); range(3); slice(1); "a"; b"a"
1; 1.5; True; 1j; None; ...; [1]; (1,); {"a": 1}; {1}; frozenset([1]); collections.OrderedDict()
collections.defaultdict(int); collections.Counter("a"); collections.deque([1]); int; str; dict; list; object; type
ValueError("a"); ValueError; KeyError("a"); [].append; "a".join; {}.items(); {}.keys(); {}.values(); dict.fromkeys
str.join; property(len); staticmethod(len); classmethod(len); types.SimpleNamespace(a=1)
types.MappingProxyType({"a": 1}); vars(A); inspect.signature(function); re.compile("a"); re.match("a", "a")
typing.Any; typing.Optional[int]; list[int]; int | None; math; sys; collections.abc.Mapping; abc.ABC; enum.Enum
contextlib.nullcontext(); dataclasses.field(); dataclasses.fields(Config)[0]; sys.version_info; string; NotImplemented
function.__code__; collections.namedtuple("P", "x y"); collections.namedtuple("P", "x y")(1, 2); super(B, B())
Net().named_modules(); collections.UserDict(a=1); collections.UserList([1]); collections.ChainMap({"a": 1})
collections.UserDict; threading.Lock(); threading.RLock(); threading.local(); typing.List; typing.List[int]
Generic[int]; typing.Callable; typing.Literal[1]; typing.Union[int, str]; typing.Annotated[int, 1]; T; typing.Generic[T]
io.StringIO(); contextlib.redirect_stdout(io.StringIO()); contextlib.suppress(); A.__dict__["read"]
contextvars.ContextVar("v"); re.compile("a").sub; ValueError(A()).args; Cached.width; Cached(); Seq(); iter(Seq())
"""
ABSENT = ("convlint_has_no_such_name", "_convlint_has_no_such_name", "__convlint_has_no_such_name__")


def values() -> list[str]:
    return [value for line in VALUES.strip().splitlines() for value in line.split("; ")]


@pytest.fixture(scope="module")
def real() -> dict[str, set[str]]:
    """The names of each value's attributes, those that `dir` leaves out too."""
    shown = ", ".join(f"{value!r}: probe(lambda: {value})" for value in values())
    names = python(f"{HEAD}\n{PROBE}\nresult = {{{shown}}}")
    return names["result"]  # type: ignore[no-any-return]


PROBE = """
MORE = ("__name__ __qualname__ __module__ __bases__ __mro__ __base__ __dict__ __annotations__ mro __subclasses__ "
        "__call__ __wrapped__ __text_signature__ __abstractmethods__ register __spec__ __path__ __file__").split()
def has(value, name):
    try:
        return hasattr(value, name)
    except Exception:
        return False
def probe(make):
    value = make()
    return {name for name in (*dir(value), *MORE) if has(value, name)}
"""


@pytest.mark.parametrize("value", values())
def test_never_absent(value: str, real: dict[str, set[str]]) -> None:
    names = sorted(real[value])
    assert len(names) > 8
    asked = ", ".join(f"hasattr(it, {name!r})" for name in names)
    read = ", ".join(f"isinstance(getattr(it, {name!r}, mark), Mark)" for name in names)
    source = f"{HEAD}\nclass Mark: pass\nmark = Mark()\nit = {value}\nhas = [{asked}]\nlost = [{read}]"
    found, _ = interpret(source)
    assert [name for name, there in zip(names, found["has"], strict=True) if there is False] == []
    assert [name for name, lost in zip(names, found["lost"], strict=True) if lost is True] == []


def test_a_name_that_torch_lists_is_there_where_the_program_would_catch_that_it_is_not() -> None:
    names, vm = interpret(
        """
        from torch.nn.modules import activation
        try:
            there = hasattr(activation, "xavier_uniform_")
        except AttributeError:
            there = None
        """
    )
    assert names["there"] is True
    assert not vm.taken
