"""Tools that run a model on an input they are given: summaries, exporters, tracers. They tell the input sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import add_value, native
from convlint.interp.torch.module_class import argument
from convlint.interp.values.classes import ClassValue, ModuleInstance
from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import Number, Unknown, Value
from convlint.layers.core.tensor import Tensor

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

TORCHSUMMARY_BATCH = 2
"""`torchsummary.summary` always runs on a batch of two."""


def _sizes(value: Value) -> tuple[int, ...] | None:
    """A shape given as a tuple or list of integers."""
    if isinstance(value, tuple | list) and value and all(isinstance(size, int) for size in value):
        return tuple(value)
    return None


def _shapes(value: Value) -> list[tuple[int, ...]] | None:
    """One shape, or several."""
    one = _sizes(value)
    if one is not None:
        return [one]
    if isinstance(value, tuple | list) and value:
        several = [_sizes(item) for item in value]
        return [shape for shape in several if shape is not None] if None not in several else None
    return None


def _run(vm: Vm, model: Value, inputs: list[Value], kwargs: dict[str, Value] | None = None) -> Value:
    if isinstance(model, ModuleInstance):
        return vm.call(model, inputs, kwargs or {})
    return vm.unknown("a tool runs something that is not a model")


@native("torchsummary.summary", "torchsummaryX.summary")
def _torchsummary(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    shapes = _shapes(argument(args, kwargs, 1, "input_size"))
    if shapes is not None:
        _run(vm, args[0], [Tensor((TORCHSUMMARY_BATCH, *shape)) for shape in shapes])
    return None


@native("torchinfo.summary")
def _torchinfo(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """torchinfo runs in eval mode unless told otherwise, and restores the mode afterwards."""
    data = argument(args, kwargs, 2, "input_data")
    shapes = _shapes(argument(args, kwargs, 1, "input_size"))
    batch = kwargs.get("batch_dim")
    inputs: list[Value] = []
    if shapes is not None and batch is None:
        inputs = [Tensor(shape) for shape in shapes]
    elif isinstance(data, Tensor):
        inputs = [data]
    elif isinstance(data, tuple | list):
        inputs = list(data)
    if inputs and isinstance(args[0], ModuleInstance):
        training = args[0].attrs.get("training")
        vm.call(vm.getattr(args[0], "train"), [kwargs.get("mode") == "train"])
        _run(vm, args[0], inputs)
        vm.call(vm.getattr(args[0], "train"), [training])
    return Unknown("the statistics of a summary")


@native("torch.onnx.export", "torch.export.export", "torch.onnx.dynamo_export")
def _export(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    given = argument(args, kwargs, 1, "args")
    keywords = kwargs.get("kwargs")
    inputs = list(given) if isinstance(given, tuple) else [given]
    extra = keywords if isinstance(keywords, dict) else {}
    if inputs and isinstance(inputs[-1], dict):
        extra = inputs.pop()
    _run(vm, args[0], inputs, extra)
    return Unknown("an exported program")


@native("torch.jit.trace", "torch.jit.trace_module")
def _trace(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A traced module computes what the module computes."""
    given = argument(args, kwargs, 1, "example_inputs")
    if isinstance(given, Tensor | tuple):
        _run(vm, args[0], list(given) if isinstance(given, tuple) else [given])
    return args[0]


@native("thop.profile")
def _thop(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """thop gives how many operations and parameters it has counted, and with `ret_layer_info` those of each layer."""
    _run_on(vm, args[0], argument(args, kwargs, 1, "inputs"))
    counted = tuple(Number(f"the {what} that a profiler counts") for what in ("operations", "parameters"))
    return counted if kwargs.get("ret_layer_info", False) is False else Unknown("the cost that a profiler counts")


@native("fvcore.nn.FlopCountAnalysis", "fvcore.nn.flop_count_table")
def _profile(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    _run_on(vm, args[0], argument(args, kwargs, 1, "inputs"))
    return Unknown("the cost that a profiler counts")


def _run_on(vm: Vm, model: Value, given: Value) -> None:
    if isinstance(given, Tensor | tuple | list):
        _run(vm, model, [given] if isinstance(given, Tensor) else list(given))


@native("ptflops.get_model_complexity_info")
def _ptflops(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    shape = _sizes(argument(args, kwargs, 1, "input_res"))
    if shape is not None:
        _run(vm, args[0], [Tensor((1, *shape))])
    return Unknown("the cost that a profiler counts")


@native("torchviz.make_dot")
def _ignored(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Unknown("a picture")


def _add_graph(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The graph of a model is traced on an input."""
    given = argument(args, kwargs, 2, "input_to_model")
    if isinstance(given, Tensor | tuple | list):
        _run(vm, args[1], [given] if isinstance(given, Tensor) else list(given))
    return None


WRITER = ClassValue("SummaryWriter", "torch.utils.tensorboard.SummaryWriter", (), {})
WRITER.mro = (WRITER,)
WRITER.namespace["add_graph"] = Native("SummaryWriter.add_graph", _add_graph, binds=True)
WRITER.namespace["__enter__"] = Native("SummaryWriter.__enter__", lambda vm, args, kwargs: args[0], binds=True)
WRITING = (
    "__init__ __exit__ add_scalar add_scalars add_image add_images add_histogram add_figure add_text add_embedding "
    "add_hparams add_pr_curve add_video add_audio flush close"
)
for _name in WRITING.split():
    WRITER.namespace[_name] = Native(f"SummaryWriter.{_name}", lambda vm, args, kwargs: None, binds=True)
for _module in ("torch.utils.tensorboard", "torch.utils.tensorboard.writer", "tensorboardX"):
    add_value(f"{_module}.SummaryWriter", WRITER)
