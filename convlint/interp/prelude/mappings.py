# mypy: ignore-errors
"""What `collections.abc.Mapping` and `MutableMapping` give classes that derive from them, as Python writes it.

This file is read as text and interpreted; convlint never imports it.
"""

_MISSING = object()


def keys(self):
    return dict.fromkeys(self).keys()


def items(self):
    return {key: self[key] for key in self}.items()


def values(self):
    return {key: self[key] for key in self}.values()


def get(self, key, default=None):
    try:
        return self[key]
    except KeyError:
        return default


def pop(self, key, default=_MISSING):
    try:
        value = self[key]
    except KeyError:
        if default is _MISSING:
            raise
        return default
    else:
        del self[key]
        return value


def setdefault(self, key, default=None):
    try:
        return self[key]
    except KeyError:
        self[key] = default
    return default


def update(self, other=(), /, **more):
    if hasattr(other, "keys"):
        for key in other.keys():  # noqa: SIM118
            self[key] = other[key]
    else:
        for key, value in other:
            self[key] = value
    for key, value in more.items():
        self[key] = value
