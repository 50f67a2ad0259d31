# mypy: ignore-errors
"""Click and Typer as convlint interprets them: a program that is started with no options, so with their defaults.

This file is read as text and interpreted; convlint never imports it.
"""

import inspect
from argparse import _converted, _default, _here, _not_given

from click import _context, _given


class _Parameter:
    def __init__(self, flags, is_argument, attrs):
        self.attrs = attrs
        self.is_argument = is_argument
        self.place = _here()
        plain = [flag for flag in flags if not flag.startswith("-")]
        long = [flag for flag in flags if flag.startswith("--")]
        self.shown = (long or list(flags))[0].split("/")[0]
        self.dest = plain[0] if plain else self.shown.lstrip("-").replace("-", "_").lower()
        self.is_flag = attrs.get("is_flag", "/" in flags[0] or attrs.get("flag_value") is not None)

    def value(self):
        kind, nargs = self.attrs.get("type"), self.attrs.get("nargs")
        if self.attrs.get("default") is not None:
            default = self.attrs["default"]
            default = default() if callable(default) else default
            return _default(
                _converted(kind, default) if kind is int or kind is float else default, self.shown, self.place
            )
        if self.attrs.get("count"):
            return 0
        if self.is_argument or self.attrs.get("required") or self.attrs.get("prompt"):
            return _not_given(self.shown, kind, nargs)
        if self.attrs.get("multiple"):
            return ()
        return False if self.is_flag else None


def _parameter(flags, is_argument, attrs):
    made = _Parameter(flags, is_argument, attrs)

    def decorate(function):
        if isinstance(function, Command):
            function.params.append(made)
        else:
            function.__click_params__ = [*getattr(function, "__click_params__", ()), made]
        return function

    return decorate


def option(*flags, cls=None, **attrs):
    return _parameter(flags, False, attrs)


def argument(*flags, cls=None, **attrs):
    return _parameter(flags, True, attrs)


def _unchanged(*args, **attrs):
    return lambda function: function


version_option = help_option = _unchanged


def pass_context(function):
    def passed(*args, **kwargs):
        return function(_context(), *args, **kwargs)

    passed.__click_params__ = list(getattr(function, "__click_params__", ()))
    return passed


pass_obj = pass_context


class Command:
    def __init__(self, callback):
        self.callback = callback
        self.params = list(getattr(callback, "__click_params__", ()))

    def main(self, args=None, *rest, **options):
        if args:
            return _given()
        return self.callback(**{parameter.dest: parameter.value() for parameter in self.params})

    def __call__(self, *args, **kwargs):
        return self.main(*args, **kwargs)


class Group(Command):
    """Which of its commands is run, nobody knows: none is."""

    def __init__(self, callback):
        super().__init__(callback)
        self.commands = {}

    def command(self, *args, **attrs):
        return command(*args, **attrs)

    def group(self, *args, **attrs):
        return group(*args, **attrs)

    def add_command(self, cmd, name=None):
        return None

    def main(self, args=None, *rest, **options):
        return _given()


def command(name=None, cls=None, **attrs):
    return Command(name) if callable(name) else Command


def group(name=None, cls=None, **attrs):
    return Group(name) if callable(name) else Group


# --- Typer ------------------------------------------------------------------------------------------------


class _Info:
    def __init__(self, default=..., *flags, **attrs):
        self.default = default


Option = Argument = _Info


def run(function):
    """Run a function with its defaults."""
    given = {}
    for name, parameter in inspect.signature(function).parameters.items():
        default = parameter.default
        if isinstance(default, _Info):
            default = default.default
        if default is inspect.Parameter.empty or default is ...:
            given[name] = _not_given(name, parameter.annotation)
        else:
            given[name] = _default(default, "--" + name.replace("_", "-"), _here())
    return function(**given)


class Typer:
    def __init__(self, *args, **attrs):
        self._functions = []
        self._has_more = False

    def command(self, *args, **attrs):
        def decorate(function):
            self._functions.append(function)
            return function

        return decorate

    def callback(self, *args, **attrs):
        self._has_more = True
        return lambda function: function

    def add_typer(self, *args, **attrs):
        self._has_more = True

    def __call__(self, *args, **kwargs):
        if len(self._functions) != 1 or self._has_more:
            return _given()
        return run(self._functions[0])
