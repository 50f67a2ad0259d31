"""What a program sees of the Python around it: its version, the loaded modules, and the environment variables."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from convlint.interp.language import absent
from convlint.interp.natives import real_names
from convlint.interp.natives.lifting import opaque, plain, take
from convlint.interp.natives.objects import instance
from convlint.interp.natives.registry import add_value, native
from convlint.interp.values.functions import Native
from convlint.interp.values.modules import PyModule
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.imports.program import Program
    from convlint.interp.vm import Vm

OLDEST = (3, 10)
"""The oldest Python that a linted program is taken to run on."""


class Version:
    """`sys.version_info`: known to be 3 and no older than the oldest Python that is supported."""

    also = (tuple,)

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name == "major":
            return 3
        if name == "__getitem__":
            return Native("version_info[]", self._item)
        return vm.unknown("the version of Python") if not name.startswith("__") else MISSING

    def _item(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if args[0] == 0:
            return 3
        whole = isinstance(args[0], slice) and args[0].start in (None, 0) and args[0].step is None
        return self if whole and args[0].stop in (None, 2, 3) else vm.unknown("the version of Python")

    def __hash__(self) -> int:
        return id(self)

    def _order(self, other: Value) -> bool | Unknown:
        """Tell whether this version is at least `other`."""
        if isinstance(other, tuple) and all(isinstance(part, int) for part in other[:2]):
            if other <= OLDEST:
                return True
            if other >= (4,):
                return False
        return Unknown("the version of Python")

    def __ge__(self, other: Value) -> bool | Unknown:
        return self._order(other)

    def __gt__(self, other: Value) -> bool | Unknown:
        return True if isinstance(other, tuple) and other < OLDEST else self._not_above(other)

    def _not_above(self, other: Value) -> bool | Unknown:
        return False if self._order(other) is False else Unknown("the version of Python")

    def __lt__(self, other: Value) -> bool | Unknown:
        known = self._order(other)
        return known if isinstance(known, Unknown) else not known

    def __le__(self, other: Value) -> bool | Unknown:
        known = self > other
        return known if isinstance(known, Unknown) else not known

    def __eq__(self, other: object) -> bool | Unknown:  # type: ignore[override]
        return Unknown("the version of Python")

    def __ne__(self, other: object) -> bool | Unknown:  # type: ignore[override]
        return Unknown("the version of Python")


add_value("sys.version_info", Version())


# --- loaded modules -------------------------------------------------------------------------------------


def _module(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A module that runs or has run, by its name; of one that has not, nobody knows whether Python had run it."""
    module = _loaded(vm, args[1])
    if module is None and _comes_with_torch(args[1]):
        return vm.program.namespace(args[1])
    if module is None:
        return vm.unknown("a module asked for by name")
    return module if module.stand_in is MISSING else module.stand_in


def _is_loaded(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    loaded = _loaded(vm, args[1]) is not None
    return loaded or _comes_with_torch(args[1]) or vm.unknown("whether a module is loaded")


def _loaded(vm: Vm, name: Value) -> PyModule | None:
    if name == "__main__" and not vm.importing:  # what is imported may be so by another script
        return vm.main
    return vm.program.loaded(vm, name) if isinstance(name, str) else None


def _comes_with_torch(name: Value) -> bool:
    """Whether a module is loaded whenever torch is, which every program that is looked at imports."""
    return isinstance(name, str) and (name == "torch" or real_names.of(f"module {name}") is not None)


def _replace(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    """Importing a module from now on gives what is put under its name."""
    if isinstance(args[1], str):
        vm.program.replace(vm, args[1], args[2])


def _ignored(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    """Taking something out: who imports it again finds the source, as before."""


def _not_known(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("the modules that are loaded")


MODULES = instance(
    "sys.modules",
    __getitem__=_module,
    get=_module,
    __contains__=_is_loaded,
    __iter__=_not_known,
    keys=_not_known,
    values=_not_known,
    items=_not_known,
    __setitem__=_replace,
    __delitem__=_ignored,
    setdefault=_module,
    pop=_module,
)
add_value("sys.modules", MODULES)


# --- environment variables ------------------------------------------------------------------------------

# Nothing is known of the environment. What the program itself gives for a variable that is not set is taken, as a model
# is built with its own defaults, and findings say so: the default of `get`, and the branch for a name that is not in
# `os.environ`. That does not hold for what systems set, nor for what the program itself sets, which is not followed.
_SYSTEM = (
    "HOME PATH USER LOGNAME SHELL PWD OLDPWD LANG LANGUAGE TERM TMPDIR TEMP TMP HOSTNAME DISPLAY EDITOR PAGER MAIL TZ "
    "CI _ USERNAME USERPROFILE COMPUTERNAME OS APPDATA LOCALAPPDATA SYSTEMROOT PROGRAMFILES WINDIR SHLVL VIRTUAL_ENV "
    "VISUAL COLUMNS LINES COLORTERM HOSTTYPE OSTYPE MACHTYPE LD_LIBRARY_PATH"
)
SYSTEM = frozenset(_SYSTEM.split())
PREFIXES = ("LC_", "XDG_", "SSH_", "CONDA_", "PYTHON", "GITHUB_", "KUBERNETES_", "NVIDIA_", "CUDA_", "SLURM_")
"""Beginnings of names that systems and their schedulers set."""
_set: weakref.WeakKeyDictionary[Program, set[str]] = weakref.WeakKeyDictionary()


def _may_be_set(vm: Vm, name: Value) -> bool:
    """Whether something besides the user of this very program may have set a variable."""
    if not isinstance(name, str) or name in _set.get(vm.program, ()):
        return True
    return name in SYSTEM or name.startswith(PREFIXES)


def _presume_unset(vm: Vm, name: str) -> None:
    vm.presume(f"`{name}` is taken as not set in the environment")


def _variable(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    name, default = take(vm, "get", args[1:], kwargs, "key", default=None)
    name = plain(vm, name)
    given = len(args) > 2 or "default" in kwargs
    if _may_be_set(vm, name) or not (given or _reads_at_import(vm)):
        return _asked(vm, name)
    _presume_unset(vm, name)
    return default


def _reads_at_import(vm: Vm) -> bool:
    """Whether an installed package asks while it is imported: it works where nobody has set a thing."""
    return vm.importing > 0 and bool(vm.frames) and vm.program.is_packaged(vm.frame.module)


def _asked(vm: Vm, name: Value) -> Value:
    """Nothing is known of a variable; the same question gets the same answer."""
    if not isinstance(name, str):
        return opaque(vm, "environ", [name])
    return vm.open_question(ENVIRON, f"the environment variable `{name}` is not known", name, Concern.NOTHING)


def _there(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    name = plain(vm, args[1])
    if not isinstance(name, str):
        return opaque(vm, "environ", [name])
    if not _may_be_set(vm, name):
        _presume_unset(vm, name)
        return False
    return vm.open_question(ENVIRON, f"whether `{name}` is in the environment is not known", name, Concern.NOTHING)


def _item(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Where the program expects that a variable is not set, this run takes one answer."""
    name = plain(vm, args[1])
    if not vm.guarded or vm.importing or not isinstance(name, str):
        return _required(vm, args, kwargs)
    there = vm.open_question(ENVIRON, f"whether `{name}` is in the environment is not known", name, Concern.NOTHING)
    return _required(vm, args, kwargs) if vm.truth(there) else absent.no_key(vm, name)


def _required(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("an environment variable that has no default")


def _put(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    if isinstance(args[1], str):
        _set.setdefault(vm.program, set()).add(args[1])


def _put_default(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    _put(vm, args, kwargs)
    return _required(vm, args, kwargs)


def _put_all(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    for source in args[1:]:
        for name in source if isinstance(source, dict) else ():
            _put(vm, [args[0], name], {})
    for name in kwargs:
        _put(vm, [args[0], name], {})


ENVIRON = instance(
    "os.environ",
    get=_variable,
    __contains__=_there,
    __getitem__=_item,
    __setitem__=_put,
    __delitem__=_ignored,
    setdefault=_put_default,
    update=_put_all,
    pop=_variable,
    copy=_required,
    keys=_required,
    items=_required,
    values=_required,
    __iter__=_required,
)
add_value("os.environ", ENVIRON)


@native("os.getenv")
def getenv(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _variable(vm, [ENVIRON, *args], kwargs)
