"""What a rule wants to be changed in the source, said without reading it: another value for an argument of a call."""

from __future__ import annotations

from dataclasses import dataclass

from convlint.places import Place


@dataclass(frozen=True, slots=True)
class SetArgument:
    """Give the call at `place` the text `value` for the parameter `name`.

    `positional` are the call's positional parameters in order, `required` those that it must have. `value` follows from
    the arguments `follows_from`: the change holds only if they, and the one that is changed, are written as numbers
    there, or not at all. `message` says what it does, and what it changes if it is not `safe`.
    """

    place: Place
    name: str
    value: str
    positional: tuple[str, ...]
    required: tuple[str, ...]
    follows_from: tuple[str, ...]
    message: str
    safe: bool = False
