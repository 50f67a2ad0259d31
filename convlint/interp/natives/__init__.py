"""Libraries that convlint runs itself instead of reading their source: the standard library, torch's Python side."""

from __future__ import annotations

from convlint.interp.natives import registry

registry.FAMILIES.extend(
    f"convlint.interp.natives.{name}"
    for name in (
        # builtins and the standard library
        "builtin_functions",
        "builtin_iteration",
        "reductions",
        "numbers",
        "strings",
        "lists",
        "dicts",
        "sets",
        "special_methods",
        # torch
        "torch_module",
        "torch_containers",
        "torch_misc",
        "torch_settings",
        "torch_compilation",
        "torch_library",
        "torch_parametrize",
        "torch_utilities",
        "versions",
        "torch_autograd",
        "torch_tools",
    )
)

ON_DEMAND = {
    "collections_": "collections typing typing_extensions",
    "contexts": "contextlib",
    "copying": "copy",
    "dataclasses_": "dataclasses copy",
    "einops_": "einops",
    "enums": "enum",
    "environment": "os sys",
    "functools_": "functools",
    "harmless": "logging traceback warnings",
    "importing": "importlib",
    "huggingface": "huggingface_hub",
    "introspection": "inspect numbers types",
    "iteration": "itertools",
    "lightning": "lightning pytorch_lightning",
    "math_": "cmath math statistics",
    "namedtuples": "collections typing typing_extensions",
    "numpy_": "numpy",
    "numpy_elementwise": "numpy",
    "numpy_making": "numpy",
    "numpy_methods": "numpy",
    "numpy_reductions": "numpy",
    "numpy_unary": "numpy",
    "operators": "operator",
    "paths": "os posixpath",
    "regex": "re",
    "resources": "pkgutil",
    "system": "argparse atexit bisect datetime decimal fractions glob hashlib heapq importlib multiprocessing os "
    "pathlib pickle platform pprint random shutil socket subprocess sys tempfile threading time traceback urllib uuid "
    "weakref",
    "text": "ast fnmatch json keyword string textwrap",
    "versions": "distutils packaging pkg_resources",
    "typing_": "abc typing typing_extensions",
}
for _family, _modules in ON_DEMAND.items():
    for _module in _modules.split():
        registry.ON_DEMAND.setdefault(_module, []).append(f"convlint.interp.natives.{_family}")
