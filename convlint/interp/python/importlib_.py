"""`importlib`: imports by a name that the program computes."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING

from convlint.interp.language import absent
from convlint.interp.natives.lifting import take
from convlint.interp.natives.registry import class_hook, constructor, native
from convlint.interp.torch.module_class import argument
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import Native
from convlint.interp.values.modules import PyModule
from convlint.interp.values.scope import Scope
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, Opaque, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


@native("importlib.import_module")
def import_module(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """As `import` does, and the module of the last name, not of the first."""
    name, package = argument(args, kwargs, 0, "name"), argument(args, kwargs, 1, "package", None)
    if not isinstance(name, str):
        return name if isinstance(name, Unknown) else vm.unknown("an import of a name that is not known")
    if not name.startswith("."):
        return _reached(vm, name)
    if not isinstance(package, str):
        return vm.unknown("a relative import from a package that is not known")
    level = len(name) - len(name.lstrip("."))
    outer = package.split(".")[: len(package.split(".")) - level + 1]
    return _reached(vm, ".".join([*outer, name.lstrip(".")])) if outer else vm.unknown("an import from above the top")


@native("builtins.__import__", "importlib.__import__")
def import_statement(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What the statement `import` calls: the module of the first name, of the last one where names are taken of it."""
    name, _, _, names, level = take(
        vm, "__import__", args, kwargs, "name", globals=None, locals=None, fromlist=(), level=0
    )
    if not isinstance(name, str) or not isinstance(names, list | tuple | None) or level != 0:
        return name if isinstance(name, Unknown) else vm.unknown("an import of a name that is not known")
    whole = _reached(vm, name)
    return whole if names else _reached(vm, name.partition(".")[0])


def _reached(vm: Vm, name: str) -> Value:
    module = vm.program.import_module(vm, name, vm.frame.module)
    return module if module.stand_in is MISSING else module.stand_in


@native("importlib.util.find_spec")
def find_spec(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """None for a module that is not there; programs ask no more of it than that."""
    name = argument(args, kwargs, 0, "name")
    if not isinstance(name, str) or name.startswith(".") or len(args) + len(kwargs) > 1:
        return vm.unknown("whether a module is there")
    vm.import_guards += 1
    try:
        found = _reached(vm, name)
    except PyRaise:
        return None
    finally:
        vm.import_guards -= 1
    return Opaque() if isinstance(found, PyModule) else found


# --- modules made at run time ---------------------------------------------------------------------------


def _start(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    module, name, doc = take(vm, "module", args, kwargs, "self", "name", doc=None)
    module.attrs.update(__name__=name, __doc__=doc, __package__=None, __loader__=None, __spec__=None)


MODULE_TYPE = ClassValue("module", "types.ModuleType", (), {"__init__": Native("module.__init__", _start, binds=True)})
MODULE_TYPE.mro = (MODULE_TYPE,)


@constructor(types.ModuleType)
def make_module(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """An empty module; what the program does not set in it is not there, or set by code that is not understood."""
    name, doc = take(vm, "module", args, kwargs, "name", doc=None)
    if not isinstance(name, str):
        absent.demand(vm, name, "isidentifier", "module() argument 'name' must be str, not {kind}")
        return vm.unknown("a module whose name is not known")
    empty = dict.fromkeys(("__package__", "__loader__", "__spec__"))
    return PyModule(name, scope=Scope({"__name__": name, "__doc__": doc, **empty}))


@class_hook(types.ModuleType)
def derive(vm: Vm, cls: ClassValue) -> None:
    """A class of modules starts its instances as `types.ModuleType` does."""
    cls.mro = (*cls.mro, MODULE_TYPE)
