"""The cache gives back what was stored, and takes everything else for a miss."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

from convlint.ir import cache as cache_module
from convlint.ir import nodes
from convlint.ir.cache import IrCache, default_cache
from convlint.ir.load import load, lower_text
from convlint.source.text import SourceText, decode
from tests.ir.corpus import corpus
from tests.ir.test_lower import CONSTRUCTS

SOURCE = b"import torch\nx = 1\n"


def entries(cache: IrCache) -> list[Path]:
    return sorted(path for path in (Path(cache.folder) / "ir").rglob("*") if path.is_file())


@pytest.fixture
def cache(tmp_path: Path) -> IrCache:
    return IrCache(str(tmp_path / "cache"))


def test_modules_come_back_as_they_were_stored(cache: IrCache) -> None:
    sources = [CONSTRUCTS.encode(), b"", *(path.read_bytes() for path in corpus(20))]
    for data in sources:
        module = lower_text(decode(data))
        cache.put(data, module)
        assert cache.get(data) == module
    assert len(entries(cache)) == len(set(sources))


def test_values_that_storage_could_blur_come_back_exactly(cache: IrCache) -> None:
    text = "(0, False, 0.0, -0.0, 1e999, 2 ** 63, 9223372036854775807, 9223372036854775808, '\\ud800', None, 1.0, '')"
    data = text.encode()
    module = lower_text(SourceText(text))
    cache.put(data, module)
    assert repr(cache.get(data)) == repr(module)  # repr tells 0 from False and 0.0


def test_other_source_is_a_miss(cache: IrCache) -> None:
    load(SOURCE, "a.py", cache=cache)
    assert cache.get(SOURCE) is not None
    assert cache.get(SOURCE + b"\n") is None


def test_another_version_is_a_miss(cache: IrCache, monkeypatch: pytest.MonkeyPatch) -> None:
    load(SOURCE, "a.py", cache=cache)
    monkeypatch.setattr(cache_module, "_versions", lambda: b"another")
    assert cache.get(SOURCE) is None


def test_a_change_of_the_lowering_code_is_another_version(tmp_path: Path) -> None:
    (tmp_path / "lower.py").write_text("one")
    before = cache_module._stamp(str(tmp_path))
    (tmp_path / "lower.py").write_text("other")
    assert cache_module._stamp(str(tmp_path)) != before


def test_damaged_and_foreign_entries_are_misses(cache: IrCache) -> None:
    other = SOURCE + b"y = 2\n"
    for data in (SOURCE, other):
        cache.put(data, lower_text(decode(data)))
    path, foreign = (Path(cache.store._path(cache_module._key(data))) for data in (SOURCE, other))
    whole = path.read_bytes()
    damaged = [b"", whole[:5], whole[:-1], whole + b"\0", b"\x80" + whole, foreign.read_bytes()]
    damaged += [whole[:place] + bytes((whole[place] ^ 1,)) + whole[place + 1 :] for place in range(len(whole))]
    for entry in damaged:
        path.write_bytes(entry)
        assert cache.get(SOURCE) is None, entry
    path.write_bytes(whole)
    assert cache.get(SOURCE) is not None


def test_an_entry_with_a_right_sum_and_wrong_nodes_is_a_miss(cache: IrCache) -> None:
    key = cache_module._key(SOURCE)
    cache.put(SOURCE, lower_text(decode(SOURCE)))
    cache.store.put(key, zlib.compress(cache_module._encoder().encode(["Module", [1, 0, 1, 1], [["NoSuchNode"]]])))
    assert cache.get(SOURCE) is None
    cache.store.put(key, b"neither")
    assert cache.get(SOURCE) is None


def test_the_folder_is_marked_as_a_cache(cache: IrCache) -> None:
    load(SOURCE, "a.py", cache=cache)
    assert (Path(cache.folder) / ".gitignore").read_text() == "*\n"
    assert (Path(cache.folder) / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_a_folder_that_cannot_be_written_is_no_cache_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    cache = IrCache(str(tmp_path / "file" / "cache"))
    for _ in range(2):
        assert load(SOURCE, "a.py", cache=cache).module == lower_text(decode(SOURCE))
    assert cache.get(SOURCE) is None


def test_a_module_too_deep_to_store_is_not_stored(cache: IrCache) -> None:
    module = lower_text(SourceText("x\n"))
    value: nodes.Expr = nodes.Name((1, 0, 1, 1), "x")
    for _ in range(20_000):
        value = nodes.UnaryOp((1, 0, 1, 1), "-", value)
    deep = nodes.Module(module.span, (nodes.ExprStmt(module.span, value),))
    cache.put(SOURCE, deep)
    assert entries(cache) == []


def test_the_cache_keeps_to_its_bound_and_drops_the_oldest(tmp_path: Path) -> None:
    bound = 4_000
    cache = IrCache(str(tmp_path), max_bytes=bound)
    sources = [f"x = [{number}, {'1, ' * 60}]\n".encode() for number in range(40)]
    for age, data in enumerate(sources):
        cache.put(data, lower_text(decode(data)))
        stamp = time.time() - 1000 + age
        os.utime(cache.store._path(cache_module._key(data)), (stamp, stamp))
    cache.prune()
    size = sum(path.stat().st_size for path in entries(cache))
    assert 0.4 * bound < size <= bound
    kept = [cache.get(data) is not None for data in sources]
    assert kept == sorted(kept)
    assert any(kept)
    assert not all(kept)


def test_the_default_folder_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    default_cache.cache_clear()
    cache = default_cache()
    assert cache is not None
    assert Path(cache.folder) == tmp_path / ".cache" / "convlint"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    default_cache.cache_clear()
    cache = default_cache()
    assert cache is not None
    assert Path(cache.folder) == tmp_path / "xdg" / "convlint"
    default_cache.cache_clear()


def test_a_hit_imports_no_libcst(tmp_path: Path) -> None:
    lines = ["class K(Module):", "    def f(self, x):"]
    lines += [f"        x = self.conv{number}(relu(x), kernel_size={number}, padding=(1, 2))" for number in range(300)]
    data = "\n".join(lines).encode()
    load(data, "a.py", cache=IrCache(str(tmp_path)))
    (tmp_path / "a.py").write_bytes(data)
    program = (
        "import sys\n"
        "from convlint.ir.cache import IrCache\n"
        "from convlint.ir.load import load\n"
        "data = open(sys.argv[1] + '/a.py', 'rb').read()\n"
        "load(data, 'a.py', cache=IrCache(sys.argv[1]))\n"
        "print('libcst' in sys.modules, 'pathspec' in sys.modules)\n"
    )
    run = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]


def test_loading_gives_text_and_directives_too(cache: IrCache) -> None:
    for _ in range(2):
        loaded = load(b"x = 1  # convlint: ignore[CVL101]\n", "a.py", cache=cache)
        assert loaded.filename == "a.py"
        assert loaded.text.line(1).startswith("x = 1")
        assert loaded.directives.suppressions[0].codes == ("CVL101",)
