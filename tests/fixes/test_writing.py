"""Files are replaced whole, keep their permissions, and are not written through links out of the project."""

from __future__ import annotations

import os
import stat

import pytest

from convlint.errors import UsageError
from convlint.fixes.writing import replace_file


def test_permissions_stay_and_nothing_else_is_left(tmp_path):
    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    file.chmod(0o751)
    replace_file(str(file), b"new", tmp_path)
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o751
    assert list(tmp_path.iterdir()) == [file]


def test_links_out_of_the_project_are_refused(tmp_path):
    outside, project = tmp_path / "outside.py", tmp_path / "project"
    project.mkdir()
    outside.write_bytes(b"old")
    (project / "link.py").symlink_to(outside)
    with pytest.raises(UsageError, match="link out of"):
        replace_file(str(project / "link.py"), b"new", project)
    assert outside.read_bytes() == b"old"


def test_links_within_the_project_stay_links(tmp_path):
    (tmp_path / "a.py").write_bytes(b"old")
    (tmp_path / "link.py").symlink_to("a.py")
    replace_file(str(tmp_path / "link.py"), b"new", tmp_path)
    assert (tmp_path / "link.py").is_symlink()
    assert (tmp_path / "a.py").read_bytes() == b"new"


def test_what_fails_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(UsageError, match="cannot be written: No space left"):
        replace_file(str(file), b"new", tmp_path)
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]
