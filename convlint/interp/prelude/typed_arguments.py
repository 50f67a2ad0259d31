# mypy: ignore-errors
"""Programs whose arguments are typed, as convlint interprets them: dataclasses and functions, by their defaults.

tyro, jsonargparse, simple-parsing, pyrallis, Fire, the parser of transformers and Tap differ in how a command line is
written; started with none, they give the same. This file is read as text and interpreted; convlint never imports it.
"""

import argparse
import dataclasses
import inspect
from argparse import _default, _here, _not_given

from tyro import _given


def _made(kind, prefix, place):
    """What a dataclass, a class or a function gives with its defaults."""
    if not dataclasses.is_dataclass(kind):
        return _called(kind, prefix, place)
    values = {}
    for field in dataclasses.fields(kind):
        name = prefix + field.name
        if not field.init:
            continue
        if field.default is not dataclasses.MISSING:
            values[field.name] = _told(field.default, name, place)
        elif field.default_factory is not dataclasses.MISSING:
            values[field.name] = _told(field.default_factory(), name, place)
        elif dataclasses.is_dataclass(field.type):
            values[field.name] = _made(field.type, name + ".", place)
        else:
            values[field.name] = _not_given("--" + name, field.type)
    return kind(**values)


def _told(value, name, place):
    """A default that knows where it was given; one that is a dataclass, all of its fields."""
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return _default(value, "--" + name, place)
    told = {
        field.name: _told(getattr(value, field.name), f"{name}.{field.name}", place)
        for field in dataclasses.fields(value)
        if field.init
    }
    return type(value)(**told)


def _called(kind, prefix, place):
    given = {}
    for name, parameter in inspect.signature(kind).parameters.items():
        if parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
            continue
        if parameter.default is not inspect.Parameter.empty:
            given[name] = _told(parameter.default, prefix + name, place)
        elif dataclasses.is_dataclass(parameter.annotation):
            given[name] = _made(parameter.annotation, f"{prefix}{name}.", place)
        else:
            given[name] = _not_given("--" + prefix + name, parameter.annotation)
    return kind(**given)


def cli(f, *, default=None, args=None, **options):
    """tyro's front door."""
    if args:
        return _given()
    if default is None:
        return _made(f, "", _here())
    return _told(default, "", _here()) if dataclasses.is_dataclass(default) else default


def CLI(components=None, args=None, **options):  # noqa: N802 - its name
    """jsonargparse's front door: of several components, or of none, nobody knows which one is run."""
    known = components is not None and not isinstance(components, (list, tuple, dict)) and not args
    return _made(components, "", _here()) if known else _given()


auto_cli = CLI


def Fire(component=None, command=None, name=None, **options):  # noqa: N802 - its name
    known = command is None and (inspect.isfunction(component) or isinstance(component, type))
    return _made(component, "", _here()) if known else _given()


def parse(config_class, *args, default=None, **options):
    """simple-parsing's and pyrallis's front door; `args` are other things for each."""
    return default if default is not None else _made(config_class, "", _here())


def wrap(*options, **more):
    """pyrallis's decorator: the first argument of the function is its configuration."""

    def decorate(function):
        def main(*args, **kwargs):
            kind = next(iter(inspect.signature(function).parameters.values())).annotation
            return function(_made(kind, "", _here()), *args, **kwargs)

        return main

    return decorate


class SimpleParser(argparse.ArgumentParser):
    """simple-parsing's parser: groups of arguments that become a dataclass each."""

    def add_arguments(self, dataclass, dest, *args, default=None, **options):
        self.set_defaults(**{dest: _made(dataclass, "", _here()) if default is None else default})


ArgumentParser = SimpleParser


class HfArgumentParser(argparse.ArgumentParser):
    def __init__(self, dataclass_types=None, **options):
        super().__init__()
        self._kinds = list(dataclass_types) if isinstance(dataclass_types, (list, tuple)) else [dataclass_types]

    def parse_args_into_dataclasses(self, args=None, **options):
        if args:
            return _given()
        return tuple(_made(kind, "", _here()) for kind in self._kinds)

    def parse_json_file(self, *args, **options):
        return _given()

    parse_yaml_file = parse_dict = parse_json_file


class Tap:
    """Typed-argument-parser's base: annotated attributes of a class."""

    def __init__(self, *args, **options):
        pass

    def parse_args(self, args=None, known_only=False, **options):
        for name in type(self).__annotations__:
            if not hasattr(self, name):
                setattr(self, name, _not_given("--" + name, type(self).__annotations__[name]))
            else:
                setattr(self, name, _default(getattr(self, name), "--" + name, _here()))
        return self

    def add_argument(self, *args, **options):
        return None

    add_subparser = add_subparsers = configure = process_args = add_argument

    def as_dict(self):
        return {name: getattr(self, name) for name in type(self).__annotations__}
