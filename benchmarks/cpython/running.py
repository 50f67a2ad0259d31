"""Running CPython's tests in the abstract interpreter, each along one path."""

from __future__ import annotations

import contextlib
import importlib.util
import sys
from pathlib import Path

from benchmarks.cpython import doctests
from benchmarks.cpython.observer import Observer, Tally, Watched
from benchmarks.cpython.program import Tests
from convlint.interp.imports.program import Program
from convlint.interp.natives.failures import Strictness
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import Function, StaticMethod
from convlint.interp.values.signals import Bound, NeedImports, PyRaise
from convlint.interp.values.unknown import Unknown
from convlint.interp.vm import Vm
from convlint.source.stack import on_large_stack

SECONDS = 1.0


def run(name: str) -> Tally | None:
    """Run the tests of one module, `test_NAME`; None if it is not installed."""
    paths = sources_of(name)
    if not paths:
        return None
    observer = Observer()
    Strictness.on = True
    for path in paths:
        _run_file(observer, path)
    return observer.tally


def _run_file(observer: Observer, path: Path) -> None:
    program = Tests(observer)
    module = program.module_of_file(str(path))
    try:
        on_large_stack(lambda: program.run(Vm(program, seconds=20.0), module))
    except Exception as error:
        print(f"  {path.name}: {type(error).__name__}: {error}"[:160], file=sys.stderr)
        observer.tally.failed += 1
        return
    assert module.scope is not None
    classes = [value for value in module.scope.names.values() if isinstance(value, ClassValue)]
    tests = [cls for cls in classes if cls is not observer.case and cls.derives_from(observer.case)]
    for cls in tests:
        on_large_stack(lambda cls=cls: _collect(program, cls))
    for cls in tests:
        for method in sorted(_methods(cls)):
            on_large_stack(lambda cls=cls, method=method: _run_method(program, observer, cls, method))
    for title, text in doctests.texts(module):
        vm = Watched(program, seconds=SECONDS)
        observer.tally.methods += 1
        observer.method = title
        on_large_stack(lambda vm=vm, text=text: doctests.run(vm, module, observer, text))
        vm.writes.undo()


def sources_of(name: str) -> list[Path]:
    """Return the files of a test module of CPython: of a package, those that hold tests."""
    spec = importlib.util.find_spec("test")
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        path = Path(folder, f"test_{name}.py")
        if path.is_file():
            return [path]
        package = Path(folder, f"test_{name}")
        if package.is_dir():
            return [package / "__init__.py", *sorted(package.glob("test_*.py"))]
    return []


def _methods(cls: ClassValue) -> set[str]:
    return {
        name
        for base in cls.mro
        if isinstance(base, ClassValue)
        for name, value in base.namespace.items()
        if name.startswith("test") and isinstance(value, Function | StaticMethod) and cls.find(name) is not None
    }


def _collect(program: Program, cls: ClassValue) -> None:
    """Do what unittest does before all tests: make an object of each class, whose constructors may set something."""
    init = cls.find("__init__")
    if isinstance(init, Function):
        with contextlib.suppress(PyRaise, Bound, NeedImports):
            vm = Vm(program, seconds=SECONDS)
            vm.call(init, [Instance(cls), "test"])


def _run_method(program: Program, observer: Observer, cls: ClassValue, method: str) -> None:
    """Run one test method along one path, from what the import of the module left."""
    tally = observer.tally
    tally.methods += 1
    observer.method = f"{cls.name}.{method}"
    vm = Watched(program, seconds=SECONDS)
    try:
        case = Instance(cls)
        vm.call(vm.getattr(cls, "setUpClass"))
        vm.call(cls.find("__init__"), [case, method])
        for name in ("setUp", method):
            vm.call(vm.getattr(case, name))
    except PyRaise as raised:
        if vm.taken or isinstance(raised.value, Unknown):
            tally.unknown += 1
        else:
            error = raised.value
            text = f"{error.cls.name}" if isinstance(error, Instance) else f"{type(error).__name__}: {error}"
            observer.wrong(vm, f"raises {text:.120}")
    except (Bound, NeedImports):
        tally.cut += 1
    except RecursionError:
        tally.cut += 1
    except Exception as error:
        tally.failed += 1
        print(f"  {observer.method}: {type(error).__name__}: {error}"[:160], file=sys.stderr)
    finally:
        vm.writes.undo()
