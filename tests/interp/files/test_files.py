"""Files of a project are data: what a program reads of them is what Python reads, and nothing else is looked at."""

# ruff: noqa: E501 - a question is a line

from __future__ import annotations

import runpy
import textwrap
from pathlib import Path
from typing import Any

import pytest

from convlint.interp.files import formats, room
from convlint.interp.imports.program import Program
from convlint.interp.values.unknown import Unknown
from convlint.interp.vm import Vm
from convlint.ir.load import load
from convlint.source.stack import on_large_stack

FILES = {
    "pyproject.toml": "[project]\nname = 'mine'\nsizes = [1, 2]\n",
    "cfg/a.yaml": "nc: 80\nbase: &b {x: 1, on: off}\nmore: {<<: *b, y: 1.5}\nrows:\n  - [-1, Conv, [64, 3]]\n",
    "cfg/b.yaml": "nc: 3\n",
    "cfg/deep/c.json": '{"a": [1, 2.5, null, true], "b": {"c": "d"}}',
    "cfg/names.txt": "one\r\ntwo\nthree",
    "nets/__init__.py": "",
    "nets/small.py": "WIDTH = 3\n",
    "nets/deep/__init__.py": "",
    ".hidden/key.txt": "secret",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    (tmp_path / "outside.txt").write_text("outside")
    (root / "link.txt").symlink_to(tmp_path / "outside.txt")
    monkeypatch.chdir(root)
    return root


def told(project: Path, source: str) -> tuple[Any, Vm]:
    """Return `result` of a program in `nets/main.py`, and the run."""
    file = project / "nets" / "main.py"
    file.write_text(HEAD + textwrap.dedent(source))
    program = Program(lambda name: load(Path(name).read_bytes(), name).module, (str(project),))
    vm = Vm(program)
    module = program.module_of_file(str(file))

    def run() -> Any:
        program.run(vm, module)
        return vm.getattr(module, "result")

    try:
        return on_large_stack(run), vm
    finally:
        program.close()


HEAD = """
import glob, importlib.resources, io, json, os, pkgutil
from pathlib import Path
HERE = Path(__file__).resolve().parent
CFG = HERE.parent / "cfg"
"""
QUESTIONS = """
    json.load(open(CFG / "deep" / "c.json"))
    json.loads((CFG / "deep/c.json").read_text(encoding="utf-8"))["b"]
    json.loads((CFG / "deep/c.json").read_bytes())
    [line.strip() for line in open("cfg/names.txt")]
    open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cfg", "names.txt")).readlines()
    open("cfg/names.txt", newline="").read()
    open("cfg/names.txt", "rb").read().split()
    [(f := open("cfg/names.txt")).readline(), next(f), f.read(2), f.read(), f.read(), f.seek(0), f.read(3)]
    sorted(path.name for path in CFG.glob("*.yaml"))
    sorted(str(path.relative_to(CFG)) for path in CFG.rglob("*"))
    sorted(str(path.relative_to(CFG)) for path in CFG.glob("**/*.json"))
    sorted(path.stem for path in CFG.iterdir())
    sorted(os.listdir(CFG)), sorted(os.listdir("cfg"))
    sorted(os.path.basename(path) for path in glob.glob(str(CFG / "*")))
    sorted(glob.glob("cfg/**/*.json", recursive=True)), glob.glob("cfg/?.yaml") != [], glob.glob("none/*")
    [(os.path.relpath(folder, HERE), sorted(inner), sorted(files)) for folder, inner, files in os.walk(CFG)]
    sorted((entry.name, entry.is_file(), entry.is_dir()) for entry in os.scandir(CFG))
    CFG.exists(), CFG.is_dir(), CFG.is_file(), (CFG / "a.yaml").is_file(), os.path.isfile(CFG), os.path.isdir("cfg")
    sorted(info.name for info in pkgutil.iter_modules([str(HERE)]))
    [(info.name, info.ispkg) for info in pkgutil.iter_modules([str(HERE)], "nets.") if info.name != "nets.main"]
    Path("a//b/./c/../d"), Path("a") / "b" / "/c", Path("a").joinpath("b", "c"), "x" / Path("y"), Path()
    [Path("a/b.tar.gz").suffix, Path("a/b.tar.gz").suffixes, Path("a/b.c").stem, Path("a/b").name, Path("/a/b").parts]
    [Path("a/b.c").with_suffix(".d"), Path("a/b.c").with_name("e"), Path("a/b.c").with_stem("e"), Path("a/b/c").parents[1]]
    Path("a") == Path("a"), Path("a") < Path("b"), {Path("a"): 1}[Path("a")], Path("a") == "a", f"{Path('a/b')}"
    [isinstance(CFG, Path), isinstance(CFG, os.PathLike), isinstance("a", (os.PathLike, int)), type(CFG).__name__]
    os.path.splitext(CFG / "a.b")[1], os.path.basename(CFG), os.path.join(CFG, "x") == str(CFG / "x"), os.fspath(Path("q"))
    HERE.name, Path(__file__).name, os.path.basename(__file__), Path.cwd() == HERE.parent, os.getcwd() == str(HERE.parent)
    [(s := io.StringIO("ab\\ncd")).read(1), list(s), s.read(), io.StringIO().getvalue(), io.BytesIO(b"xy").read(1)]
    Path("a/b.py").match("*.py"), Path("/a/b").is_absolute(), Path("a/b").is_relative_to("a"), Path("b").as_posix()
"""


@pytest.mark.parametrize("question", [line.strip() for line in QUESTIONS.strip().splitlines()])
def test_what_is_read_is_what_python_reads(project: Path, question: str) -> None:
    result, vm = told(project, f"result = repr_of(({question}))".replace("repr_of", SHOW))
    file = project / "nets" / "main.py"
    expected = runpy.run_path(str(file))["result"]
    assert result == expected
    assert not [gap for gap in vm.gaps if "finds modules" not in gap.reason]


SHOW = """(lambda value, show=lambda again, one: str(one) if isinstance(one, Path) else [again(again, i) for i in one]
    if isinstance(one, (list, tuple)) else one: show(show, value))"""


def test_yaml_is_read_as_its_safe_loader_reads_it(project: Path) -> None:
    yaml = pytest.importorskip("yaml")
    result, vm = told(
        project,
        """
        import yaml
        with open(CFG / "a.yaml", errors="ignore") as file:
            first = yaml.safe_load(file)
        second = yaml.load((CFG / "b.yaml").read_text(), Loader=yaml.FullLoader)
        third = list(yaml.safe_load_all("1\\n---\\n[a, 0x10, 1e3]"))
        try:
            yaml.safe_load("[1")
        except yaml.YAMLError:
            fourth = "refused"
        result = [first, second, third, fourth]
        """,
    )
    assert result == [
        yaml.safe_load(FILES["cfg/a.yaml"]),
        {"nc": 3},
        [1, ["a", 16, "1e3"]],
        "refused",
    ]
    assert not vm.gaps


def test_what_a_loader_of_the_programs_own_makes_is_not_known(project: Path) -> None:
    result, _ = told(
        project,
        """
        import yaml
        class Mine(yaml.SafeLoader):
            def construct_scalar(self, node):
                return 3
        class Named(yaml.SafeLoader):
            pass
        Named.add_constructor("tag:yaml.org,2002:int", lambda loader, node: 4)
        class Numbers(yaml.SafeLoader):
            pass
        Numbers.add_implicit_resolver("tag:yaml.org,2002:float", None, list("-+0123456789."))
        result = [yaml.load("a: 1e3", Loader=one) for one in (Mine, Named, Numbers, yaml.SafeLoader)]
        result += [yaml.safe_load("!mine [1]"), yaml.safe_load("{a: 2020-01-01, b: 1}")]
        """,
    )
    assert isinstance(result[0], Unknown)
    assert isinstance(result[1], Unknown)
    assert isinstance(result[2]["a"], Unknown)
    assert result[3] == {"a": "1e3"}
    assert isinstance(result[4], Unknown)
    assert isinstance(result[5]["a"], Unknown)
    assert result[5]["b"] == 1


def test_a_yaml_text_that_grows_by_merges_is_not_followed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MAX_MERGED", 20)
    lines = ["a0: &a0 {k: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: {n}}}" for n in range(1, 12)]
    (project / "cfg" / "bomb.yaml").write_text("\n".join(lines))
    result, _ = told(project, 'import yaml\nresult = yaml.safe_load(open(CFG / "bomb.yaml"))')
    assert isinstance(result, Unknown)


def test_toml_is_read(project: Path) -> None:
    pytest.importorskip("tomllib")
    result, _ = told(project, 'import tomllib\nresult = tomllib.load(open("pyproject.toml", "rb"))["project"]["sizes"]')
    assert result == [1, 2]


OUTSIDE = """
    open("../outside.txt").read()
    open("link.txt").read()
    (HERE / ".." / ".." / "outside.txt").read_text()
    open(".hidden/key.txt").read()
    Path("../outside.txt").exists()
    os.path.exists("/etc/hostname")
    os.listdir("/")
    glob.glob("/*")
    Path("~/.netrc").expanduser()
    open("/dev/zero").read()
"""


@pytest.mark.parametrize("question", [line.strip() for line in OUTSIDE.strip().splitlines()])
def test_nothing_outside_is_looked_at(project: Path, question: str) -> None:
    result, _ = told(project, f"result = {question}")
    assert isinstance(result, Unknown)


def test_a_path_of_windows_is_not_known_and_costs_no_more_than_itself(project: Path) -> None:
    result, _ = told(
        project,
        r"""
        from pathlib import PureWindowsPath, WindowsPath
        path = PureWindowsPath("a\b", "c")
        try:
            caught = WindowsPath("a").name and False
        except NotImplementedError:
            caught = True
        result = [path, path.name, path / "d", caught, 3]
        """,
    )
    assert all(isinstance(one, Unknown) for one in result[:4])
    assert result[4] == 3


def test_a_file_that_is_too_large_is_not_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MAX_BYTES", 10)
    result, _ = told(project, 'result = open("cfg/names.txt").read()')
    assert isinstance(result, Unknown)


def test_what_the_program_writes_is_not_known_afterwards_and_not_written(project: Path) -> None:
    result, _ = told(
        project,
        """
        with open("cfg/names.txt", "w") as file:
            file.write("gone")
        (CFG / "new.txt").write_text("new")
        os.remove("cfg/b.yaml")
        (CFG / "made").mkdir(exist_ok=True)
        result = [open("cfg/names.txt").read(), (CFG / "new.txt").exists(), os.path.exists("cfg/b.yaml")]
        result += [os.path.isdir(CFG / "made"), os.listdir(CFG)]
        """,
    )
    assert all(isinstance(one, Unknown) for one in result)
    assert (project / "cfg" / "names.txt").read_bytes() == FILES["cfg/names.txt"].encode()
    assert sorted(path.name for path in (project / "cfg").iterdir()) == ["a.yaml", "b.yaml", "deep", "names.txt"]


def test_what_is_written_out_stays_as_it_is(project: Path) -> None:
    result, _ = told(
        project,
        """
        kept = {"a": [1]}
        with open("out.json", "w") as file:
            json.dump(kept, file)
        result = kept["a"][0]
        """,
    )
    assert result == 1


def test_a_file_that_is_not_there_is_missed_where_that_is_expected(project: Path) -> None:
    result, vm = told(
        project,
        """
        try:
            result = open("none.txt").read()
        except FileNotFoundError:
            result = "no file"
        """,
    )
    assert result == "no file"
    assert any("none.txt" in gap.reason for gap in vm.program.presumed)
