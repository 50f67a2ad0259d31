# mypy: ignore-errors
"""`pathlib` as convlint interprets it: paths are texts, and the disk is asked as `os` asks it.

This file is read as text and interpreted; convlint never imports it.
"""

import os
import sys
from os import _is_unknown, _unknown
from pathlib import (
    _BY_SEGMENTS,
    _anchor,
    _glob,
    _joined,
    _matches,
    _name,
    _parent,
    _parents,
    _parts,
    _relative_to,
    _stem,
    _suffix,
    _suffixes,
    _uri,
    _with_name,
    _with_stem,
    _with_suffix,
)


class PurePath(os.PathLike):
    def __new__(cls, *parts, **options):
        if cls is PurePath:
            cls = PurePosixPath
        elif cls is Path:
            cls = PosixPath
        return object.__new__(cls)

    def __init__(self, *parts, **options):
        self._text = _joined(*[os.fspath(part) for part in parts])

    def _made(self, text):
        if _is_unknown(text):
            return text
        if _BY_SEGMENTS and type(self) not in (PurePosixPath, PosixPath):
            return self.with_segments(text)
        made = object.__new__(type(self))
        made._text = text
        return made

    def __fspath__(self):
        return self._text

    def __str__(self):
        return self._text

    def __repr__(self):
        return f"{type(self).__name__}({self._text!r})"

    def __bytes__(self):
        return os.fsencode(self._text)

    def __hash__(self):
        return hash(self._text)

    def __eq__(self, other):
        return self._text == other._text if isinstance(other, PurePath) else NotImplemented

    def __lt__(self, other):
        return _parts(self._text) < _parts(other._text) if isinstance(other, PurePath) else NotImplemented

    def __le__(self, other):
        return _parts(self._text) <= _parts(other._text) if isinstance(other, PurePath) else NotImplemented

    def __gt__(self, other):
        return _parts(self._text) > _parts(other._text) if isinstance(other, PurePath) else NotImplemented

    def __ge__(self, other):
        return _parts(self._text) >= _parts(other._text) if isinstance(other, PurePath) else NotImplemented

    def __truediv__(self, other):
        return self._made(_joined(self._text, os.fspath(other)))

    def __rtruediv__(self, other):
        return self._made(_joined(os.fspath(other), self._text))

    def __class_getitem__(cls, params):
        return cls

    def joinpath(self, *others):
        return self._made(_joined(self._text, *[os.fspath(other) for other in others]))

    def with_segments(self, *parts):
        return type(self)(*parts)

    def as_posix(self):
        return self._text

    def as_uri(self):
        return _uri(self._text)

    @property
    def parts(self):
        return _parts(self._text)

    @property
    def name(self):
        return _name(self._text)

    @property
    def stem(self):
        return _stem(self._text)

    @property
    def suffix(self):
        return _suffix(self._text)

    @property
    def suffixes(self):
        return _suffixes(self._text)

    @property
    def anchor(self):
        return _anchor(self._text)

    root = anchor

    @property
    def drive(self):
        return ""

    @property
    def parent(self):
        return self._made(_parent(self._text))

    @property
    def parents(self):
        texts = _parents(self._text)
        return texts if _is_unknown(texts) else tuple([self._made(text) for text in texts])

    def with_name(self, name):
        return self._made(_with_name(self._text, name))

    def with_stem(self, stem):
        return self._made(_with_stem(self._text, stem))

    def with_suffix(self, suffix):
        return self._made(_with_suffix(self._text, suffix))

    def relative_to(self, *other, **options):
        if options:
            return sys.executable  # unknown, as is what newer versions of Python make of it
        return self._made(_relative_to(self._text, _joined(*[os.fspath(part) for part in other])))

    def is_relative_to(self, *other):
        joined = _joined(*[os.fspath(part) for part in other])
        outer = _parts(joined)
        return self._text.startswith("/") == joined.startswith("/") and _parts(self._text)[: len(outer)] == outer

    def is_absolute(self):
        return self._text.startswith("/")

    def match(self, pattern, **options):
        if options:
            return sys.executable
        return _matches(self._text, pattern)


class PurePosixPath(PurePath):
    pass


class Path(PurePath):
    @classmethod
    def cwd(cls):
        return cls(os.getcwd())

    @classmethod
    def home(cls):
        return cls(os.path.expanduser("~"))

    def exists(self, **options):
        return os.path.exists(self._text)

    def is_file(self, **options):
        return os.path.isfile(self._text)

    def is_dir(self, **options):
        return os.path.isdir(self._text)

    def is_symlink(self):
        return os.path.islink(self._text)

    def samefile(self, other):
        return os.path.samefile(self._text, other)

    def stat(self, **options):
        return os.stat(self._text)

    lstat = stat

    def absolute(self):
        return self._made(os.path.abspath(self._text))

    def resolve(self, strict=False):
        return self._made(os.path.realpath(self._text))

    def expanduser(self):
        return self._made(os.path.expanduser(self._text))

    def iterdir(self):
        names = os.listdir(self._text)
        return names if _is_unknown(names) else iter([self / name for name in names])

    def glob(self, pattern, **options):
        found = _glob(self._text, pattern)
        return found if _is_unknown(found) else iter([self._made(_joined(text)) for text in found])

    def rglob(self, pattern, **options):
        return self.glob("**/" + pattern)

    def walk(self, **options):
        for folder, folders, files in os.walk(self._text):
            yield self._made(folder), folders, files

    def open(self, mode="r", buffering=-1, encoding=None, errors=None, newline=None):
        return open(self._text, mode, buffering, encoding, errors, newline)

    def read_text(self, encoding=None, errors=None, newline=None):
        return self.open("r", -1, encoding, errors, newline).read()

    def read_bytes(self):
        return self.open("rb").read()

    def write_text(self, data, encoding=None, errors=None, newline=None):
        os.unlink(self._text)
        return len(data)

    def write_bytes(self, data):
        os.unlink(self._text)
        return len(data)

    def mkdir(self, mode=0o777, parents=False, exist_ok=False):
        os.mkdir(self._text)

    def touch(self, mode=0o666, exist_ok=True):
        os.unlink(self._text)

    def unlink(self, missing_ok=False):
        os.unlink(self._text)

    def rmdir(self):
        os.rmdir(self._text)

    def chmod(self, mode, **options):
        return None

    def rename(self, target):
        os.rename(self._text, target)
        return type(self)(target)

    replace = rename

    def symlink_to(self, target, target_is_directory=False):
        os.unlink(self._text)

    hardlink_to = symlink_to


class PosixPath(Path, PurePosixPath):
    pass


class PureWindowsPath(PurePath):
    def __new__(cls, *parts, **options):
        return _unknown("a path of Windows")


class WindowsPath(Path, PureWindowsPath):
    pass
