"""A related place whose number comes from an argument: what there is to say of it once the files are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from convlint.findings import Related
from convlint.origins.following import Argument, Texts, chain
from convlint.places import is_installed


class Traced(Struct, frozen=True):
    """A place, and the argument that gave the number there. With `at_end` the place that gave the argument its value
    stands for it."""

    related: Related
    argument: Argument
    at_end: bool = False


def told(several: Iterable[Related | Traced], texts: Texts | None) -> Iterator[Related]:
    """Yield the related places, each `Traced` with where its argument comes from: the next place and the last one."""
    for it in several:
        if isinstance(it, Related):
            yield it
        elif texts is None:
            yield it.related
        else:
            yield from _told(it, texts)


def _told(traced: Traced, texts: Texts) -> Iterator[Related]:
    related = traced.related
    own, steps = chain(traced.argument, texts)
    steps = tuple(step for step in steps if not is_installed(step.place))
    if traced.at_end:
        yield replace(steps[-1], message=f"{related.message}: {steps[-1].message}") if steps else related
        return
    yield replace(related, message=f"{related.message}: `{traced.argument.name}` is `{own}`") if own else related
    yield from dict.fromkeys((*steps[:1], *steps[-1:]))
