"""What depends on the machine, the clock, the network or chance: always unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.objects import Record
from convlint.interp.natives.registry import add_value, native, written
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

UNKNOWN = {
    "os": "stat lstat system popen cpu_count getpid urandom chdir access kill path.getmtime path.getctime "
    "path.getatime path.islink path.ismount path.samefile",
    "time": "time perf_counter monotonic process_time strftime localtime gmtime ctime time_ns perf_counter_ns strptime",
    "random": "Random SystemRandom getstate randbytes",
    "datetime": "datetime date timedelta timezone time",
    "platform": "system python_version machine platform node release processor",
    "subprocess": "run Popen check_output check_call call getoutput",
    "shutil": "copy copyfile rmtree move which copytree",
    "tempfile": "mkdtemp TemporaryDirectory NamedTemporaryFile gettempdir",
    "uuid": "uuid4 uuid1",
    "socket": "socket gethostname",
    "hashlib": "md5 sha1 sha256 new",
    "pickle": "load loads dumps",
    "pprint": "pformat",
    "importlib": "reload",
    "sys": "getsizeof getrecursionlimit intern _getframe",
    "weakref": "ref proxy WeakKeyDictionary WeakValueDictionary WeakSet",
    "threading": "Event current_thread",
    "multiprocessing": "Pool",
    "urllib": "request.urlopen request.urlretrieve",
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
    "os": "putenv unsetenv",
    "traceback": "print_exc",
    "atexit": "register",
}
CONSTANTS = {"sys.maxsize": 2**63 - 1, "sys.byteorder": "little", "sys.float_info": Record("float_info", {})}


def _made(vm: Vm, cls: ClassValue, args: list[Value], kwargs: dict[str, Value]) -> Value:
    for value in [*args, *kwargs.values()]:
        vm.havoc(value, f"given to `{cls.qualname}`")
    return vm.unknown(f"`{cls.qualname}` is not modelled")


def _unknown(name: str) -> Value:
    """A function is unknown itself. A class is one that nothing known is an instance of."""
    reason = Unknown(f"`{name}` is not modelled")
    if not name.rpartition(".")[2][0].isupper() and not name.startswith("datetime."):
        return reason
    cls = ClassValue(name.rpartition(".")[2], name, (), {}, unknown_base=reason, factory=_made)
    cls.mro = (cls,)
    return cls


written("threads.py", "threading", "Lock RLock local")
for _module, _names in UNKNOWN.items():
    for _name in _names.split():
        add_value(f"{_module}.{_name}", _unknown(f"{_module}.{_name}"))
for _module, _names in NO_EFFECT.items():
    for _name in _names.split():
        add_value(f"{_module}.{_name}", Native(f"{_module}.{_name}", lambda vm, args, kwargs: None))
for _name, _value in CONSTANTS.items():
    add_value(_name, _value)
for _name in (
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


@native("sys.exit", "os._exit", "builtins.exit", "builtins.quit")
def leave(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """End the program: quietly, or with the code of an error or a text."""
    code = args[0] if args else None
    vm.throw(SystemExit, str(code) if code and isinstance(code, int | str) else "")
