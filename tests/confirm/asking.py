"""Claims answered in this process, by the code that the child runs."""

from __future__ import annotations

import json
import platform
from collections import Counter
from typing import Any

import torch

from convlint.api import lint_source
from convlint.config import Config
from convlint.confirm.child import proofs
from convlint.confirm.findings import confirm
from convlint.findings import Finding, Report

HEAD = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n\n"


class Here:
    """What a `Worker` does, without a child; requests and answers still go through JSON."""

    torch_version = str(torch.__version__)
    python_version = platform.python_version()
    device = "cpu"

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        self.requests.append(request)
        answer: dict[str, Any] = json.loads(
            json.dumps(proofs.answer({**json.loads(json.dumps(request)), "device": self.device}))
        )
        return answer


def checked(source: str, settings: Config | None = None) -> Report:
    """Lint a source and confirm what is found."""
    return confirm(lint_source(source, "example.py", config=settings), Here())


def model(body: str, call: str) -> str:
    """Return a program with a model `Net`, whose class body is given, and a call of it."""
    lines = "\n".join(f"    {line}" if line else "" for line in body.strip().splitlines())
    return f"{HEAD}class Net(nn.Module):\n{lines}\n\n\nNet()({call})\n"


def layer(made: str, shape: tuple[int, ...]) -> str:
    """Return a program that runs one layer on an input of that shape."""
    body = (
        "def __init__(self):\n    super().__init__()\n    self.layer = "
        + made
        + "\n\ndef forward(self, x):\n    return self.layer(x)"
    )
    return model(body, f"torch.randn({shape})")


def status(finding: Finding) -> str:
    assert finding.confirmation is not None
    return finding.confirmation.status.value


def statuses(report: Report) -> Counter[tuple[str, str]]:
    return Counter((finding.code, status(finding)) for finding in report.findings)


def detail_of(report: Report, code: str) -> str:
    """Return what torch said to the only finding of that code."""
    (finding,) = [finding for finding in report.findings if finding.code == code]
    assert finding.confirmation is not None
    return finding.confirmation.detail
