"""Devices: what the program names is known, and nothing is on the meta device unless it is put there."""

from __future__ import annotations

from convlint.interp.values.unknown import Unknown
from tests.interp.running import interpret


def test_what_is_known_of_devices() -> None:
    names, _ = interpret(
        """
        import torch
        cpu, second = torch.device("cpu"), torch.device("cuda", 1)
        known = [cpu.type, cpu.index, second.type, second.index, cpu == torch.device("cpu"), cpu != second]
        known += [torch.zeros(2).device == torch.device("meta"), torch.get_default_device() != torch.device("meta")]
        known += [torch.zeros(1).device == torch.get_default_device(), cpu == "cpu", cpu is None, cpu == None]
        known += [isinstance(cpu, torch.device), isinstance("cpu", torch.device)]
        known += [isinstance(torch.float32, torch.dtype)]
        open_ = [torch.zeros(2).device == cpu, torch.zeros(2).device.type]
        open_ += [torch.device("cuda") == torch.device("cuda:0")]
        """
    )
    assert names["known"] == [
        "cpu", None, "cuda", 1, True, True, False, True, True, False, False, False, True, False, True,
    ]  # fmt: skip
    assert all(isinstance(one, Unknown) for one in names["open_"])
