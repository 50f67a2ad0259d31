"""What depends on the machine, the clock, the network or chance: always unknown. And `sys`, as far as it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.objects import Record
from convlint.interp.natives.registry import add_value, native
from convlint.interp.values import MISSING, Native, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

OLDEST = (3, 10)
"""The oldest Python that a linted program is taken to run on."""

UNKNOWN = {
    "os": "getenv getcwd listdir makedirs mkdir remove rename walk scandir stat system popen cpu_count getpid urandom "
    "unlink rmdir chdir access kill path.exists path.isfile path.isdir path.getsize path.abspath path.realpath "
    "path.expanduser path.expandvars path.relpath path.getmtime path.islink",
    "time": "time perf_counter monotonic process_time strftime localtime gmtime ctime time_ns perf_counter_ns strptime",
    "random": "random randint choice choices sample shuffle uniform randrange gauss normalvariate getrandbits "
    "betavariate Random getstate",
    "pathlib": "Path PurePath PosixPath PurePosixPath WindowsPath",
    "datetime": "datetime date timedelta timezone time",
    "platform": "system python_version machine platform node release processor",
    "subprocess": "run Popen check_output check_call call getoutput",
    "shutil": "copy copyfile rmtree move which copytree",
    "glob": "glob iglob",
    "tempfile": "mkdtemp TemporaryDirectory NamedTemporaryFile gettempdir",
    "uuid": "uuid4 uuid1",
    "socket": "socket gethostname",
    "hashlib": "md5 sha1 sha256 new",
    "argparse": "ArgumentParser Namespace",
    "pickle": "load loads dump dumps",
    "pprint": "pformat",
    "importlib": "import_module util.find_spec metadata.version reload resources.files",
    "sys": "getsizeof getrecursionlimit intern _getframe",
    "weakref": "ref proxy WeakKeyDictionary WeakValueDictionary WeakSet",
    "threading": "Lock RLock Thread Event local current_thread",
    "multiprocessing": "Pool Process Queue cpu_count",
    "urllib": "request.urlopen request.urlretrieve parse.urlparse",
    "fractions": "Fraction",
    "decimal": "Decimal",
    "bisect": "bisect bisect_left bisect_right insort",
    "heapq": "heappush heappop heapify nlargest nsmallest",
}
NO_EFFECT = {
    "time": "sleep",
    "random": "seed setstate",
    "sys": "setrecursionlimit",
    "pprint": "pprint",
    "os": "putenv",
    "traceback": "print_exc",
    "atexit": "register",
}
CONSTANTS = {"sys.maxsize": 2**63 - 1, "sys.byteorder": "little", "sys.float_info": Record("float_info", {})}


def _unknown(name: str) -> Native:
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        for value in [*args, *kwargs.values()]:
            vm.havoc(value, f"given to `{name}`")
        return vm.unknown(f"`{name}` is not modelled")

    return Native(name, call)


for _module, _names in UNKNOWN.items():
    for _name in _names.split():
        add_value(f"{_module}.{_name}", _unknown(f"{_module}.{_name}"))
for _module, _names in NO_EFFECT.items():
    for _name in _names.split():
        add_value(f"{_module}.{_name}", Native(f"{_module}.{_name}", lambda vm, args, kwargs: None))
for _name, _value in CONSTANTS.items():
    add_value(_name, _value)
for _name in (
    "os.environ",
    "os.name",
    "sys.argv",
    "sys.platform",
    "sys.path",
    "sys.stdout",
    "sys.stderr",
    "sys.executable",
    "sys.flags",
):
    add_value(_name, Unknown(f"`{_name}` depends on the machine"))


class Version:
    """`sys.version_info`: known to be 3 and no older than the oldest Python that is supported."""

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

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool | Unknown:  # type: ignore[override]
        return Unknown("the version of Python")

    def __ne__(self, other: object) -> bool | Unknown:  # type: ignore[override]
        return Unknown("the version of Python")


class LoadedModules:
    """`sys.modules`: a module that is asked for by name is imported."""

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name in ("__getitem__", "get"):
            return Native(f"sys.modules.{name}", self._get)
        return vm.unknown("the modules that are loaded") if not name.startswith("__") else MISSING

    def _get(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if not isinstance(args[0], str):
            return vm.unknown("a module whose name is not known")
        for frame in reversed(vm.frames):
            if frame.module.name == args[0]:
                return frame.module
        return vm.unknown("a module asked for by name")


add_value("sys.version_info", Version())
add_value("sys.modules", LoadedModules())


@native("sys.exit", "os._exit")
def leave(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    vm.throw(SystemExit, "")
