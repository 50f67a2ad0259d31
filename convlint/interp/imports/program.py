"""The program being analysed: its modules, where they are found, and torch's names as values."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from convlint.interp.imports.module_files import above, dotted_name, is_installed, own_roots, source_in, without_source
from convlint.interp.language.compile import run_module
from convlint.interp.language.function_attributes import docstring
from convlint.interp.natives import registry as natives
from convlint.interp.torch import layers as torch_layers
from convlint.interp.torch import operations as torch_operations
from convlint.interp.torch.replays import Replays
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.modules import LazyImport, PyModule
from convlint.interp.values.picture import Standing, Writes
from convlint.interp.values.scope import Frame, Scope
from convlint.interp.values.signals import Bound, PyRaise
from convlint.interp.values.taint import Marks
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.ir import nodes
from convlint.layers.core import registry as layers
from convlint.source import disk
from convlint.trace import Concern, Gap, Place

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

Loader = Callable[[str], nodes.Module]
"""Reads and lowers a file; raises `OSError` or `ValueError` when it cannot."""

MAX_STEPS = 3_000_000
"""How much one run may do: calls, statements and expressions are a step each."""
TORCH_ROOTS = frozenset({"torch"})
PRELUDE = Path(__file__).parents[1] / "prelude"
PRELUDE_FILES = {
    "Transformer": "transformer.py",
    "TransformerEncoder": "transformer.py",
    "TransformerDecoder": "transformer.py",
    "TransformerEncoderLayer": "transformer.py",
    "TransformerDecoderLayer": "transformer.py",
    "AdaptiveLogSoftmaxWithLoss": "adaptive.py",
    "TripletMarginWithDistanceLoss": "losses.py",
}
OTHER_PRELUDE_FILES = {
    "einops.layers.torch": {"einmix.py": "EinMix"},
    "torch.nn.utils.parametrize": {
        "parametrize.py": "ParametrizationList is_parametrized register_parametrization remove_parametrizations"
    },
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
OTHER_PRELUDE = {
    f"{module}.{name}": file
    for module, files in OTHER_PRELUDE_FILES.items()
    for file, names in files.items()
    for name in names.split()
}


class Program:
    """Everything that runs over the same sources share.

    `roots` are the folders that absolute imports search. What is asked of the disk is noted by `disk.now()`, which also
    tells under which name a file goes that was asked for by another spelling.
    """

    def __init__(
        self,
        load: Loader,
        roots: tuple[str, ...] = (),
        *,
        max_steps: int = MAX_STEPS,
    ) -> None:
        self.load = load
        self.roots = roots
        self.max_steps = max_steps
        self.spent = 0
        self.marks = Marks()
        self.standing = Standing()
        """Everything that imports have made: runs leave it as they found it."""
        self.replays = Replays()
        self.patches = Writes()
        """What imports have written to modelled classes and modules, which are the same for all programs."""
        self.added: dict[int, tuple[object, dict[str, Value]]] = {}
        """Attributes that imports have given to what keeps none itself."""
        self.registered: dict[type, tuple[Value, ...]] = {}
        """What imports have registered with abstract classes of Python's own."""
        self.presumed: list[Gap] = []
        self.files: dict[str, PyModule] = {}
        self.classes: dict[Place, ClassValue] = {}
        self._modules: dict[str, PyModule] = {}
        self._torch: dict[str, Value] = {}
        self._stars: dict[int, list[PyModule]] = {}
        self._sourceless: dict[tuple[str, ...], tuple[PyModule, bool]] = {}
        self._bodies: dict[str, nodes.Module] = {}
        self._imported: list[PyModule] = []

    def is_installed(self, filename: str) -> bool:
        """Whether a file belongs to an installed package."""
        return is_installed(Path(filename))

    def close(self) -> None:
        """Undo what the program has done to what all programs share."""
        self.patches.undo()

    # --- finding modules ---------------------------------------------------------------------------------

    def module_of_file(self, filename: str) -> PyModule:
        """Return the module of a source file, not run yet."""
        filename = disk.now().called(filename) or filename
        key = str(Path(filename))
        if key not in self.files:
            path = Path(filename)
            is_package = path.name == "__init__.py"
            with disk.now().recording(filename):
                name = dotted_name(path)
            self.files[key] = PyModule(name, filename, Scope({}), state="lazy", is_package=is_package)
        disk.now().uses(self.files[key].filename)
        return self.files[key]

    def import_module(self, vm: Vm, name: str, importer: PyModule) -> PyModule:
        """Return the module of an absolute dotted name."""
        top = name.partition(".")[0]
        if top in TORCH_ROOTS or (top in sys.stdlib_module_names and natives.is_module(name)):
            return self._namespace(name)
        if top in sys.stdlib_module_names:
            return self._missing(vm, name)
        own = (
            disk.now().once(("roots", importer.filename), lambda: own_roots(importer.filename))
            if importer.filename
            else ()
        )
        found = self._locate(name, own)
        modelled = natives.is_module(name)
        # A project's own module may have a modelled library's name; the library itself is better known as modelled.
        if found is not None and not (modelled and _is_installed(found)):
            return found
        if modelled:
            return self._namespace(name)
        places = [Path(root).joinpath(*name.split(".")) for root in (*own, *self.roots)]
        return self._locate(name, self.roots) or self._missing(vm, name, places)

    def _namespace(self, name: str) -> PyModule:
        if name not in self._modules:
            self._modules[name] = PyModule(name)
        return self._modules[name]

    def _missing(self, vm: Vm, name: str, places: Sequence[Path] = ()) -> PyModule:
        """Return a module of which nothing is known, or raise as Python would where the program expects that.

        `places` are the paths without suffix at which it may be there in another form than source.
        """
        key = (name, *map(str, places))
        there = next((reason for place in places if (reason := without_source(place))), "")
        if key not in self._sourceless:
            if name.partition(".")[0] in sys.stdlib_module_names:
                there = "is not modelled"
            unknown = Unknown(f"module `{name}` {there or 'was not found'}", vm.place())
            self._sourceless[key] = (PyModule(name, unknown=unknown), bool(there))
        module, exists = self._sourceless[key]
        if vm.import_guards and not exists:
            vm.throw(ModuleNotFoundError, f"No module named '{name}'")
        return module

    def import_relative(self, vm: Vm, name: str, level: int, importer: PyModule) -> PyModule:
        """Return the module that `from ...name import` names."""
        if level == 0:
            return self.import_module(vm, name, importer)
        folder = Path(importer.filename).parent
        for _ in range(level - 1):
            folder = above(folder)
        found = source_in(folder.joinpath(*name.split("."))) if name else source_in(folder)
        if found is not None:
            return self._modelled_or(self.module_of_file(str(found)))
        if not name and disk.now().is_folder(str(folder)):
            return PyModule(folder.name, str(folder / "__init__.py"), Scope({}), is_package=True)
        return self._missing(vm, "." * level + name, [folder.joinpath(*name.split("."))] if name else [])

    def _locate(self, name: str, roots: tuple[str, ...]) -> PyModule | None:
        """Look a dotted name up below folders: those of the importing file, then those of installed packages."""

        def found() -> Path | None:
            paths = (source_in(Path(root).joinpath(*name.split("."))) for root in roots)
            return next((path for path in paths if path is not None), None)

        path = disk.now().once(("source", name, roots), found)
        return self.module_of_file(str(path)) if path is not None else None

    # --- importing names ---------------------------------------------------------------------------------

    def import_name(self, vm: Vm, module: PyModule, name: str) -> Value:
        """Return what `from module import name` binds: at once if that is cheap, else when it is first used."""
        if module.filename and module.state == "lazy" and not vm.import_guards:
            return LazyImport(module, name)
        return self.resolve(vm, LazyImport(module, name))

    def import_star(self, vm: Vm, module: PyModule, frame: Frame) -> None:
        """Remember `from module import *`: its names are looked for after the module's own."""
        if module.filename:
            self._stars.setdefault(id(frame.scope.module()), []).append(module)
            return
        if module.unknown is not None:
            frame.module.unknown = frame.module.unknown or module.unknown
            return
        names = natives.names_in(module.name) + [
            name[len(module.name) + 1 :]
            for name in layers.names()
            if name.startswith(module.name + ".") and "." not in name[len(module.name) + 1 :]
        ]
        for name in names:
            frame.scope.names.setdefault(name, self.module_attribute(vm, module, name))

    def resolve(self, vm: Vm, lazy: LazyImport) -> Value:
        found = self.module_attribute(vm, lazy.module, lazy.name)
        if found is not MISSING:
            return found
        if lazy.module.state == "running":
            vm.throw(
                ImportError, f"cannot import name '{lazy.name}' from partially initialized module '{lazy.module.name}'"
            )
        vm.throw(ImportError, f"cannot import name '{lazy.name}' from '{lazy.module.name}'")

    def module_attribute(self, vm: Vm, module: PyModule, name: str) -> Value:
        """Return `module.name` or `MISSING`; a module that has not run yet runs first."""
        if module.name.partition(".")[0] in TORCH_ROOTS and not module.filename:
            return self.torch_value(vm, f"{module.name}.{name}")
        if module.filename:
            return self._source_attribute(vm, module, name)
        if name in module.attrs:
            return module.attrs[name]
        if natives.has(f"{module.name}.{name}"):
            return natives.find(f"{module.name}.{name}")
        if natives.is_module(f"{module.name}.{name}"):
            return self._namespace(f"{module.name}.{name}")
        known = f"{module.name}.{name}" in OTHER_PRELUDE or natives.written_in(f"{module.name}.{name}") is not None
        if known or layers.find(f"{module.name}.{name}") is not None:
            return self.torch_value(vm, f"{module.name}.{name}")
        if module.unknown is not None and f"{module.name}.{name}" in OTHER_PRELUDE_FILES:
            return self._namespace(f"{module.name}.{name}")
        if module.unknown is not None:
            return vm.derived(module.unknown, ".", name)
        if name == "__name__":
            return module.name
        return vm.unknown(f"`{module.name}.{name}` is not modelled", Concern.NOTHING)

    def _source_attribute(self, vm: Vm, module: PyModule, name: str) -> Value:
        scope = module.scope
        assert scope is not None
        self.run(vm, module)
        if name in scope.names:
            value = scope.names[name]
            return self.resolve(vm, value) if isinstance(value, LazyImport) else value
        late = self.late_global(vm, module, name)
        if late is not MISSING:
            return late
        submodule = self._submodule(module, name)
        if submodule is not None:
            return submodule
        if name == "__dict__":
            return scope.names
        getter = scope.names.get("__getattr__")
        if getter is not None:
            return vm.call(getter, [name])
        return vm.derived(module.unknown, ".", name) if module.unknown is not None else MISSING

    def _submodule(self, module: PyModule, name: str) -> PyModule | None:
        if not module.is_package:
            return None
        found = source_in(Path(module.filename).parent / name)
        return self._modelled_or(self.module_of_file(str(found))) if found is not None else None

    def _modelled_or(self, module: PyModule) -> PyModule:
        """Return what is modelled in place of a module of an installed package, or the module."""
        if natives.is_module(module.name) and _is_installed(module):
            return self._namespace(module.name)
        return module

    def late_global(self, vm: Vm, module: PyModule, name: str) -> Value:
        """Look a global name up in the modules that were imported with a star, the last one first."""
        if module.scope is None or name.startswith("_"):
            return MISSING
        for source in reversed(self._stars.get(id(module.scope), [])):
            if source.state == "running":
                continue
            self.run(vm, source)
            assert source.scope is not None
            public = source.scope.names.get("__all__")
            if isinstance(public, list) and vm.taint_of(public) is None and name not in public:
                continue
            found = self._source_attribute(vm, source, name) if source.scope is not None else MISSING
            if found is not MISSING:
                return found
        return MISSING

    # --- running modules ---------------------------------------------------------------------------------

    def run(self, vm: Vm, module: PyModule) -> None:
        """Run a module as an import does, once."""
        if module.state != "lazy":
            return
        module.state = "running"
        assert module.scope is not None
        try:
            body = self.body(module.filename)
        except (OSError, ValueError) as error:
            module.unknown = Unknown(f"`{module.name}` cannot be read: {error}")
            module.state = "ready"
            return
        names = module.scope.names
        names["__name__"] = module.name
        names["__file__"] = module.filename
        names["__doc__"] = None
        names["__package__"] = module.name if module.is_package else module.name.rpartition(".")[0]
        frame = Frame(module, module.scope)
        guards, vm.import_guards = vm.import_guards, 0
        vm.importing += 1
        vm.frames.append(frame)
        try:
            with disk.now().recording(module.filename):
                run_module(vm, body, frame)
        except PyRaise as raised:
            module.unknown = Unknown(f"`{module.name}` raises on import: {raised.value!r}", vm.place())
        except Bound as bound:
            module.unknown = Unknown(f"`{module.name}` is not run to its end: {bound.reason}", vm.place())
        finally:
            vm.frames.pop()
            vm.importing -= 1
            vm.import_guards = guards
            module.state = "ready"
            self._imported.append(module)
            if not vm.importing:
                self._adopt()

    def _adopt(self) -> None:
        """Note what the modules that have just been imported hold, once none of them runs any more."""
        self.standing.adopt(self._imported)
        self._imported.clear()

    def body(self, filename: str) -> nodes.Module:
        if filename not in self._bodies:
            self._bodies[filename] = self.load(filename)
        return self._bodies[filename]

    def define_class(self, cls: ClassValue, node: nodes.ClassDef) -> None:
        """Remember a class by where it is written, whatever decorators make of its name."""
        cls.doc = docstring(node)
        if cls.place is not None:
            self.classes[cls.place] = cls

    # --- torch -------------------------------------------------------------------------------------------

    def torch_value(self, vm: Vm, name: str) -> Value:
        """Return the value of a qualified torch name; what is not modelled is unknown."""
        if name not in self._torch:
            value = self._find_torch(vm, name)
            if isinstance(value, Unknown) and natives.find(name) is not value:
                return vm.unknown(value.reason, Concern.NOTHING)
            self._torch[name] = value
        return self._torch[name]

    def define_operator(self, name: str, value: Value) -> None:
        """Remember an operator that the program gives torch, by namespace and name ("mine.double")."""
        for suffix in ("", ".default"):
            self._torch[f"torch.ops.{name}{suffix}"] = value

    def _find_torch(self, vm: Vm, name: str) -> Value:
        found = natives.find(name)
        if found is not None:
            return found
        prelude = self._prelude(vm, name)
        if prelude is not MISSING:
            return prelude
        entry = layers.find(name)
        if isinstance(entry, layers.Operation):
            return torch_operations.operation_value(entry)
        if isinstance(entry, layers.LayerClass):
            return self.torch_value(vm, entry.name) if entry.name != name else self._layer_class(vm, entry)
        modelled = (*layers.names(), *OTHER_PRELUDE)
        if natives.is_module(name) or any(known.startswith(name + ".") for known in modelled):
            return self._namespace(name)
        if name.startswith("torch.ops.") and name.count(".") == 2:
            return self._namespace(name)
        if name in layers.bases():
            return self._abstract_class(vm, name)
        if name.startswith("torch.nn.modules."):
            return self.torch_value(vm, "torch.nn." + name.rpartition(".")[2])
        return Unknown(f"`{name}` is not modelled")

    def _prelude(self, vm: Vm, name: str) -> Value:
        """Composite torch modules are written in Python in `prelude/` and run by the interpreter."""
        package, _, last = name.rpartition(".")
        file = OTHER_PRELUDE.get(name) or natives.written_in(name)
        if file is None and name.startswith("torch.nn."):
            package, file = "torch.nn", PRELUDE_FILES.get(last)
        if file is None:
            return MISSING
        path = str(PRELUDE / file)
        if path not in self.files:
            module = self.module_of_file(path)
            module.name, module.hidden = package, True
        found = self._source_attribute(vm, self.files[path], last)
        if isinstance(found, ClassValue):
            found.qualname = f"{package}.{last}"
        return found

    def _layer_class(self, vm: Vm, entry: layers.LayerClass) -> ClassValue:
        base_values = [self._abstract_class(vm, base) for base in entry.bases]
        module_class = self.torch_value(vm, "torch.nn.Module")
        last = entry.name.rpartition(".")[2]
        cls = ClassValue(last, entry.name, (*base_values, module_class), {}, torch_name=entry.name, is_module=True)
        cls.namespace["__init__"] = torch_layers.layer_init(entry)
        cls.namespace["forward"] = torch_layers.layer_forward(entry)
        cls.mro = (cls, *base_values, *(module_class.mro if isinstance(module_class, ClassValue) else ()))
        return cls

    def _abstract_class(self, vm: Vm, name: str) -> Value:
        """A base class of torch's layers that users only test against; shared by all that derive from it."""
        if name not in self._torch:
            entry = layers.find(name)
            if isinstance(entry, layers.LayerClass):
                return self.torch_value(vm, name)
            cls = ClassValue(name.rpartition(".")[2], name, (), {}, is_module=True)
            cls.mro = (cls,)
            self._torch[name] = cls
        return self._torch[name]


def _is_installed(module: PyModule) -> bool:
    """Whether a module belongs to an installed distribution."""
    return disk.now().once(("installed", module.filename), lambda: is_installed(Path(module.filename)))
