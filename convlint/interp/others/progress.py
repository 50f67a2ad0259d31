"""Progress bars around what a loop goes over: tqdm, rich, fastprogress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.values.unknown import Harmless, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

for _module in ("tqdm", "tqdm.auto", "tqdm.std", "tqdm.notebook", "tqdm.autonotebook", "tqdm.rich", "tqdm.asyncio"):
    written("progress.py", _module, "tqdm trange")
written("progress.py", "tqdm.contrib", "tenumerate tzip")
written("progress.py", "rich.progress", "track")
for _module in ("fastprogress", "fastprogress.fastprogress"):
    written("progress.py", _module, "progress_bar master_bar")


@native("tqdm._shown")
def _shown(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What a bar shows and counts."""
    return Harmless(f"`{args[0]}` of a progress bar")


@native("tqdm._total")
def _total(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """How many items a bar is told that there are; one that is not told counts them itself."""
    return Harmless("`total` of a progress bar") if args[0] is None else args[0]
