"""The errors that end a run with exit code 2: the tool was asked for something that it cannot do."""

from __future__ import annotations


class UsageError(Exception):
    """What was asked for cannot be done: an unknown rule code, a path that does not exist, a target without a model."""


class ConfigError(UsageError):
    """A configuration file that cannot be read or says something that is not known; the text names the file."""
