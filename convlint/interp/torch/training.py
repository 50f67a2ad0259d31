"""What trains a model around it, and changes no shape: optimizers, schedules, processes; and random distributions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import add_module, add_value, native, written
from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import Harmless, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

OPTIMIZERS = (
    "Optimizer Adadelta Adafactor Adagrad Adam AdamW Adamax ASGD LBFGS Muon NAdam RAdam RMSprop Rprop SGD SparseAdam"
)
written("optim.py", "torch.optim", OPTIMIZERS)
written("optim.py", "torch.optim.optimizer", "Optimizer")
for _name in OPTIMIZERS.split()[1:]:
    written("optim.py", f"torch.optim.{_name.lower()}", _name)
written("optim.py", "torch.optim.swa_utils", "AveragedModel")
SCHEDULES = (
    "LambdaLR MultiplicativeLR StepLR MultiStepLR ConstantLR LinearLR ExponentialLR SequentialLR PolynomialLR "
    "CosineAnnealingLR ChainedScheduler ReduceLROnPlateau CyclicLR CosineAnnealingWarmRestarts OneCycleLR LRScheduler "
    "_LRScheduler"
)
for _name in SCHEDULES.split():
    add_value(f"torch.optim.lr_scheduler.{_name}", Harmless("a schedule of learning rates"))
for _name in ("SWALR", "update_bn", "get_ema_multi_avg_fn", "get_ema_avg_fn", "get_swa_multi_avg_fn"):
    add_value(f"torch.optim.swa_utils.{_name}", Harmless("an average of weights"))

DISTRIBUTIONS = (
    "Distribution Normal LogNormal Laplace Beta Gamma Uniform Exponential Poisson Bernoulli Categorical Independent"
)
written("distributions.py", "torch.distributions", f"{DISTRIBUTIONS} kl_divergence")
for _name in DISTRIBUTIONS.split():
    written("distributions.py", f"torch.distributions.{_name.lower()}", _name)
written("distributions.py", "torch.distributions.kl", "kl_divergence")

for _module in ("multiprocessing", "torch.multiprocessing"):
    written("processes.py", _module, "Process")
written("processes.py", "threading", "Thread")
written("processes.py", "torch.multiprocessing", "spawn start_processes")
written("processes.py", "torch.multiprocessing.spawn", "spawn start_processes")


def _of_machine(name: str) -> Native:
    """A question to the machine: nobody knows the answer, which is the same each time."""
    answer = Harmless(f"`{name}` of the machine")
    return Native(name, lambda vm, args, kwargs: answer)


UNKNOWN = (
    "torch.load torch.hub.load torch.hub.load_state_dict_from_url torch.utils.model_zoo.load_url torch.get_rng_state "
    "torch.cuda.get_rng_state torch.initial_seed torch.get_num_threads torch.compiled_with_cxx11_abi"
)
for _name in UNKNOWN.split():
    add_value(_name, Unknown(f"what `{_name}` gives"))
OF_DEVICES = (
    "is_available device_count current_device get_device_name get_device_properties get_device_capability "
    "memory_allocated max_memory_allocated memory_reserved max_memory_reserved is_bf16_supported current_accelerator "
    "mem_get_info memory_summary utilization Event Stream current_stream"
)
for _module in ("torch.cuda", "torch.accelerator", "torch.mps", "torch.xpu", "torch.npu"):
    add_module(_module)
    for _name in OF_DEVICES.split():
        add_value(f"{_module}.{_name}", _of_machine(f"{_module}.{_name}"))
for _module in ("multiprocessing", "torch.multiprocessing"):
    for _name in ("set_start_method", "set_sharing_strategy", "freeze_support"):
        add_value(f"{_module}.{_name}", Native(f"{_module}.{_name}", lambda vm, args, kwargs: None))
    for _name in ("Queue", "SimpleQueue", "Lock", "Value", "Manager", "get_context", "cpu_count"):
        add_value(f"{_module}.{_name}", Unknown(f"`{_module}.{_name}` is not modelled"))
_COMMUNICATION = "barrier broadcast all_reduce reduce all_gather destroy_process_group init_process_group"
for _name in _COMMUNICATION.split():
    add_value(f"torch.distributed.{_name}", Harmless("processes on several machines"))


@native("torch.distributions._is_none")
def _is_none(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Whether a parameter is left out: one that is not known is taken for given."""
    return args[0] is None


@native("torch.optim._unknown", "torch.distributions._unknown", "torch.multiprocessing._unknown")
def _unknown(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Harmless(args[0])
