"""What programs ask at run time of modules and classes: imports by computed names, signatures of torch's layers."""

from __future__ import annotations

import inspect

import pytest
from torch import nn

from convlint.interp.values.modules import PyModule
from convlint.interp.values.unknown import Opaque, Unknown
from convlint.layers.core import registry
from tests.interp.running import agrees, interpret
from tests.layers.oracle import is_described

LAYERS = sorted(
    {
        name.rpartition(".")[2]
        for name in registry.names()
        if isinstance(registry.find(name), registry.LayerClass) and hasattr(nn, name.rpartition(".")[2])
    }
)


@pytest.mark.parametrize("name", LAYERS)
def test_the_signature_of_a_layer_is_torchs_or_unknown(name: str) -> None:
    names, _ = interpret(
        f"""
        import inspect
        from torch import nn
        listed = inspect.signature(nn.{name}).parameters
        shown = [(one.name, one.kind, one.default is inspect.Parameter.empty) for one in listed.values()]
        """
    )
    expected = [
        (one.name, one.kind, one.default is inspect.Parameter.empty)
        for one in inspect.signature(getattr(nn, name)).parameters.values()
    ]
    shown = [] if isinstance(names["listed"], Unknown) else names["shown"]
    if not is_described():  # an older torch takes less: there is no `bias` in its norms
        shown = [one for one in shown if one in expected]
    assert isinstance(names["listed"], Unknown) or shown == expected


def test_most_layers_have_a_known_signature() -> None:
    names, _ = interpret(
        """
        import inspect
        from torch import nn
        result = ["num_features" in inspect.signature(kind).parameters for kind in (nn.BatchNorm2d, nn.GroupNorm)]
        """
    )
    assert names["result"] == [True, False]


def test_imports_by_name() -> None:
    agrees(
        """
        import importlib
        result = importlib.import_module("math").floor(2.5)
        """
    )
    agrees(
        """
        from importlib import import_module
        try:
            import_module("a_module_that_nobody_has")
            result = "there"
        except ImportError:
            result = "absent"
        """
    )


def test_specs() -> None:
    names, vm = interpret(
        """
        import importlib.util
        absent = importlib.util.find_spec("a_module_that_nobody_has") is None
        there = importlib.util.find_spec("torch")
        """
    )
    assert names["absent"] is True
    assert isinstance(names["there"], Opaque)
    assert not vm.taken


def test_enum_classes() -> None:
    agrees(
        """
        import enum

        class Color(enum.Enum):
            RED = 1

        result = [isinstance(value, enum.EnumMeta) for value in (Color, Color.RED, dict)]
        """
    )


def test_a_module_by_a_name_that_is_not_known() -> None:
    names, _ = interpret("import importlib\nmodule = importlib.import_module(given)", given={"given": Unknown("it")})
    assert isinstance(names["module"], Unknown)
    assert not isinstance(names["module"], PyModule)


def test_a_name_that_stands_for_none() -> None:
    agrees("import numpy\nresult = numpy.newaxis is None")


@pytest.mark.parametrize("name", ["Conv2d", "ReLU", "Sequential", "Upsample", "Module"])
def test_a_class_of_torchs_tells_where_it_is_written(name: str) -> None:
    names, vm = interpret(
        f"""
        from torch import nn
        kind = nn.{name}
        result = [str(kind)[8:-2], repr(kind), kind.__module__, kind.__module__.startswith("torch.nn")]
        """
    )
    kind = getattr(nn, name)
    assert names["result"] == [str(kind)[8:-2], repr(kind), kind.__module__, True]
    assert not vm.gaps


def test_a_lazy_module_is_made_with_whatever_its_constructor_takes() -> None:
    agrees(
        """
        import types
        class Lazy(types.ModuleType):
            def __init__(self, name, file, structure, spec=None):
                super().__init__(name)
                self.structure, self.__file__ = structure, file
            def __getattr__(self, name):
                if name in self.structure:
                    return name + " of " + self.__name__
                raise AttributeError(name)
        module = Lazy("parts", "parts.py", {"one": 1}, spec=None)
        result = (module.one, module.__file__, hasattr(module, "two"), isinstance(module, types.ModuleType))
        """
    )
