"""What of NumPy is there once for all programs is left by each of them as it was."""

from __future__ import annotations

import convlint
from convlint.interp.numpy import numbers

PROGRAM = """
import numpy as np
from elsewhere import strange

strange(np.dtype("float32"), np.float64(1).dtype)
np.dtype("float32").name = 3
raise ValueError
"""


def test_dtypes_given_away() -> None:
    convlint.lint_source("import torch" + PROGRAM)
    assert all(one.tainted is None and one.attrs[""] == name for name, one in numbers.OBJECTS.items())
