"""What a rule wants to be changed in the source, said without reading it: other values for arguments of calls."""

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

    @property
    def parts(self) -> tuple[SetArgument, ...]:
        return (self,)

    @property
    def filename(self) -> str:
        return self.place.filename


@dataclass(frozen=True, slots=True)
class SetArguments:
    """Make all the changes of one file that can be made. `message` says what they do together."""

    parts: tuple[SetArgument, ...]
    message: str

    @property
    def filename(self) -> str:
        return self.parts[0].place.filename

    @property
    def safe(self) -> bool:
        return all(part.safe for part in self.parts)


Change = SetArgument | SetArguments
