"""Files are replaced whole, keep their permissions, and are not written through links out of the project."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time

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


def test_links_of_folders_out_of_the_project_are_refused(tmp_path):
    outside, project = tmp_path / "outside", tmp_path / "project"
    project.mkdir()
    outside.mkdir()
    (outside / "a.py").write_bytes(b"old")
    (project / "folder").symlink_to(outside)
    with pytest.raises(UsageError, match="link out of"):
        replace_file(str(project / "folder" / "a.py"), b"new", project)
    assert (outside / "a.py").read_bytes() == b"old"


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


WRITER = """
import itertools, sys
from pathlib import Path
from convlint.fixes.writing import replace_file
for letter in itertools.cycle(b"ab"):
    replace_file(sys.argv[1], bytes([letter]) * 300_000, Path(sys.argv[1]).parent)
    print(flush=True)
"""


def test_a_kill_leaves_the_old_or_the_new_file(tmp_path):
    file = tmp_path / "a.py"
    file.write_bytes(b"a" * 300_000)
    for moment in range(4):
        command = [sys.executable, "-c", WRITER, str(file)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            process.stdout.readline()  # it has begun
            time.sleep(0.003 * moment)
            process.kill()
        found = file.read_bytes()
        assert len(found) == 300_000
        assert len(set(found)) == 1
