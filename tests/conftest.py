"""What tests of several rooms need."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from convlint.interp.natives.failures import Strictness

Strictness.on = True


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let interrupts be heard here and in processes started here: whoever runs tests in the background ignores them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
