# mypy: ignore-errors
"""Configurations whose entries are attributes as well, as convlint interprets them: OmegaConf, EasyDict, ConfigDict.

This file is read as text and interpreted; convlint never imports it.
"""

from collections.abc import MutableMapping
from copy import deepcopy

from omegaconf import _entry, _is_open, _kind, _unknown


class _Attributes:
    """Entries that are attributes as well."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if name in self:
            return self[name]
        return _unknown(f"`{name}` of a configuration")

    def __setattr__(self, name, value):
        self[name] = value

    def __delattr__(self, name):
        del self[name]

    def _wrapped(self, value):
        """A value as it is kept: what is in it is a configuration of the same kind."""
        kind = _kind(value)
        if kind == "dict":
            return type(self)(value)
        if kind == "list":
            return [self._wrapped(item) for item in value]
        return tuple([self._wrapped(item) for item in value]) if kind == "tuple" else value


class _Mapping(_Attributes, MutableMapping):
    """A configuration that is no dict."""

    def __init__(self, content=None):
        object.__setattr__(self, "_content", {})
        for key in content if content is not None else {}:
            self[key] = content[key]

    def __getitem__(self, key):
        return self._content[key]

    def __setitem__(self, key, value):
        self._content[key] = self._wrapped(value)

    def __delitem__(self, key):
        del self._content[key]

    def __iter__(self):
        return iter(self._content)

    def __len__(self):
        return len(self._content)

    def __contains__(self, key):
        return key in self._content

    def __eq__(self, other):
        return _plain(self) == _plain(other)

    def __hash__(self):
        return _unknown("the hash of a configuration")


class DictConfig(_Mapping):
    def __init__(self, content=None, *args, **kwargs):
        super().__init__(deepcopy(content))

    def _wrapped(self, value):
        value = _entry(value)
        return super()._wrapped(list(value) if _kind(value) == "tuple" else value)

    def copy(self):
        return deepcopy(self)


class ListConfig(list):
    def __init__(self, content=(), *args, **kwargs):
        super().__init__(DictConfig()._wrapped(list(deepcopy(content))))


class ConfigDict(_Mapping):
    def __init__(self, initial_dictionary=None, *args, **kwargs):
        super().__init__(initial_dictionary)

    def lock(self):
        return self

    def unlocked(self):
        return _unknown("a context of a configuration")

    def to_dict(self):
        return _plain(self)


FrozenConfigDict = ConfigDict


class EasyDict(_Attributes, dict):
    def __init__(self, d=None, **kwargs):
        super().__init__()
        self.update(d if d is not None else {}, **kwargs)

    def __setitem__(self, key, value):
        dict.__setitem__(self, key, self._wrapped(value))

    def update(self, other=(), /, **more):
        for key, value in dict(other, **more).items():
            self[key] = value

    def setdefault(self, key, default=None):
        if key not in self:
            self[key] = default
        return self[key]


edict = EasyDict
Munch = Box = AttrDict = EasyDict


def _plain(value):
    if isinstance(value, (dict, _Mapping)):
        return {key: _plain(value[key]) for key in value}
    kind = _kind(value)
    if kind == "list":
        return [_plain(item) for item in value]
    return tuple([_plain(item) for item in value]) if kind == "tuple" else value


def _merged(first, second):
    if _is_open(first) or _is_open(second):
        return _unknown("a configuration that is not known")
    result = DictConfig(first)
    for key in second:
        old = result.get(key)
        new = second[key]
        both = isinstance(old, DictConfig) and isinstance(new, (dict, DictConfig))
        result[key] = _merged(old, new) if both else deepcopy(new)
    return result


class OmegaConf:
    @staticmethod
    def create(obj=None, *args, **kwargs):
        if obj is None:
            return DictConfig({})
        if isinstance(obj, (dict, DictConfig)):
            return DictConfig(obj)
        if isinstance(obj, (list, tuple)):
            return ListConfig(obj)
        return _unknown("a configuration that is not known")

    @staticmethod
    def merge(*configs):
        result = DictConfig({})
        for config in configs:
            known = not _is_open(config) and isinstance(config, (dict, DictConfig))
            result = _merged(result, config) if known else _unknown("a configuration that is not known")
        return result

    @staticmethod
    def to_container(cfg, *args, **kwargs):
        return _plain(cfg)

    to_object = to_container

    @staticmethod
    def structured(obj, *args, **kwargs):
        made = _entry(obj() if isinstance(obj, type) else obj)
        return DictConfig(made) if _kind(made) == "dict" else _unknown("a configuration that is not known")

    @staticmethod
    def is_config(obj):
        return isinstance(obj, (DictConfig, ListConfig))

    @staticmethod
    def load(file):
        return _unknown("a configuration that is read")

    @staticmethod
    def from_cli(args_list=None):
        """A command line that is empty, or else one that is not known."""
        return DictConfig({}) if args_list is None else _unknown("a configuration from a list of texts")

    @staticmethod
    def set_struct(conf, value):
        return None

    @staticmethod
    def set_readonly(conf, value):
        return None

    @staticmethod
    def to_yaml(cfg, *args, **kwargs):
        return _unknown("the text of a configuration")

    @staticmethod
    def save(*args, **kwargs):
        return None

    @staticmethod
    def register_new_resolver(*args, **kwargs):
        return None

    @staticmethod
    def select(cfg, key, *, default=None, **kwargs):
        for part in key.split("."):
            if part not in cfg:
                return default
            cfg = cfg[part]
        return cfg

    @staticmethod
    def update(cfg, key, value=None, **kwargs):
        parts = key.split(".")
        for part in parts[:-1]:
            cfg = cfg[part]
        cfg[parts[-1]] = value
