"""What the torch that a project has installed may lack: names and arguments that are younger than it.

What layers and operations do is modelled as torch 2.13 does it. A project with an older torch is read by its metadata:
what that torch does not have, or is not known to have, is unknown there, as an attribute that may be missing is, and
what it does not refuse yet is no error. Where it is not known which torch is installed, an error is what all supported
releases refuse. `python -m benchmarks.torch_versions` reads what is written here from the sources of each release.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from convlint.interp.imports.module_files import version_of

if TYPE_CHECKING:
    from convlint.interp.imports.program import Program

Release = tuple[int, int]

NAMES: dict[str, Release] = {
    "RMSNorm": (2, 4),
    "rms_norm": (2, 4),
    "Buffer": (2, 5),
    "LinearCrossEntropyLoss": (2, 13),
    "linear_cross_entropy": (2, 13),
    "add_safe_globals": (2, 4),
    "clear_safe_globals": (2, 4),
    "get_safe_globals": (2, 4),
    "safe_globals": (2, 5),
    "get_unsafe_globals_in_checkpoint": (2, 6),
    "skip_data": (2, 6),
}
"""Names of `torch.nn`, `torch.nn.functional` and `torch.serialization`, with the first release that has each."""
GONE: dict[str, Release] = {"torch.cholesky": (2, 14)}
"""Names, with the first release that has them no more."""
_NORMS = frozenset(
    """BatchNorm1d BatchNorm2d BatchNorm3d GroupNorm InstanceNorm1d InstanceNorm2d InstanceNorm3d LazyBatchNorm1d
    LazyBatchNorm2d LazyBatchNorm3d LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d SyncBatchNorm""".split()  # noqa: SIM905
)
ARGUMENTS: dict[str, dict[str, Release]] = {
    **{name: {"bias": (2, 12)} for name in sorted(_NORMS)},
    **{name: {"weight": (2, 6)} for name in ("huber_loss", "l1_loss", "mse_loss")},
    "scaled_dot_product_attention": {"enable_gqa": (2, 5)},
}
"""Keyword arguments, by the last part of the name of what takes them."""

_LISTED = ("torch.nn.", "torch.serialization.")
_RELEASE = re.compile(r"(\d+)\.(\d+)")


class Versions:
    """What a program's torch has; asked of the disk when it first matters."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._installed: str | None = None

    @property
    def installed(self) -> str:
        """The version of the torch that is installed, "" if none is."""
        if self._installed is None:
            self._installed = next(filter(None, (version_of(root, "torch") for root in self._program.roots)), "")
        return self._installed

    def lacks(self, name: str) -> str:
        """Return why a qualified name of torch may not be there, "" if it is."""
        gone, release = GONE.get(name), self._release() if name in GONE else None
        if gone is not None and release is not None and release >= gone:
            return f"`{name}` is gone from torch {gone[0]}.{gone[1]} on, and {self.installed} is installed"
        since = NAMES.get(name.rpartition(".")[2]) if name.startswith(_LISTED) else None
        return self._younger(f"`{name}`", since)

    def lacks_argument(self, name: str, given: Iterable[str]) -> str:
        """Return why a call may not take one of its keyword arguments, "" if it takes all."""
        known = ARGUMENTS.get(name.rpartition(".")[2])
        if known is None:
            return ""
        reasons = (self._younger(f"`{argument}` of `{name}`", known.get(argument)) for argument in given)
        return next(filter(None, reasons), "")

    def may_accept(self, since: Release | None) -> str:
        """Return why what torch refuses from a release on may not be refused here, "" if it is refused."""
        if since is None:
            return ""
        release = self._release()
        if release is not None and release >= since:
            return ""
        installed = f"{self.installed} is installed" if release else "it is not known which is installed"
        return f"that is refused from torch {since[0]}.{since[1]} on: {installed}"

    def _younger(self, what: str, since: Release | None) -> str:
        release = self._release()
        if since is None or release is None or release >= since:
            return ""
        return f"{what} is there from torch {since[0]}.{since[1]} on, and {self.installed} is installed"

    def _release(self) -> Release | None:
        found = _RELEASE.match(self.installed)
        return (int(found[1]), int(found[2])) if found else None
