"""A Dask cluster as an executor. Its workers need convlint, and the files under the same paths."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import Executor

from convlint.errors import UsageError

SECONDS_TO_CONNECT = 10


@contextlib.contextmanager
def dask_executor(address: str) -> Iterator[Executor]:
    """Connect to a scheduler, such as tcp://scheduler:8786. Raises UsageError if that cannot be done."""
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("--dask needs the package `distributed`: pip install 'convlint[dask]'") from None
    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"--dask {address}: {error}") from error
    with client:
        yield client.get_executor(pure=False)  # type: ignore[no-untyped-call]
