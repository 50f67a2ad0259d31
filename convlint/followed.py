"""Which models were followed, and on what: what a run without findings may be taken to say."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Followed(Struct, frozen=True):
    """How many models were followed on inputs of known sizes, how many on open sizes, and why others were not.

    `ended` has for each script whose run ended before its end why it did, `untold` for each file of which nothing is
    told.
    """

    known: int = 0
    open: int = 0
    lost: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()

    @property
    def models(self) -> int:
        return self.known + self.open + len(self.lost)

    def __str__(self) -> str:
        """Return such as "12 models: 9 on known input, 2 on open sizes, 1 not followed (why)", or "1 model on known
        input, 1 script not run to its end (why)"; "" for nothing to tell."""
        return ", ".join(part for part in (self._of_models(), self._of_scripts(), self._of_files()) if part)

    def _of_models(self) -> str:
        parts = []
        if self.known:
            parts.append(f"{self.known} on known input")
        if self.open:
            parts.append(f"{self.open} on open sizes")
        if self.lost:
            parts.append(f"{len(self.lost)} not followed{_why(self.lost)}")
        if not parts:
            return ""
        models = f"{self.models} model{'s' * (self.models != 1)}"
        return f"{models} {parts[0].partition(' ')[2]}" if len(parts) == 1 else f"{models}: {', '.join(parts)}"

    def _of_scripts(self) -> str:
        count = len(self.ended)
        if not count:
            return ""
        return f"{count} script{'s' * (count != 1)} not run to {'its' if count == 1 else 'their'} end{_why(self.ended)}"

    def _of_files(self) -> str:
        count = len(self.untold)
        return f"nothing told of {count} file{'s' * (count != 1)}{_why(self.untold)}" if count else ""


def _why(reasons: Iterable[str]) -> str:
    """Return the only reason there is, in brackets."""
    causes = dict.fromkeys(reasons)
    return f" ({next(iter(causes))})" if len(causes) == 1 else ""


NO_MODELS = Followed()


def together(parts: Iterable[Followed]) -> Followed:
    """Return what is told of several files."""
    listed = list(parts)
    return Followed(
        sum(part.known for part in listed),
        sum(part.open for part in listed),
        tuple(reason for part in listed for reason in part.lost),
        tuple(reason for part in listed for reason in part.ended),
        tuple(reason for part in listed for reason in part.untold),
    )
