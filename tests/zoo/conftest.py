"""The sources of the recorded packages, fetched when they are not there."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from benchmarks import fetch_sources


@pytest.fixture(scope="session")
def zoo_source() -> Path:
    """The folder that holds the unpacked packages: `CONVLINT_ZOO`, else `.zoo/`, filled on first use.

    Offline the tests are skipped, except in CI, where they must not go missing unseen.
    """
    named = os.environ.get("CONVLINT_ZOO")
    if named:
        return Path(named)
    try:
        return fetch_sources.fetch()
    except (subprocess.CalledProcessError, OSError) as error:
        message = (
            f"NOT TESTED: no sources of torchvision and timm; `python benchmarks/fetch_sources.py` failed: {error}"
        )
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
