"""Marks on containers, generators and tensors whose content is no longer known, and why."""

from __future__ import annotations

from convlint.interp.values.unknown import Unknown


class Marks(dict[int, tuple[object, Unknown]]):
    """Objects that code which is not understood may have changed, by identity.

    Each mark holds its object: no other object can come to have the identity of one that is marked.
    """

    def of(self, value: object) -> Unknown | None:
        """Return why a value is no longer known, or None."""
        entry = self.get(id(value))
        return entry[1] if entry is not None else None

    def put(self, value: object, cause: Unknown) -> None:
        """Mark a value as no longer known."""
        self[id(value)] = (value, cause)

    def copy(self) -> Marks:
        return Marks(self)
