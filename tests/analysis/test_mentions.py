"""A part that no run used and that code names all the same: other callers may use it, so that CVL401 is silent."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

import convlint
from convlint.config import Config

HEAD = """
from torch import nn


class Net(nn.Module):
    def __init__(self, deep=False):
        super().__init__()
        self.deep = deep
        self.conv = nn.Conv2d(8, 8, 1)
        self.part = nn.Conv2d(8, 8, 1)
        self._fill()

    def _fill(self):
        nn.init.zeros_(self.part.weight)

"""


def unused(methods: str, after: str = "") -> list[str]:
    source = HEAD + indent(dedent(methods), "    ") + dedent(after)
    return [finding.layer for finding in convlint.lint_source(source, config=Config(select=("CVL401",))).findings]


@pytest.mark.parametrize(
    "methods",
    [
        """
        def forward(self, x, skip=None):
            return self.conv(x) if skip is None else self.conv(self.part(x + skip))
        """,
        """
        def forward(self, x):
            return self.part(x) if self.deep else self.conv(x)
        """,
        """
        def forward(self, x):
            return self.conv(x)

        def training_step(self, batch, index):
            return self.part(self.conv(batch))
        """,
        """
        def forward(self, x, name="conv"):
            return getattr(self, "part")(x) if name == "part" else self.conv(x)
        """,
        """
        def forward(self, x, deep=False):
            return self._deep(x) if deep else self.conv(x)

        def _deep(self, x):
            return self.part(x)
        """,
    ],
)
def test_what_another_caller_may_use(methods: str) -> None:
    assert unused(methods) == []


def test_what_only_the_constructor_names() -> None:
    assert unused("def forward(self, x):\n    return self.conv(x)\n") == ["part"]


USED = """
def forward(self, x):
    return self.part(self.conv(x))
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [("return self.conv(x)", ["part"]), ("return super().forward(x) if whole else self.conv(x)", [])],
)
def test_what_the_method_of_a_base_names(body: str, expected: list[str]) -> None:
    after = f"""
    class Other(Net):
        def forward(self, x, whole=False):
            {body}
    """
    assert unused(USED, after) == expected


def test_the_model_is_named_where_its_base_defines_the_part() -> None:
    after = """
    class Other(Net):
        def forward(self, x):
            return self.conv(x)
    """
    source = HEAD + indent(dedent(USED), "    ") + dedent(after)
    (finding,) = convlint.lint_source(source, config=Config(select=("CVL401",))).findings
    assert [related.message for related in finding.related] == ["`Other` does not use it"]


@pytest.mark.parametrize(("use", "expected"), [("self.net.part(x)", []), ("self.part(x)", ["net.part"])])
def test_what_the_model_around_it_names(use: str, expected: list[str]) -> None:
    after = f"""
    class Around(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = Net()
            self.part = nn.Conv2d(8, 8, 1)

        def forward(self, x, other=False):
            return {use} if other else self.part(self.net(x))
    """
    source = HEAD + "    def forward(self, x):\n        return self.conv(x)\n" + dedent(after)
    findings = convlint.lint_source(source, config=Config(select=("CVL401",))).findings
    assert [finding.layer for finding in findings if finding.model == "Around"] == expected


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ("class Matcher:\n    def __init__(self, net):\n        self.net = net\n    def match(self, x):\n"
         "        return self.net.part(self.net(x))", []),
        ("def match(net, x):\n    return net.part(x)", []),
        ("class Other(nn.Module):\n    def forward(self, x):\n        return self.part(x)", ["part"]),
        ("def freeze(net):\n    net.part.weight.requires_grad = False", ["part"]),
    ],
)  # fmt: skip
def test_what_another_class_or_function_of_the_file_calls_is_used(after, told):
    assert unused("def forward(self, x):\n    return self.conv(x)", f"\n\n{after}\n") == told
