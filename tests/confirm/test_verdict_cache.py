"""Verdicts are kept by what was asked of whom; what is damaged or foreign is asked again."""

from __future__ import annotations

from typing import Any

import pytest

from convlint.api import lint_source
from convlint.confirm.cache import VerdictCache, key_of
from convlint.confirm.findings import confirm
from tests.confirm.asking import Here, layer

SHRINKS = layer("nn.Conv2d(3, 4, 3)", (1, 3, 9, 9))
NEEDS_RUN = SHRINKS.replace("self.layer = ", "self.unused = nn.ReLU()\n        self.layer = ")


def asked(cache: VerdictCache, source: str = SHRINKS, **about: str) -> int:
    """Confirm a source; return how often torch was asked."""
    worker = Here()
    for name, value in about.items():
        setattr(worker, name, value)
    report = confirm(lint_source(source, "example.py"), worker, cache=cache)
    assert all(finding.confirmation is not None for finding in report.findings)
    return len(worker.requests)


def test_the_second_time_torch_is_not_asked(tmp_path):
    cache = VerdictCache(tmp_path)
    assert [asked(cache), asked(cache)] == [1, 0]
    assert asked(cache, SHRINKS.replace("4, 3)", "4, 5)")) == 1


def test_another_torch_or_python_is_asked_again(tmp_path):
    cache = VerdictCache(tmp_path)
    assert asked(cache) == 1
    assert asked(cache, torch_version="2.2.0") == 1
    assert asked(cache, python_version="3.9.1") == 1
    assert asked(cache) == 0


def test_a_damaged_entry_is_a_miss(tmp_path):
    cache = VerdictCache(tmp_path)
    asked(cache)
    (entry,) = (path for path in tmp_path.rglob("*") if path.is_file())
    for content in (b"", b"{", b"[]", b'{"key": "x", "status": "confirmed", "detail": ""}', b"\xff"):
        entry.write_bytes(content)
        assert asked(cache) == 1


def test_what_was_not_checked_is_not_kept(tmp_path):
    cache = VerdictCache(tmp_path)
    cache.put("abcd", {"status": "not-checked", "detail": "no"})
    assert cache.get("abcd") is None
    cache.put("abcd", {"status": "confirmed", "detail": "yes"})
    assert cache.get("abcd") == {"status": "confirmed", "detail": "yes"}


def test_a_disk_that_refuses_is_no_error(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert [asked(VerdictCache(blocked)), asked(VerdictCache(blocked))] == [1, 1]


def test_an_interrupted_run_keeps_what_it_has(tmp_path):
    class Interrupted(Here):
        def ask(self, request: dict[str, Any]) -> dict[str, Any]:
            if self.requests:
                raise KeyboardInterrupt
            return super().ask(request)

    source = SHRINKS.replace("return self.layer(x)", "return F.max_pool2d(self.layer(x), 2)")
    cache = VerdictCache(tmp_path)
    report = lint_source(source, "example.py")
    assert len(report.findings) == 2
    with pytest.raises(KeyboardInterrupt):
        confirm(report, Interrupted(), cache=cache)
    assert asked(cache, source) == 1


def test_progress_is_told(tmp_path):
    steps: list[tuple[int, int]] = []
    confirm(lint_source(SHRINKS, "example.py"), Here(), progress=lambda done, all_: steps.append((done, all_)))
    assert steps == [(1, 1)]


def test_the_key_depends_on_the_device():
    assert key_of({}, "2.13", "3.11", "cpu") != key_of({}, "2.13", "3.11", "cuda")
