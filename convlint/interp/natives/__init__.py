"""Libraries that convlint runs itself instead of reading their source: the standard library, torch's Python side."""

from __future__ import annotations

from convlint.interp.natives import registry

registry.FAMILIES.extend(
    f"convlint.interp.{name}"
    for name in (
        # builtins and the standard library
        "python.builtins.functions",
        "python.builtins.iteration",
        "python.builtins.generators",
        "python.builtins.listing",
        "python.builtins.reductions",
        "python.builtins.numbers",
        "python.builtins.strings",
        "python.builtins.lists",
        "python.builtins.dicts",
        "python.builtins.sets",
        "python.builtins.special_methods",
        "python.importlib_",
        "files.opening",
        # torch
        "torch.module_class",
        "torch.containers",
        "torch.misc",
        "torch.wrapping",
        "torch.settings",
        "torch.compilation",
        "torch.library",
        "torch.kinds",
        "torch.buffers",
        "torch.parametrize",
        "torch.overriding",
        "torch.graphs",
        "torch.nn_utils",
        "others.packaging_",
        "torch.autograd",
        "torch.tools",
        "torch.training",
        "torch.data.loading",
    )
)

ON_DEMAND = {
    "files.formats": "json pickle tomli tomllib yaml",
    "files.looking": "os pathlib pkgutil",
    "files.matching": "glob pathlib",
    "files.opening": "codecs io",
    "files.resources": "importlib importlib_resources pkg_resources pkgutil",
    "files.texts": "os pathlib posixpath",
    "python.argparse_": "argparse configargparse jsonargparse",
    "python.collections_": "collections typing typing_extensions",
    "python.contextlib_": "contextlib",
    "python.contextvars_": "contextvars",
    "python.copy_": "copy",
    "python.dataclasses_": "dataclasses copy",
    "others.einops_": "einops",
    "python.enum_": "enum",
    "python.os_": "os sys",
    "python.functools_": "functools",
    "python.logging_": "logging traceback warnings",
    "python.importlib_": "importlib",
    "python.metadata_": "importlib importlib_metadata",
    "others.huggingface_hub": "huggingface_hub",
    "python.inspect_": "inspect numbers types typing_extensions",
    "python.itertools_": "itertools",
    "others.lightning": "lightning pytorch_lightning",
    "others.frameworks.accelerate_": "accelerate",
    "others.frameworks.fastai_": "fastai",
    "others.frameworks.ignite_": "ignite",
    "others.frameworks.skorch_": "skorch",
    "others.frameworks.transformers_": "transformers",
    "python.math_": "cmath math statistics",
    "python.namedtuples": "collections typing typing_extensions",
    "numpy.functions": "numpy",
    "numpy.elementwise": "numpy",
    "numpy.making": "numpy",
    "numpy.methods": "numpy",
    "numpy.reductions": "numpy",
    "numpy.unary": "numpy",
    "numpy.large": "numpy",
    "others.pil": "PIL",
    "others.configs": "omegaconf easydict munch box attrdict ml_collections",
    "others.progress": "tqdm rich fastprogress",
    "others.commands": "click typer",
    "others.pictures.albumentations_": "albumentations",
    "others.pictures.cv2_": "cv2",
    "others.tables.pandas_": "pandas",
    "others.tables.sklearn_": "sklearn",
    "others.gym.spaces": "gym gymnasium",
    "others.torchvision.transforms": "torchvision",
    "others.torchvision.datasets": "torchvision",
    "python.operator_": "operator",
    "python.random_": "random",
    "python.re_": "re regex",
    "python.system": "atexit bisect datetime decimal fractions glob hashlib heapq importlib multiprocessing "
    "os pathlib pickle platform pprint random shutil socket subprocess sys tempfile threading time traceback urllib "
    "uuid weakref",
    "python.text": "ast fnmatch keyword string textwrap",
    "others.packaging_": "distutils packaging pkg_resources",
    "python.typing_": "abc typing typing_extensions",
    "python.urls": "urllib",
}
for _family, _modules in ON_DEMAND.items():
    for _module in _modules.split():
        registry.ON_DEMAND.setdefault(_module, []).append(f"convlint.interp.{_family}")
