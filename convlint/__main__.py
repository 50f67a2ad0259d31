"""`python -m convlint` is the command `convlint`."""

from __future__ import annotations

import os
import sys


def _forget_working_folder() -> None:
    """Take away the working folder, which Python puts first: nothing of what is linted may be imported."""
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    if sys.path and os.path.abspath(sys.path[0]) == os.getcwd() != own:  # noqa: PTH100, PTH109
        del sys.path[0]


if __name__ == "__main__":
    _forget_working_folder()
    from convlint.cli import main

    sys.exit(main())
