"""What a rule wants to be changed in the source, said without reading it: other values for arguments of calls, an
activation that is left out, a layer that is built anew."""

from __future__ import annotations

from typing import TypeVar

from msgspec import Struct

from convlint.places import Place

Own = TypeVar("Own", bound="AtOnePlace")


class AtOnePlace(Struct, frozen=True):
    """A change of what stands at one place, which has no parts but itself."""

    place: Place

    @property
    def parts(self: Own) -> tuple[Own, ...]:
        return (self,)

    @property
    def filename(self) -> str:
        return self.place.filename


class SetArgument(AtOnePlace, frozen=True):
    """Give the call at `place` the text `value` for the parameter `name`.

    `positional` are the call's positional parameters in order, `required` those that it must have. `value` follows from
    the arguments `follows_from`: the change holds only if they, and the one that is changed, are written as numbers
    there, or not at all. `message` says what it does, and what it changes if it is not `safe`.
    """

    name: str
    value: str
    positional: tuple[str, ...]
    required: tuple[str, ...]
    follows_from: tuple[str, ...]
    message: str
    safe: bool = False


class SetArguments(Struct, frozen=True):
    """Make all the changes of one file that can be made. `message` says what they do together."""

    parts: tuple[SetArgument, ...]
    message: str

    @property
    def filename(self) -> str:
        return self.parts[0].place.filename

    @property
    def safe(self) -> bool:
        return all(part.safe for part in self.parts)


class LeaveOut(AtOnePlace, frozen=True):
    """Let the call at `place`, of an activation's function or constructor, do nothing: its input stands for it, or
    `Identity` for its layer. `message` says what becomes different."""

    message: str
    safe: bool = False


class BuildAnew(AtOnePlace, frozen=True):
    """Let the statement at `place`, which sets `name` of a layer, put a new layer of torch's class `kind` there, with
    the value for its argument `name`. `arguments` are those that it was built with, as text: by position, or `x=…`."""

    kind: str
    name: str
    arguments: tuple[str, ...]
    message: str
    safe: bool = False


Part = SetArgument | LeaveOut | BuildAnew
Change = Part | SetArguments
