"""Handing files out to others and bringing their results in; what kills a process is found, and named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from typing import TYPE_CHECKING

from convlint.errors import UsageError
from convlint.findings import Failure
from convlint.linting import plain
from convlint.linting.asked import Asked, AskedFile, Group, group_of
from convlint.linting.kept import Now
from convlint.linting.result import Checked, FileResult
from convlint.places import SourceProblem
from convlint.running.batches import item, packed, sees_otherwise, work
from convlint.running.pool import Processes

if TYPE_CHECKING:
    from convlint.config.resolve import Settings
    from convlint.running.progress import Progress

Batch = list[AskedFile]

BATCH_BYTES = 100_000
BATCH_FILES = 16


class Spread:
    """One run that is done by others: `jobs` processes here, or the workers of an executor.

    Every file has a second chance, alone, if whoever worked at it died: then it is the file.
    """

    def __init__(
        self,
        asked: Asked,
        settings: Settings,
        jobs: int,
        executor: Executor | None = None,
        progress: Progress | None = None,
    ) -> None:
        self._jobs, self._executor, self._progress = jobs, executor, progress
        self._settings = settings
        self._asked = asked
        self._now = Now(asked.around.names, {file.path: file.digest for file in asked.files})
        self._groups: dict[tuple[int, tuple[str, ...]], tuple[int, Group]] = {}

    def check(self, files: Sequence[AskedFile]) -> Iterator[tuple[AskedFile, Checked]]:
        """Yield what is worked out for each file, in any order. Raises UsageError if others cannot work for this."""
        if self._progress is not None:
            self._progress.begin(len(files))
        numbers = {file.path: self._number(file) for file in files}
        largest_first = sorted(files, key=lambda file: (-file.size, file.path))
        failed: list[tuple[AskedFile, str]] = []
        if self._executor is not None:
            yield from self._round(self._executor, _batches(largest_first), numbers, failed, elsewhere=True)
        else:
            with Processes(self._jobs) as pool:
                yield from self._round(pool, [[file] for file in largest_first], numbers, failed)
        again = [[file] for file, _ in failed]
        killers: list[tuple[AskedFile, str]] = []
        if again:
            with Processes(self._jobs if len(again) > 2 * self._jobs else 1) as pool:
                yield from self._round(pool, again, numbers, killers)
        for file, how in killers:
            yield file, _unreadable(file, how)

    def _round(
        self,
        executor: Executor,
        batches: Sequence[Batch],
        numbers: dict[str, int],
        failed: list[tuple[AskedFile, str]],
        *,
        elsewhere: bool = False,
    ) -> Iterator[tuple[AskedFile, Checked]]:
        shared = packed(self._asked, [group for _, group in self._groups.values()], elsewhere=elsewhere)
        pending: dict[Future[list[bytes]], Batch] = {}
        try:
            for batch in batches:
                try:
                    items = [item(file, numbers[file.path]) for file in batch]
                    pending[executor.submit(work, shared, items)] = batch
                except RuntimeError as error:  # the executor is broken, or over
                    failed += [(file, str(error)) for file in batch]
            while pending:
                done, _ = wait(pending, return_when=FIRST_COMPLETED)
                for future in done:
                    yield from self._brought_in(future, pending.pop(future), failed, elsewhere)
        finally:
            for future in pending:
                future.cancel()

    def _brought_in(
        self,
        future: Future[list[bytes]],
        batch: Batch,
        failed: list[tuple[AskedFile, str]],
        elsewhere: bool,
    ) -> Iterator[tuple[AskedFile, Checked]]:
        try:
            written = future.result()
        except UsageError:
            raise
        except Exception as error:  # whatever an executor tells of a worker that is gone
            failed += [(file, str(error)) for file in batch]
            return
        for file, data in zip(batch, written, strict=True):
            if self._progress is not None:
                self._progress.advance()
            checked = plain.read(data)
            yield file, self._compared(file, checked) if elsewhere else checked

    def _compared(self, file: AskedFile, checked: Checked) -> Checked:
        """Return a result of another machine, unless that machine saw other files than this one."""
        difference = self._now.difference(checked.answers)
        if difference is None or checked.result.failure is not None:
            return checked
        return Checked(
            FileResult(file.path, failure=Failure(file.path, sees_otherwise("a machine", difference[1]), ""))
        )

    def _number(self, file: AskedFile) -> int:
        """Return the number of a file's group."""
        group = group_of(file, self._settings)
        key = (id(group.config), group.installed)
        return self._groups.setdefault(key, (len(self._groups), group))[0]


def _batches(files: Sequence[AskedFile]) -> list[Batch]:
    """Return files together that are small: what goes to another machine should be worth the way."""
    found: list[Batch] = []
    size = BATCH_BYTES
    for file in files:
        if size + file.size > BATCH_BYTES or len(found[-1]) == BATCH_FILES:
            found.append([])
            size = 0
        found[-1].append(file)
        size += file.size
    return found


def _unreadable(file: AskedFile, how: str) -> Checked:
    """Return what a file shows that kills whoever reads it."""
    problem = SourceProblem(f"a process that reads this file does not survive it: {how}", 1, 1)
    return Checked(FileResult(file.path, broken=((file.path, problem),)))
