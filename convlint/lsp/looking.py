"""When each sheet is looked at: after a pause in typing, the newest version only, one sheet after another."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from convlint.errors import ConfigError, UsageError
from convlint.live.linter import Asking, LiveLinter, is_outdated, is_outdated_by
from convlint.live.looks import Look
from convlint.lsp.configuration import Configuration
from convlint.lsp.documents import Documents, Sheet
from convlint.source.disk import Cancelled

DELAY, DEPENDENT_DELAY = 0.2, 0.5
"""How many seconds to wait after a change of a document, and of a file that it imports."""
PROGRESS_AFTER = 1.0
"""After how many seconds a look is worth telling of."""

T = TypeVar("T")
log = logging.getLogger(__name__)


class Seen(Struct, frozen=True):
    """A look at a sheet; None if the settings or convlint itself stand in the way."""

    sheet: Sheet
    look: Look | None
    asking: Asking | None = None
    """How it was asked, for further questions about the same."""
    further: dict[object, asyncio.Task[Any]] = {}
    """The answers to them."""


class _State(Struct):
    """What is known of one sheet. `seen` is out of date as soon as its sheet is not the open one."""

    sheet: Sheet
    seen: Seen | None = None
    good: Seen | None = None
    """The last look at a version that could be parsed."""
    task: asyncio.Task[None] | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)
    waiting: asyncio.TimerHandle | None = None
    is_stale: bool = False
    """Whether something besides the sheet has changed, of which its client knows nothing."""


class Looking:
    """Looks at the open sheets.

    `ready` is called when it is time to look at a sheet, `stale` before it if the client has no reason of its own to
    ask anew what it shows of it, `gone` when it is closed; `begins`, and what it returns, around a look that takes
    long; `complains`, from another thread, of settings that are wrong.
    """

    def __init__(self, documents: Documents, configuration: Configuration) -> None:
        self.documents = documents
        self.configuration = configuration
        self.ready: Callable[[Sheet], None] = lambda sheet: None
        self.stale: Callable[[], None] = lambda: None
        self.gone: Callable[[Sheet], None] = lambda sheet: None
        self.begins: Callable[[Sheet], Callable[[], None]] = lambda sheet: lambda: None
        self.complains: Callable[[str], None] = lambda text: None
        self.linter = LiveLinter()
        self._states: dict[str, _State] = {}
        self._changes = 0
        """How often anything has changed that other sheets may see."""
        # One worker: analyses share the interpreter lock, and take turns anyway.
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="convlint")

    def end(self) -> None:
        """Give up all looks, those under way too: nobody waits for them any more."""
        for state in self._states.values():
            _stop(state)
            if state.waiting is not None:
                state.waiting.cancel()
        self._states.clear()
        self._worker.shutdown(wait=False, cancel_futures=True)

    # --- what changes ------------------------------------------------------------------------------------

    def changed(self, sheet: Sheet, delay: float = DELAY) -> None:
        """A sheet was opened or has changed: look at it after a pause, and at those that import it."""
        state = self._states.get(sheet.uri)
        if state is None:
            self._states[sheet.uri] = _State(sheet)
        else:
            _stop(state)
            self._part_with(state.sheet, sheet)
            state.sheet = sheet
        self.soon(sheet.uri, delay)
        if sheet.path is not None:
            self._importers_of(sheet.name)

    def _part_with(self, before: Sheet, now: Sheet) -> None:
        """Tell of the cells that a notebook has no more, or that are in another language now."""
        if len(before.parts) > 1 or len(now.parts) != 1:
            gone = tuple(part for part in before.parts if now.part_of(part.document.uri) is None)
            if gone:
                self.gone(replace(before, parts=gone))

    def closed(self, sheet: Sheet) -> None:
        """A sheet was closed: forget it. Those that import it see what is on disk."""
        state = self._states.pop(sheet.uri, None)
        if state is not None:
            _stop(state)
        self.gone(sheet)
        if sheet.path is not None:
            self._importers_of(sheet.name)

    def settings_changed(self) -> None:
        """Look at everything anew, with the settings of now."""
        for state in self._states.values():
            self._again(state)

    def saved(self, uri: str) -> None:
        """Look at a saved sheet as if for the first time, and at those that see files which have changed."""
        state = self._states.get(uri)
        if state is not None:
            self.linter.forget_runs()
            _stop(state)
            state.seen = None
            self.soon(uri, DELAY)
        self.files_changed()

    def files_changed(self) -> None:
        """Look anew at the sheets that would look otherwise now that files may have changed."""
        overlay = self.documents.overlay
        self._changes += 1
        for state in self._states.values():
            if state.seen is not None and state.seen.look is not None and is_outdated(state.seen.look, overlay):
                self._again(state)

    def _again(self, state: _State, delay: float = DELAY) -> None:
        """Look at a sheet again though it has not changed."""
        _stop(state)
        state.seen, state.is_stale = None, True
        self.soon(state.sheet.uri, delay)

    def _importers_of(self, path: str) -> None:
        self._changes += 1
        overlay = self.documents.overlay
        for state in self._states.values():
            look = state.seen.look if state.seen is not None else None
            if look is not None and is_outdated_by(look, path, overlay):
                self._again(state, DEPENDENT_DELAY)

    def soon(self, uri: str, delay: float) -> None:
        """Tell when there is something new of a sheet, after a delay that starts anew with each call."""
        state = self._states[uri]
        if state.waiting is not None:
            state.waiting.cancel()
        state.waiting = asyncio.get_running_loop().call_later(delay, self._due, state)

    def _due(self, state: _State) -> None:
        state.waiting = None
        if self._states.get(state.sheet.uri) is state:
            if state.is_stale:
                state.is_stale = False
                self.stale()
            self.ready(state.sheet)

    # --- what is seen ------------------------------------------------------------------------------------

    async def look(self, uri: str) -> Seen | None:
        """Return what is seen of the newest version of a sheet; None if it is not open (any more)."""
        while (state := self._states.get(uri)) is not None:
            if state.seen is not None and state.seen.sheet is state.sheet:
                return state.seen
            if state.task is None:
                state.task = asyncio.ensure_future(self._look(state, state.sheet, state.cancelled))
            await asyncio.shield(state.task)  # one request less does not end what others wait for
        return None

    async def quiet(self, uri: str) -> None:
        """Wait until a sheet has not changed for a while."""
        while (state := self._states.get(uri)) is not None and state.waiting is not None:
            await asyncio.sleep(max(0.01, state.waiting.when() - asyncio.get_running_loop().time()))

    def is_asked(self, sheet: Sheet) -> bool:
        """Tell whether somebody has asked already for what is seen of a sheet."""
        state = self._states.get(sheet.uri)
        seen = state.seen if state is not None else None
        return state is not None and (state.task is not None or (seen is not None and seen.sheet is sheet))

    async def further(self, seen: Seen, key: object, work: Callable[[LiveLinter, Asking], T]) -> T | None:
        """Return what `work` gives for a further question about what was seen; equal questions are asked once.

        None if nobody waits any more, or if convlint itself fails. Raises ConfigError and UsageError.
        """
        asking = seen.asking
        if asking is None:
            return None

        def answered() -> T | None:
            try:
                return work(self.linter, asking)
            except Cancelled:
                return None
            except (ConfigError, UsageError):
                raise
            except Exception:  # a hover that fails must not show a message at each movement of the mouse
                log.exception("cannot tell more of %s", seen.sheet.uri)
                return None

        async def ask() -> T | None:
            return await asyncio.get_running_loop().run_in_executor(self._worker, answered)

        if key not in seen.further:
            seen.further[key] = asyncio.ensure_future(ask())
        found: T | None = await asyncio.shield(seen.further[key])
        return found

    def last_good(self, uri: str) -> Seen | None:
        """Return the last look at a version of a sheet that could be parsed."""
        state = self._states.get(uri)
        return None if state is None else state.good

    async def _look(self, state: _State, sheet: Sheet, cancelled: threading.Event) -> None:
        """Look at a sheet; the result counts only if nothing has changed meanwhile."""
        loop = asyncio.get_running_loop()
        ends: list[Callable[[], None]] = []
        telling = loop.call_later(PROGRESS_AFTER, lambda: ends.append(self.begins(sheet)))
        overlay, changes = self.documents.overlay, self._changes
        try:
            seen = await loop.run_in_executor(self._worker, self._work, sheet, overlay, cancelled)
        finally:
            telling.cancel()
            for end in ends:
                end()
            if state.cancelled is cancelled:
                state.task = None
        if state.cancelled is cancelled:
            state.seen = seen
            if seen.look is not None and not seen.look.is_broken:
                state.good = seen
            if seen.look is not None and changes != self._changes and is_outdated(seen.look, self.documents.overlay):
                self._again(state, DEPENDENT_DELAY)

    def _work(self, sheet: Sheet, overlay: Mapping[str, bytes], cancelled: threading.Event) -> Seen:
        try:
            if not self.configuration.editor(sheet.path).enable:
                return Seen(sheet, None)
            settings = self.configuration.settings(sheet.path)
            asking = Asking(sheet.name, sheet.data, settings, overlay, cancelled.is_set)
            look = self.linter.look(asking)
        except Cancelled:
            return Seen(sheet, None)
        except (ConfigError, UsageError) as error:
            self.complains(str(error))
            return Seen(sheet, None)
        except Exception:
            # The one place where anything may go wrong with a sheet: the next keystroke looks again.
            log.exception("cannot look at %s", sheet.uri)
            return Seen(sheet, None)
        for failure in look.report.failures:
            log.error("%s", failure.traceback or failure.error)
        return Seen(sheet, look, asking)


def _stop(state: _State) -> None:
    """End the look that is under way, and let the next one begin."""
    state.cancelled.set()
    state.cancelled = threading.Event()
    state.task = None
