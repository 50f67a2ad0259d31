"""Results on disk: that of a file is taken as long as everything that it was made from is as it was then."""

# Paths are strings, as in `discover`.
# ruff: noqa: PTH109

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from convlint.cache.store import Store
from convlint.cache.version import local_version
from convlint.linting import plain
from convlint.linting.asked import Asked, AskedFile, group_of
from convlint.linting.result import Checked, FileResult
from convlint.source.disk import CONTENT, Names, Question, answer, digest

if TYPE_CHECKING:
    from convlint.config.resolve import Settings

MAX_BYTES = 128 << 20


class KeptResults:
    """The results in a folder, for the files and settings of one run. An entry that is damaged or not ours is none."""

    def __init__(self, folder: str, asked: Asked, settings: Settings) -> None:
        self._store = Store(folder, "results", max_bytes=MAX_BYTES)
        self._settings = settings
        self._run = f"{local_version()}\n{os.getcwd()}\n".encode("utf-8", "surrogateescape")
        self._now = Now(asked.around.names, {file.path: file.digest for file in asked.files})

    def get(self, file: AskedFile) -> FileResult | None:
        """Return the result of a file, None if there is none that still holds."""
        entry = self._store.get(self._key(file))
        if entry is None:
            return None
        try:
            body = json.loads(zlib.decompress(entry))
            if self._now.difference(plain.answers(body)) is not None:
                return None
            return plain.result(body)
        except (zlib.error, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
            return None

    def put(self, file: AskedFile, checked: Checked) -> None:
        """Keep the result of a file, unless convlint failed on it or had no time, or it has changed meanwhile."""
        is_whole = checked.result.failure is None and not checked.is_cut_short
        if is_whole and checked.answers.get((CONTENT, file.path)) == file.digest:
            self._store.put(self._key(file), zlib.compress(plain.written(checked), 1))

    def _key(self, file: AskedFile) -> bytes:
        group = group_of(file, self._settings)
        name = json.dumps([file.path, file.digest, repr(group.config), group.installed])
        return bytes.fromhex(digest(self._run + name.encode()))


class Now:
    """The answers of the disk of now, each asked for once."""

    def __init__(self, names: Names, digests: Mapping[str, str]) -> None:
        self._names = names
        self._known: dict[Question, str] = {(CONTENT, path): told for path, told in digests.items()}

    def difference(self, answers: Mapping[Question, str]) -> Question | None:
        """Return the first question that has another answer now, None if all are as they were."""
        return next((question for question, told in answers.items() if self._answer(question) != told), None)

    def _answer(self, question: Question) -> str:
        found = self._known.get(question)
        if found is None:
            found = self._known[question] = answer(question, self._names)
        return found
