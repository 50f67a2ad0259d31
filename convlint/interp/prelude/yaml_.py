# mypy: ignore-errors
"""PyYAML as convlint interprets it: texts are parsed to plain values.

This file is read as text and interpreted; convlint never imports it.
"""

from os import _unknown

from yaml import _is_own, _parse


class YAMLError(Exception):
    pass


class MarkedYAMLError(YAMLError):
    pass


class ScannerError(MarkedYAMLError):
    pass


class ParserError(MarkedYAMLError):
    pass


class ConstructorError(MarkedYAMLError):
    pass


class BaseLoader:
    keeps_texts = True
    resolves = False
    is_changed = False

    def __init__(self, stream):
        self.stream = stream

    @classmethod
    def add_constructor(cls, tag, constructor):
        cls.is_changed = cls.is_changed or tag is None or not tag.startswith("!")

    @classmethod
    def add_multi_constructor(cls, tag_prefix, multi_constructor):
        cls.is_changed = cls.is_changed or not tag_prefix.startswith("!")

    @classmethod
    def add_implicit_resolver(cls, tag, regexp, first=None):
        if tag in ("tag:yaml.org,2002:float", "tag:yaml.org,2002:int"):
            cls.resolves = True
        else:
            cls.is_changed = True

    @classmethod
    def add_path_resolver(cls, tag, path, kind=None):
        cls.is_changed = True


class SafeLoader(BaseLoader):
    keeps_texts = False


class FullLoader(SafeLoader):
    pass


class Loader(SafeLoader):
    pass


class UnsafeLoader(SafeLoader):
    pass


CBaseLoader, CSafeLoader, CFullLoader, CLoader, CUnsafeLoader = BaseLoader, SafeLoader, FullLoader, Loader, UnsafeLoader
_OWN = (BaseLoader, SafeLoader, FullLoader, Loader, UnsafeLoader)


class Dumper:
    @classmethod
    def add_representer(cls, kind, representer):
        return None

    add_multi_representer = add_representer


class SafeDumper(Dumper):
    pass


CDumper, CSafeDumper = Dumper, SafeDumper


def load_all(stream, Loader):  # noqa: N803 - its name
    if Loader.is_changed or not _is_own(Loader):
        return _unknown("a loader of YAML with its own ways")
    understood, found = _parse(stream, Loader.keeps_texts, Loader.resolves)
    if understood:
        return found
    raise ScannerError(found)


def load(stream, Loader=SafeLoader):  # noqa: N803 - its name
    documents = load_all(stream, Loader)
    return documents[0] if documents else None


def safe_load(stream):
    return load(stream, SafeLoader)


def full_load(stream):
    return load(stream, FullLoader)


def unsafe_load(stream):
    return load(stream, UnsafeLoader)


def safe_load_all(stream):
    return load_all(stream, SafeLoader)


def add_constructor(tag, constructor, Loader=None):  # noqa: N803 - its name
    for loader in _OWN[1:] if Loader is None else (Loader,):
        loader.add_constructor(tag, constructor)


def add_representer(kind, representer, Dumper=Dumper):  # noqa: N803 - its name
    return None


def dump(data, stream=None, Dumper=Dumper, **options):  # noqa: N803 - its name
    return _unknown("a text in YAML") if stream is None else None


safe_dump = dump
