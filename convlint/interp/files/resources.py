"""`importlib.resources`, `pkgutil` and `pkg_resources`: the files and modules that lie in a package's folder."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from convlint.interp.files.looking import absolute
from convlint.interp.files.opening import decode, stream
from convlint.interp.files.room import content, is_there, names_in
from convlint.interp.imports import prelude
from convlint.interp.natives.lifting import opaque, plain, take
from convlint.interp.natives.objects import NativeContext
from convlint.interp.natives.registry import add_value, native
from convlint.interp.values.functions import GeneratorValue, Native
from convlint.interp.values.modules import PyModule
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def _folder(vm: Vm, package: Value) -> str | Unknown:
    """The folder of a package: a module, or its name; one without a name is that which is running."""
    if package is None:
        package = vm.frame.module
        if not package.is_package:
            return str(Path(package.filename).absolute().parent)
    if isinstance(package, str):
        package = vm.program.import_module(vm, package, vm.frame.module)
    if isinstance(package, PyModule) and package.filename and not package.hidden:
        return str(Path(package.filename).absolute().parent)
    return package if isinstance(package, Unknown) else vm.unknown("the folder of a package that is not known")


def _inside(vm: Vm, package: Value, resource: Value) -> str | Unknown:
    """The path of a resource; one with `..` or from the root is refused, as Python says it should be."""
    folder, resource = _folder(vm, package), plain(vm, resource)
    if isinstance(folder, Unknown) or not isinstance(resource, str):
        return opaque(vm, "a resource", [folder, resource])
    relative = PurePosixPath(resource)
    if relative.is_absolute() or ".." in relative.parts:
        return vm.unknown("a resource outside of its package")
    return str(PurePosixPath(folder, relative))


def _path(vm: Vm, text: Value) -> Value:
    return text if isinstance(text, Unknown) else vm.call(prelude.find(vm.program, vm, "pathlib.Path"), [text], {})


@native("pkgutil.get_data")
def get_data(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return content(vm, _inside(vm, *take(vm, "get_data", args, kwargs, "package", "resource")))


def _files(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _path(vm, _folder(vm, args[0] if args else kwargs.get("anchor", kwargs.get("package"))))


def _as_file(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return NativeContext(lambda vm: args[0], lambda vm, error: False)


def _resource_path(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _as_file(vm, [_path(vm, _inside(vm, args[0], args[1] if len(args) > 1 else ""))], {})


def _read_text(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    found = content(vm, _inside(vm, *args[:2]))
    options = [*args[2:], *kwargs.values()]
    return found if isinstance(found, Unknown) else decode(vm, found, *options)


def _read_bytes(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return content(vm, _inside(vm, *args[:2]))


def _open_text(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    found = _read_text(vm, args, kwargs)
    return found if isinstance(found, Unknown) else stream(vm, "TextIOWrapper", found, str(args[1]), "r")


def _open_bytes(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    found = _read_bytes(vm, args, kwargs)
    return found if isinstance(found, Unknown) else stream(vm, "BufferedReader", found, str(args[1]), "rb")


def _contents(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return names_in(vm, _folder(vm, args[0]))


def _is_resource(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return is_there(vm, _inside(vm, *args[:2]), "f")


for _module in ("importlib.resources", "importlib_resources"):
    for _name, _call in {
        "files": _files,
        "as_file": _as_file,
        "path": _resource_path,
        "read_text": _read_text,
        "read_binary": _read_bytes,
        "open_text": _open_text,
        "open_binary": _open_bytes,
        "contents": _contents,
        "is_resource": _is_resource,
    }.items():
        add_value(f"{_module}.{_name}", Native(f"{_module}.{_name}", _call))


@native("pkg_resources.resource_filename")
def resource_filename(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _inside(vm, *args[:2])


add_value("pkg_resources.resource_string", Native("pkg_resources.resource_string", _read_bytes))
add_value("pkg_resources.resource_stream", Native("pkg_resources.resource_stream", _open_bytes))


@native("pkg_resources.resource_exists")
def resource_exists(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return is_there(vm, _inside(vm, *args[:2]), "fd")


@native("pkg_resources.resource_listdir")
def resource_listdir(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return names_in(vm, _inside(vm, *args[:2]))


# --- the modules of a package ---------------------------------------------------------------------------


@native("pkgutil.iter_modules")
def iter_modules(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _modules(vm, *take(vm, "iter_modules", args, kwargs, path=None, prefix=""), into=False)


@native("pkgutil.walk_packages")
def walk_packages(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    path, prefix, _ = take(vm, "walk_packages", args, kwargs, path=None, prefix="", onerror=None)
    return _modules(vm, path, prefix, into=True)


def _modules(vm: Vm, path: Value, prefix: Value, *, into: bool) -> Value:
    """What `iter_modules` gives of each module in the folders, by name, and of those in packages if it goes `into`."""
    folders = vm.list_of(path) if path is not None else vm.unknown("all modules that there are")
    prefix = plain(vm, prefix)
    if isinstance(folders, Unknown) or not isinstance(prefix, str):
        return opaque(vm, "iter_modules", [folders, prefix])
    found: list[Value] = []
    for folder in folders:
        place = absolute(vm, [folder], {})
        names = names_in(vm, place)
        if isinstance(names, Unknown):
            return names
        for name, is_package in _named(vm, str(place), names):
            found.append(_info(vm, prefix + name, is_package))
            if into and is_package:
                inner = _modules(vm, [f"{place}/{name}"], f"{prefix}{name}.", into=True)
                if not isinstance(inner, GeneratorValue):
                    return inner
                _import(vm, prefix + name)
                found += inner.iterator
    return GeneratorValue(iter(found))


def _import(vm: Vm, name: str) -> None:
    """Packages are imported on the way; one that fails is passed over."""
    try:
        vm.program.import_module(vm, name, vm.frame.module)
    except PyRaise as raised:
        vm.caught(raised)


def _named(vm: Vm, folder: str, names: list[str]) -> list[tuple[str, bool]]:
    """The modules among the names in a folder, sorted as `pkgutil` sorts them, and whether each is a package."""
    found: dict[str, bool] = {}
    for name in names:
        stem, dot, suffix = name.partition(".")
        if dot and suffix == "py" and stem.isidentifier() and stem != "__init__":
            found.setdefault(stem, False)
        elif not dot and name.isidentifier() and is_there(vm, f"{folder}/{name}/__init__.py", "f") is True:
            found[name] = True
    return list(found.items())


def _info(vm: Vm, name: str, is_package: bool) -> Value:
    kind = vm.program.torch_value(vm, "pkgutil.ModuleInfo")
    return vm.call(kind, [vm.unknown("what finds modules"), name, is_package], {})
