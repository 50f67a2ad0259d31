# mypy: ignore-errors
"""Configurations whose entries are attributes as well, as convlint interprets them: OmegaConf, EasyDict, ConfigDict.

This file is read as text and interpreted; convlint never imports it.
"""

from omegaconf import _is_open, _unknown


def _wrapped(value, kind):
    if type(value) is dict:
        return kind(value)
    if type(value) in (list, tuple):
        return [_wrapped(item, kind) for item in value]
    return value


class DictConfig(dict):
    def __init__(self, content=None, *args, **kwargs):
        super().__init__()
        for key in content if content is not None else {}:
            self[key] = content[key]

    def __setitem__(self, key, value):
        dict.__setitem__(self, key, _wrapped(value, type(self)))

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if name in self:
            return self[name]
        return _unknown(f"`{name}` of a configuration")

    def __setattr__(self, name, value):
        self[name] = value


class ListConfig(list):
    def __init__(self, content=(), *args, **kwargs):
        super().__init__([_wrapped(item, DictConfig) for item in content])


class EasyDict(DictConfig):
    def __init__(self, d=None, **kwargs):
        super().__init__(d)
        for key in kwargs:
            self[key] = kwargs[key]


class ConfigDict(DictConfig):
    def __init__(self, initial_dictionary=None, *args, **kwargs):
        super().__init__(initial_dictionary)

    def lock(self):
        return self

    def unlocked(self):
        return _unknown("a context of a configuration")

    def to_dict(self):
        return _plain(self)


FrozenConfigDict = ConfigDict
edict = EasyDict
Munch = Box = AttrDict = EasyDict


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(value[key]) for key in value}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _merged(first, second):
    result = DictConfig(first)
    for key in second:
        old = result.get(key)
        new = second[key]
        result[key] = _merged(old, new) if isinstance(old, dict) and isinstance(new, dict) else new
    return result


class OmegaConf:
    @staticmethod
    def create(obj=None, *args, **kwargs):
        if obj is None:
            return DictConfig({})
        if isinstance(obj, dict):
            return DictConfig(obj)
        if isinstance(obj, (list, tuple)):
            return ListConfig(obj)
        return _unknown("a configuration that is not known")

    @staticmethod
    def merge(*configs):
        result = DictConfig({})
        for config in configs:
            if _is_open(config) or not isinstance(config, dict):
                return _unknown("a configuration that is not known")
            result = _merged(result, config)
        return result

    @staticmethod
    def to_container(cfg, *args, **kwargs):
        return _plain(cfg)

    to_object = to_container

    @staticmethod
    def structured(obj, *args, **kwargs):
        return obj() if isinstance(obj, type) else obj

    @staticmethod
    def is_config(obj):
        return isinstance(obj, (DictConfig, ListConfig))

    @staticmethod
    def load(file):
        return _unknown("a configuration that is read")

    @staticmethod
    def from_cli(*args):
        return DictConfig({})

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
