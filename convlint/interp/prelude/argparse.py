# mypy: ignore-errors
"""`argparse` as convlint interprets it: nobody has given the program any argument, so that defaults are what counts.

A default that is a number knows where it was given. This file is read as text and interpreted; it is never imported.
"""

from argparse import _converted, _default, _here, _is_same, _not_given, _parsed, _suppressed

SUPPRESS = "==SUPPRESS=="
OPTIONAL = "?"
ZERO_OR_MORE = "*"
ONE_OR_MORE = "+"
PARSER = "A..."
REMAINDER = "..."


class Namespace:
    def __init__(self, **kwargs):
        for name in kwargs:
            setattr(self, name, kwargs[name])

    def __eq__(self, other):
        return vars(self) == vars(other) if isinstance(other, Namespace) else NotImplemented

    def __contains__(self, key):
        return key in self.__dict__

    def _get_kwargs(self):
        return list(self.__dict__.items())

    def _get_args(self):
        return []


class Action:
    def __init__(
        self, option_strings, dest, nargs=None, const=None, default=None, type=None, choices=None, required=False,
        help=None, metavar=None, deprecated=False,
    ):  # fmt: skip
        self.option_strings = option_strings
        self.dest = dest
        self.nargs = nargs
        self.const = const
        self.default = default
        self.type = type
        self.choices = choices
        self.required = required
        self.help = help
        self.metavar = metavar


class BooleanOptionalAction(Action):
    pass


class _Argument(Action):
    """`kind` is the name of its action; a class of the program's is "store", as nobody calls it."""

    def __init__(self, flags, kind, **options):
        super().__init__(flags, **options)
        self.kind = kind
        self.place = _here()

    def value(self):
        """What it is where nobody gives it."""
        if self.kind == "version" or self.kind == "help":
            return SUPPRESS
        positional = not self.option_strings
        if self.required and (not positional or self.nargs not in ("?", "*")):
            return _not_given(self.shown(), self.type, self.nargs)
        if positional and self.nargs == ZERO_OR_MORE and self.default is None:
            return []
        return self.default

    def converted(self, value):
        """What a default becomes where nobody gives the argument."""
        if not _is_same(value, self.default):
            return value
        if self.type is not None:
            value = _converted(self.type, value)
        return _default(value, self.shown(), self.place)

    def shown(self):
        return max(self.option_strings, key=len) if self.option_strings else self.dest


class _Group:
    def __init__(self, parser):
        self._parser = parser

    def add_argument(self, *args, **kwargs):
        return self._parser.add_argument(*args, **kwargs)

    def add_argument_group(self, *args, **kwargs):
        return self

    def add_mutually_exclusive_group(self, **kwargs):
        return self

    def set_defaults(self, **kwargs):
        self._parser.set_defaults(**kwargs)


class _SubParsers:
    def __init__(self, dest, kind):
        self.dest = dest
        self.parsers = {}
        self._kind = kind

    @property
    def choices(self):
        return self.parsers

    def add_parser(self, name, **kwargs):
        options = {key: kwargs[key] for key in kwargs if key in ("parents", "argument_default")}
        self.parsers[name] = self._kind(**options)
        return self.parsers[name]


class ArgumentParser:
    def __init__(
        self, prog=None, usage=None, description=None, epilog=None, parents=(), formatter_class=None, prefix_chars="-",
        fromfile_prefix_chars=None, argument_default=None, conflict_handler="error", add_help=True, allow_abbrev=True,
        exit_on_error=True, **more,
    ):  # fmt: skip
        self.prog = prog
        self.description = description
        self.epilog = epilog
        self.argument_default = argument_default
        self.exit_on_error = exit_on_error
        self._actions = []
        self._defaults = {}
        self._subparsers = None
        for parent in parents:
            self._actions.extend(parent._actions)
            self._defaults.update(parent._defaults)

    def add_argument(self, *flags, action="store", dest=None, required=None, **options):
        positional = not flags or not flags[0].startswith("-")
        if dest is None:
            if not flags:
                raise TypeError("add_argument() missing the name of an argument")
            if positional:
                dest = flags[0]
            else:
                long = [flag for flag in flags if flag.startswith("--")]
                dest = (long[0] if long else flags[0]).lstrip("-").replace("-", "_")
        default = {"store_true": False, "store_false": True}.get(action) if isinstance(action, str) else None
        default = self.argument_default if self.argument_default is not None else default
        default = options.get("default", self._defaults.get(dest, default))
        kind = action if isinstance(action, str) else "store"
        known = ("nargs", "const", "type", "choices", "help", "metavar")
        made = _Argument(
            [] if positional else list(flags), kind, dest=dest, default=default,
            required=positional if required is None else required,
            **{key: options[key] for key in options if key in known},
        )  # fmt: skip
        self._actions.append(made)
        return made

    def add_argument_group(self, *args, **kwargs):
        return _Group(self)

    def add_mutually_exclusive_group(self, **kwargs):
        return _Group(self)

    def add_subparsers(self, dest=None, parser_class=None, **kwargs):
        self._subparsers = _SubParsers(dest, parser_class or type(self))
        return self._subparsers

    def set_defaults(self, **kwargs):
        self._defaults.update({name: _default(kwargs[name], name, _here()) for name in kwargs})
        for action in self._actions:
            if action.dest in kwargs:
                action.default, action.place = kwargs[action.dest], _here()

    def get_default(self, dest):
        for action in self._actions:
            if action.dest == dest and action.default is not None:
                return action.default
        return self._defaults.get(dest)

    def register(self, *args):
        return None

    def parse_args(self, args=None, namespace=None):
        found, rest = self.parse_known_args(args, namespace)
        if args is not None and isinstance(rest, list) and rest:
            self.error("unrecognized arguments")
        return found

    def parse_intermixed_args(self, args=None, namespace=None):
        return self.parse_args(args, namespace)

    def parse_known_args(self, args=None, namespace=None):
        namespace = Namespace() if namespace is None else namespace
        raw = self._raw_values()
        values = dict(raw)
        rest = _not_given("what is not known of the command line", None, "*")
        if args is not None:
            rest = _parsed(self, args, values)
        self._convert(values, raw)
        for name in values:
            if not (args is None and hasattr(namespace, name)):
                setattr(namespace, name, values[name])
        return namespace, rest

    def _convert(self, values, raw):
        """Make of the defaults of arguments that are not given what their types say, once and now."""
        done = set()
        for action in self._actions:
            name = action.dest
            if name not in done and name in values and values[name] is raw[name]:
                done.add(name)
                values[name] = action.converted(values[name])

    def _values(self):
        values = self._raw_values()
        self._convert(values, dict(values))
        return values

    def _raw_values(self):
        """Every name with its value where the command line is empty; a sub-parser's, as if it was asked for."""
        values = {}
        for action in self._actions:
            value = action.value()
            if action.dest not in values and not _suppressed(value):
                values[action.dest] = value
        values = {**self._defaults, **values}
        if self._subparsers is not None:
            self._add_commands(values)
        return values

    def _add_commands(self, values):
        commands = [parser._values() for parser in self._subparsers.parsers.values()]
        if self._subparsers.dest is not None:
            names = list(self._subparsers.parsers)
            values[self._subparsers.dest] = names[0] if len(names) == 1 else _not_given("a command", None, None)
        for command in commands:
            for name in command:
                theirs = [other[name] for other in commands if name in other]
                alike = len(theirs) == 1 or all(one is theirs[0] for one in theirs)
                values[name] = theirs[0] if alike else _not_given("an argument of several commands", None, None)

    def print_help(self, file=None):
        return None

    def print_usage(self, file=None):
        return None

    def exit(self, status=0, message=None):
        raise SystemExit(status)

    def error(self, message):
        raise SystemExit(2)
