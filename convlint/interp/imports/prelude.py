"""What of torch and its companions is written in Python and run by the interpreter: which names, in which file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from convlint.interp.natives import registry as natives
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.unknown import MISSING, Value

if TYPE_CHECKING:
    from convlint.interp.imports.program import Program
    from convlint.interp.vm import Vm

FOLDER = Path(__file__).parents[1] / "prelude"
LAYERS = {
    "Transformer": "transformer.py",
    "TransformerEncoder": "transformer.py",
    "TransformerDecoder": "transformer.py",
    "TransformerEncoderLayer": "transformer.py",
    "TransformerDecoderLayer": "transformer.py",
    "AdaptiveLogSoftmaxWithLoss": "adaptive.py",
    "TripletMarginWithDistanceLoss": "losses.py",
}
"""The layers of `torch.nn` that are composed of others."""
OTHERS = {
    "einops.layers.torch": {"einmix.py": "EinMix"},
    "torch.nn.utils.parametrize": {
        "parametrize.py": "ParametrizationList is_parametrized register_parametrization remove_parametrizations"
    },
    "torch.fx": {
        "fx_graph.py": "Graph Node",
        "fx_tracing.py": "Proxy Tracer TracerBase symbolic_trace",
        "fx_modules.py": "GraphModule Interpreter Transformer",
    },
    "torch.fx.graph": {"fx_graph.py": "Graph map_arg map_aggregate"},
    "torch.fx.node": {"fx_graph.py": "Node map_arg map_aggregate"},
    "torch.fx.proxy": {"fx_tracing.py": "Proxy Attribute TracerBase GraphAppendingTracer TraceError"},
    "torch.fx._symbolic_trace": {"fx_tracing.py": "Tracer symbolic_trace"},
    "torch.fx.graph_module": {"fx_modules.py": "GraphModule _copy_attr _CodeOnlyModule _USER_PRESERVED_ATTRIBUTES_KEY"},
    "torch.fx.interpreter": {"fx_modules.py": "Interpreter Transformer"},
    "torch.nn.utils.parametrizations": {"parametrize.py": "weight_norm spectral_norm orthogonal"},
    "torch.nn.utils": {"weight_hooks.py": "weight_norm remove_weight_norm spectral_norm remove_spectral_norm"},
    "torch.nn.utils.weight_norm": {"weight_hooks.py": "WeightNorm weight_norm remove_weight_norm"},
    "torch.nn.utils.spectral_norm": {"weight_hooks.py": "SpectralNorm spectral_norm remove_spectral_norm"},
    "torch.nn.utils.fusion": {
        "fusion.py": "fuse_conv_bn_eval fuse_conv_bn_weights fuse_linear_bn_eval fuse_linear_bn_weights"
    },
    "torch.ao.nn.quantized": {"fusion.py": "FloatFunctional"},
    "torch.nn.quantized": {"fusion.py": "FloatFunctional"},
    "torchvision.ops": {
        "torchvision_ops.py": "nms batched_nms remove_small_boxes clip_boxes_to_image box_area box_iou "
        "generalized_box_iou roi_align roi_pool ps_roi_align ps_roi_pool RoIAlign RoIPool PSRoIAlign PSRoIPool "
        "deform_conv2d DeformConv2d sigmoid_focal_loss stochastic_depth StochasticDepth FrozenBatchNorm2d Permute "
        "SqueezeExcitation"
    },
}
"""What else is written in Python there: module → file → names."""
HOMES = {"fx_graph.py": "torch.fx.graph", "fx_tracing.py": "torch.fx.proxy", "fx_modules.py": "torch.fx.graph_module"}
"""The module that a file is, where its names are found in several."""
NAMES = {
    f"{module}.{name}": file
    for module, files in OTHERS.items()
    for file, listed in files.items()
    for name in listed.split()
}


def file_of(name: str) -> str | None:
    """Return the file in which a qualified name is written, or None."""
    return NAMES.get(name) or natives.written_in(name)


def find(program: Program, vm: Vm, name: str) -> Value:
    """Return what a qualified name stands for if it is written in Python here, else `MISSING`."""
    package, _, last = name.rpartition(".")
    file = file_of(name)
    if file is None and name.startswith("torch.nn."):
        package, file = "torch.nn", LAYERS.get(last)
    if file is None:
        return MISSING
    path = str(FOLDER / file)
    if path not in program.files:
        module = program.module_of_file(path)
        module.name, module.hidden = HOMES.get(file, package), True
    found = program.module_attribute(vm, program.files[path], last)
    if isinstance(found, ClassValue) and file not in HOMES:
        found.qualname = f"{package}.{last}"
    return found
