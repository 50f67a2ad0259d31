# mypy: ignore-errors
"""`os.scandir` and `os.walk`, and what `pkgutil` tells of a module, as convlint interprets them.

This file is read as text and interpreted; convlint never imports it.
"""

import os
from collections import namedtuple
from os import _is_unknown

ModuleInfo = namedtuple("ModuleInfo", "module_finder name ispkg")


class PathLike:
    def __class_getitem__(cls, params):
        return cls


class DirEntry(PathLike):
    def __init__(self, folder, name):
        self.name = name
        self.path = os.path.join(folder, name)

    def __fspath__(self):
        return self.path

    def is_file(self, follow_symlinks=True):
        return os.path.isfile(self.path)

    def is_dir(self, follow_symlinks=True):
        return os.path.isdir(self.path)

    def is_symlink(self):
        return os.path.islink(self.path)

    def stat(self, follow_symlinks=True):
        return os.stat(self.path)


class _Entries:
    def __init__(self, entries):
        self._entries = iter(entries)

    def __iter__(self):
        return self._entries

    def __next__(self):
        return next(self._entries)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def close(self):
        return None


def scandir(path="."):
    folder = os.fspath(path)
    names = os.listdir(folder)
    return names if _is_unknown(names) else _Entries([DirEntry(folder, name) for name in names])


def walk(top, topdown=True, onerror=None, followlinks=False):
    top = os.fspath(top)
    names = os.listdir(top)
    return names if _is_unknown(names) else _walked(top, names, topdown)


def _walked(top, names, topdown):
    folders = [name for name in names if os.path.isdir(os.path.join(top, name))]
    files = [name for name in names if name not in folders]
    if topdown:
        yield top, folders, files
    for name in folders:
        yield from walk(os.path.join(top, name), topdown)
    if not topdown:
        yield top, folders, files
