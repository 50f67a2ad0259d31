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
