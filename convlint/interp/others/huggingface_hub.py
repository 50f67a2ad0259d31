"""`huggingface_hub`: its mixins for models load, save and upload, and change neither layers nor calls; what it
downloads is not known, and how it does so is nothing to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import add_module, add_value
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import ClassMethod, Native
from convlint.interp.values.unknown import Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MIXIN = ClassValue("ModelHubMixin", "huggingface_hub.ModelHubMixin", (), {})
MIXIN.mro = (MIXIN,)
TORCH_MIXIN = ClassValue("PyTorchModelHubMixin", "huggingface_hub.PyTorchModelHubMixin", (MIXIN,), {})
TORCH_MIXIN.mro = (TORCH_MIXIN, MIXIN)


def _from_pretrained(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """How the model is built is written in a file that is downloaded."""
    return vm.unknown("a model whose configuration is downloaded")


def _nothing(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return None


MIXIN.namespace["from_pretrained"] = ClassMethod(Native("ModelHubMixin.from_pretrained", _from_pretrained))
for _name in ("save_pretrained", "_save_pretrained", "push_to_hub", "generate_model_card"):
    MIXIN.namespace[_name] = Native(f"ModelHubMixin.{_name}", _nothing, binds=True)
for _module in ("huggingface_hub", "huggingface_hub.hub_mixin"):
    add_value(f"{_module}.ModelHubMixin", MIXIN)
    add_value(f"{_module}.PyTorchModelHubMixin", TORCH_MIXIN)
add_module("huggingface_hub.utils")


def _download(name: str) -> Native:
    return Native(name, lambda vm, args, kwargs: vm.unknown(f"where `{name}` puts what it downloads"))


for _name, _home in {"hf_hub_download": "file_download", "snapshot_download": "_snapshot_download"}.items():
    for _module in ("huggingface_hub", f"huggingface_hub.{_home}"):
        add_value(f"{_module}.{_name}", _download(_name))
