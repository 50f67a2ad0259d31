# mypy: ignore-errors
"""Hydra as convlint interprets it: a configuration composed of the project's own files, and what is built of it.

This file is read as text and interpreted; convlint never imports it.
"""

import functools
import importlib
import os
import re
from contextlib import nullcontext

import yaml
from hydra._internal import _is_open, _open
from omegaconf import DictConfig, ListConfig, OmegaConf

_REFERENCE = re.compile(r"\$\{([\w.]+)\}")
_place = {"folder": None}


class ConfigStore:
    _stored = {}  # noqa: RUF012 - one for all

    @classmethod
    def instance(cls):
        return cls()

    def store(self, name=None, node=None, group=None, package=None, provider=None):
        if isinstance(name, str):
            self._stored[name if group is None else f"{group}/{name}"] = node


def main(config_path=None, config_name=None, version_base=None):
    def decorate(function):
        def run(cfg_passthrough=None):
            if cfg_passthrough is not None:
                return function(cfg_passthrough)
            home = os.path.dirname(function.__globals__["__file__"])
            folder = None if config_path is None else os.path.join(home, config_path)
            return function(_composed(folder, config_name))

        return run

    return decorate


def initialize(config_path=None, job_name=None, version_base=None, caller_stack_depth=1):
    _place["folder"] = _open("the folder of a configuration")
    return nullcontext()


def initialize_config_dir(config_dir, job_name=None, version_base=None):
    _place["folder"] = config_dir
    return nullcontext()


def compose(config_name=None, overrides=None, **options):
    return _open("a configuration") if overrides else _composed(_place["folder"], config_name)


def _composed(folder, name):
    """The configuration of a name: its file and those that its list of defaults names; interpolations are resolved."""
    if name is None:
        return DictConfig({})
    if _is_open(name) or _is_open(folder):
        return _open("a configuration whose place is not known")
    made = {}
    _merge(made, _file(folder, name, ""))
    return DictConfig(_resolved(made, made))


def _file(folder, name, group):
    """What one file says, merged with what its own list of defaults names."""
    key = f"{group}/{name}" if group else name
    key = key[: -len(".yaml")] if key.endswith(".yaml") else key
    path = None if folder is None else os.path.join(folder, key + ".yaml")
    if key in ConfigStore._stored:
        node = ConfigStore._stored[key]
        own = dict(node) if isinstance(node, dict) else OmegaConf.to_container(OmegaConf.structured(node))
    elif path is None:
        return _open("a configuration that is not in a file")
    else:
        with open(path) as file:
            own = yaml.safe_load(file) or {}
    entries = own.pop("defaults", [])
    made = {}
    for entry in entries:
        if entry == "_self_":
            _merge(made, own)
        elif isinstance(entry, str):
            _merge(made, _file(folder, entry, group))
        else:
            for part, option in entry.items():
                _merge(made, _group(folder, part, option, group))
    if "_self_" not in entries:
        _merge(made, own)
    return made


def _group(folder, part, option, group):
    """What an entry `group: option` of a list of defaults gives, under the names of the group."""
    words = part.split()
    part = words[-1]
    if part.startswith("hydra/") or option is None or (len(words) > 1 and words[0] == "override"):
        return {}
    part, _, package = part.partition("@")
    made = {}
    for one in option if isinstance(option, list) else [option]:
        where = f"{group}/{part}" if group else part
        inner = _file(folder, one, where)
        names = [] if package == "_global_" or _is_global(folder, where, one) else (package or part).split("/")
        for name in reversed(names):
            inner = {name: inner}
        _merge(made, inner)
    return made


def _is_global(folder, group, name):
    """Whether the first line of a file says that it is about the whole configuration."""
    path = os.path.join(folder or "", group, name if name.endswith(".yaml") else name + ".yaml")
    if f"{group}/{name}" in ConfigStore._stored:
        return False
    with open(path) as file:
        return file.read().startswith("# @package _global_")


def _merge(made, other):
    for key in other:
        both = key in made and isinstance(made[key], dict) and isinstance(other[key], dict)
        if both:
            _merge(made[key], other[key])
        else:
            made[key] = other[key]


def _resolved(value, root):
    """A value with what it refers to: `${a.b}` alone is the entry itself."""
    if isinstance(value, dict):
        return {key: _resolved(value[key], root) for key in value}
    if isinstance(value, list):
        return [_resolved(item, root) for item in value]
    found = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    result = root
    for name in found.group(1).split("."):
        if not isinstance(result, dict) or name not in result:
            return value
        result = result[name]
    return _resolved(result, root)


# --- building ---------------------------------------------------------------------------------------------


def _located(path):
    """What a dotted path names: of a module, or of a class in it."""
    parts = path.split(".")
    for end in range(len(parts) - 1, 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:end]))
        except ImportError:
            continue
        for name in parts[end:]:
            found = getattr(found, name)
        return found
    return _open("what a path names")


def instantiate(config, *args, **kwargs):
    if isinstance(config, (list, ListConfig)):
        return [_built(item) for item in config]
    if config is None:
        return None
    if "_target_" not in config:
        return _built(config)
    target = config["_target_"]
    target = _located(target) if isinstance(target, str) else target
    given = {
        key: config[key] if config.get("_recursive_") is False else _built(config[key])
        for key in config
        if key not in ("_target_", "_partial_", "_recursive_", "_convert_", "_args_")
    }
    given.update({key: kwargs[key] for key in kwargs if not key.startswith("_")})
    if "_args_" in config and not args:
        args = [_built(item) for item in config["_args_"]]
    partial = kwargs.get("_partial_", config.get("_partial_"))
    return functools.partial(target, *args, **given) if partial else target(*args, **given)


call = instantiate


def _built(value):
    if isinstance(value, (dict, DictConfig)):
        if "_target_" in value:
            return instantiate(value)
        return DictConfig({key: _built(value[key]) for key in value})
    return [_built(item) for item in value] if isinstance(value, (list, ListConfig)) else value


get_class = get_method = get_object = _located


def to_absolute_path(path):
    return path


def get_original_cwd():
    return _open("the folder that a program was started in")
