"""CVL209 speaks of what is certain, and of nothing that is caught, abstract, about the machine, or called by nobody."""

from __future__ import annotations

import textwrap

import pytest

import convlint

HEAD = "import torch\nfrom torch import nn\n"

SAID = {
    "in the script": "assert torch.zeros(2, 3).shape == (3, 2), 'no'",
    "in a function that the script calls": """
        def check(n):
            if n > 3:
                raise ValueError(n)
        check(4)
    """,
    "with a class of the program's own": """
        class Bad(ValueError):
            pass
        raise Bad("no")
    """,
    "in a model that a function builds": """
        class Net(nn.Module):
            def __init__(self, width):
                super().__init__()
                assert width % 8 == 0
        def make():
            return Net(12)
    """,
    "raised again": """
        try:
            raise ValueError("no")
        except ValueError:
            raise RuntimeError("still no") from None
    """,
}
SILENT = {
    "an import that failed, told in other words": """
        def told(error):
            raise RuntimeError("cannot go on") from error

        try:
            raise ImportError("no such name")
        except ImportError as error:
            told(error)
    """,
    "caught": """
        try:
            raise ValueError("no")
        except ValueError:
            pass
    """,
    "expected by a test": """
        import pytest
        with pytest.raises(ValueError):
            raise ValueError("no")
    """,
    "abstract": """
        class Base(nn.Module):
            def forward(self, x):
                raise NotImplementedError("derive from me")
        Base()(torch.zeros(1))
    """,
    "about the machine": "raise ImportError('install it')",
    "the end of the script": "raise SystemExit(0)",
    "hangs on what is not known": """
        if not torch.cuda.is_available():
            raise RuntimeError("needs a GPU")
    """,
    "hangs on the command line": """
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--width", type=int, default=0)
        args = parser.parse_args()
        assert args.width > 0
    """,
    "in a function that nobody calls": """
        def fail():
            raise ValueError("no")
    """,
    "in a class that nobody builds": """
        class Net(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.width = width
            def forward(self, x):
                raise ValueError("use a derived class")
    """,
    "on another size": """
        class Net(nn.Module):
            def forward(self, x):
                if x.shape[1] != 3:
                    raise ValueError("three channels")
                return x
        Net()(torch.zeros(1, 3, 8, 8))
    """,
    "not the main program": """
        def main():
            assert False
        if __name__ == "imported":
            main()
    """,
}


def codes(body: str) -> list[str]:
    report = convlint.lint_source(HEAD + textwrap.dedent(body), "program.py")
    assert not report.failures
    return [finding.code for finding in report.findings if finding.severity.value == "error"]


@pytest.mark.parametrize("name", SAID)
def test_what_fails_for_certain_is_said(name: str) -> None:
    assert codes(SAID[name]) == ["CVL209"]


@pytest.mark.parametrize("name", SILENT)
def test_nothing_else_is(name: str) -> None:
    assert codes(SILENT[name]) == []
