"""What an enum class holds when it is taken for a collection of its members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.unknown import Unknown, Value
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def listed_members(vm: Vm, cls: ClassValue) -> list[Instance] | Unknown | None:
    """Return the members that iteration over an enum gives, None for another class.

    Members of a flag class that stand for no bit or for several are listed before Python 3.11 only.
    """
    members = cls.namespace.get("__members__")
    if not isinstance(members, dict):
        return None
    single = list(dict.fromkeys(members.values()))  # an alias is the same member
    if any(getattr(base, "qualname", "") == "enum.Flag" for base in cls.mro) and not all(
        _is_one_bit(member.attrs["_value_"]) for member in single
    ):
        return vm.unknown(f"which members of `{cls.name}` are listed", Concern.NOTHING)
    return single


def _is_one_bit(value: Value) -> bool:
    return isinstance(value, int) and value > 0 and value & (value - 1) == 0
