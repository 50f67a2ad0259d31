"""`python -m convlint` is the command `convlint`; the package sees to it that nothing of where it runs is imported."""

import sys

if __name__ == "__main__":
    from convlint.cli import main

    sys.exit(main())
