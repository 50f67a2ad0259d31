"""`sys.modules` holds what comes with torch, and what torch's modules certainly have not is not there."""

from __future__ import annotations

from tests.interp.running import interpret


def test_what_comes_with_torch_is_loaded() -> None:
    source = """
    import sys
    import torch
    present = ("torch" in sys.modules, "torch.nn.init" in sys.modules, "torch.nn.modules.linear" in sys.modules)
    module = sys.modules["torch.nn.modules.linear"]
    result = (hasattr(module, "Linear"), hasattr(module, "uniform_"), hasattr(torch.nn.init, "uniform_"))
    other = "torch.nothing" in sys.modules
    """
    names, vm = interpret(source)
    assert names["present"] == (True, True, True)
    assert names["result"] == (True, False, True)
    assert not isinstance(names["other"], bool)
    assert not vm.taken


def test_a_script_is_loaded_as_its_main_module() -> None:
    source = """
    import sys

    def register(function):
        module = sys.modules[function.__module__]
        if not hasattr(module, "__all__"):
            module.__all__ = []
        module.__all__.append(function.__name__)
        return function

    @register
    def first():
        return 1

    @register
    def second():
        return 2

    main = sys.modules["__main__"]
    result = (first.__module__, main.__all__, main.first is first, "__main__" in sys.modules)
    """
    names, vm = interpret(source)
    assert names["result"] == ("__main__", ["first", "second"], True, True)
    assert not vm.taken
