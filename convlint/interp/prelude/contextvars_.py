# mypy: ignore-errors
"""Context variables as convlint interprets them: there is one context.

This file is read as text and interpreted; convlint never imports it.
"""

_MISSING = object()


class Token:
    MISSING = _MISSING

    def __init__(self, var, old_value):
        self.var = var
        self.old_value = old_value

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.var.reset(self)


class ContextVar:
    def __init__(self, name, *, default=_MISSING):
        self.name = name
        self._default = default
        self._value = _MISSING

    def __class_getitem__(cls, params):
        return cls

    def get(self, default=_MISSING):
        if self._value is not _MISSING:
            return self._value
        if default is not _MISSING:
            return default
        if self._default is not _MISSING:
            return self._default
        raise LookupError(self)

    def set(self, value):
        token = Token(self, self._value)
        self._value = value
        return token

    def reset(self, token):
        self._value = token.old_value
