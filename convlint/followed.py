"""Which models were followed, and on what: what a run without findings may be taken to say."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Followed(Struct, frozen=True):
    """How many models were followed on inputs of known sizes, how many on open sizes, and why others were not."""

    known: int = 0
    open: int = 0
    lost: tuple[str, ...] = ()

    @property
    def models(self) -> int:
        return self.known + self.open + len(self.lost)

    def __str__(self) -> str:
        """Return such as "12 models: 9 on known input, 2 on open sizes, 1 not followed (why)", or "1 model on known
        input"; "" for no models."""
        if not self.models:
            return ""
        parts = []
        if self.known:
            parts.append(f"{self.known} on known input")
        if self.open:
            parts.append(f"{self.open} on open sizes")
        if self.lost:
            causes = dict.fromkeys(self.lost)
            why = f" ({next(iter(causes))})" if len(causes) == 1 else ""
            parts.append(f"{len(self.lost)} not followed{why}")
        models = f"{self.models} model{'s' * (self.models != 1)}"
        return f"{models} {parts[0].partition(' ')[2]}" if len(parts) == 1 else f"{models}: {', '.join(parts)}"


NO_MODELS = Followed()


def together(parts: Iterable[Followed]) -> Followed:
    """Return what is told of several files."""
    listed = list(parts)
    return Followed(
        sum(part.known for part in listed),
        sum(part.open for part in listed),
        tuple(reason for part in listed for reason in part.lost),
    )
