# mypy: ignore-errors
# ruff: noqa: N802 - its names
"""The flags of Abseil as convlint interprets them: nobody has given any, so that their defaults are what counts.

This file is read as text and interpreted; convlint never imports it.
"""

from argparse import _default, _here

from absl.flags import _open


class FlagValues:
    def __init__(self):
        self.__dict__["_values"] = {}

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self._values[name] if name in self._values else _open(name)

    def __setattr__(self, name, value):
        self._values[name] = value

    def __getitem__(self, name):
        return FlagHolder(name)

    def __contains__(self, name):
        return name in self._values

    def __iter__(self):
        return iter(self._values)

    def __call__(self, argv, known_only=False):
        return argv

    def flag_values_dict(self):
        return dict(self._values)

    def set_default(self, name, value):
        self._values[name] = value

    def mark_as_parsed(self):
        return None


FLAGS = FlagValues()


class FlagHolder:
    def __init__(self, name):
        self.name = name

    @property
    def value(self):
        return FLAGS._values[self.name]

    @property
    def default(self):
        return FLAGS._values[self.name]


def _defined(name, default, *args, **options):
    FLAGS._values[name] = _default(default, "--" + name, _here())
    return FlagHolder(name)


DEFINE_integer = DEFINE_float = DEFINE_string = DEFINE_bool = DEFINE_boolean = DEFINE_enum = _defined
DEFINE_multi_integer = DEFINE_multi_float = DEFINE_multi_string = DEFINE_enum_class = _defined


def DEFINE_list(name, default, *args, **options):
    parts = default.split(",") if isinstance(default, str) else default
    return _defined(name, [part.strip() for part in parts] if parts is not None else None)


def DEFINE_spaceseplist(name, default, *args, **options):
    return _defined(name, default.split() if isinstance(default, str) else default)


def DEFINE_config_file(name, default=None, *args, **options):
    """What a file says of whose functions nobody knows which one is asked."""
    return _defined(name, _open("a configuration that is read"))


def mark_flag_as_required(name, *args, **options):
    FLAGS._values[name] = _open(name)


def mark_flags_as_required(names, *args, **options):
    for name in names:
        mark_flag_as_required(name)


def run(main, argv=None, **options):
    main(["main.py"])
    raise SystemExit
