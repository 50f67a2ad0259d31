"""`python -m convlint`."""

from __future__ import annotations

import sys

from convlint.cli import main

if __name__ == "__main__":
    sys.exit(main())
