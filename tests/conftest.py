"""What tests of several rooms need."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from convlint.interp.natives.failures import Strictness

Strictness.on = True

# What torch says on the CPU is the truth that tests compare with, also where there is a GPU.
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

# The same examples in every run: what is new is sought with CONVLINT_TEST_SEEDS=random, and then kept as a test.
settings.register_profile("same", derandomize=True)
settings.register_profile("random", print_blob=True)
settings.load_profile("random" if os.environ.get("CONVLINT_TEST_SEEDS") == "random" else "same")


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let interrupts be heard here and in processes started here: whoever runs tests in the background ignores them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
