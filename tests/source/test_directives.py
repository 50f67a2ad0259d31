"""The comments that direct convlint: what they cover, and what is wrong with those that are wrong."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from convlint.source.directives import Directives, InputDirective, read_directives
from convlint.source.lexical import comments
from convlint.source.logical import logical_lines
from convlint.source.text import SourceText


def read(text: str) -> Directives:
    return read_directives(SourceText(text))


def suppressed(text: str) -> list[tuple[str, tuple[str, ...], int | None, int | None]]:
    directives = read(text)
    assert directives.problems == ()
    return [(item.form, item.codes, item.first_row, item.last_row) for item in directives.suppressions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1  # convlint: ignore[CVL101]\n", ("ignore", ("CVL101",), 1, 1)),
        ("x = 1  #convlint:ignore[CVL101,CVL102]", ("ignore", ("CVL101", "CVL102"), 1, 1)),
        ("x = 1  # convlint: ignore[ cvl101 , shrinking-layer, ]\n", ("ignore", ("cvl101", "shrinking-layer"), 1, 1)),
        ("x = 1  # convlint: ignore\n", ("ignore", (), 1, 1)),
        ("x = 1  # convlint: ignore[CVL101] the last row is only padding\n", ("ignore", ("CVL101",), 1, 1)),
        ("x = 1  # type: ignore  # convlint: ignore[CVL101]\n", ("ignore", ("CVL101",), 1, 1)),
        ("x = 1  # convlint: ignore[CVL101] # noqa\n", ("ignore", ("CVL101",), 1, 1)),
        ("# convlint: ignore[CVL101]\nx = 1\ny = 2\n", ("ignore", ("CVL101",), 2, 2)),
        ("# convlint: ignore[CVL101]\n# why\n\nx = f(\n  1,\n)\n", ("ignore", ("CVL101",), 4, 6)),
        ("a\nx = f(\n  1,  # convlint: ignore[CVL101]\n)\nb\n", ("ignore", ("CVL101",), 2, 4)),
        ("a\nx = f(\n  # convlint: ignore[CVL101]\n  1)\nb\n", ("ignore", ("CVL101",), 2, 4)),
        ("a\nx = f(\n  1)  # convlint: ignore[CVL101]\nb\n", ("ignore", ("CVL101",), 2, 3)),
        ("a\nx = 1 + \\\n  2  # convlint: ignore[CVL101]\nb\n", ("ignore", ("CVL101",), 2, 3)),
        ("x = '''\n( # convlint: nothing\n'''  # convlint: ignore[CVL101]\n", ("ignore", ("CVL101",), 1, 3)),
        ("# convlint: ignore[CVL101]\n@a(\n  b)\n# c\n@d\nclass K(\n  L):\n  x\n", ("ignore", ("CVL101",), 2, 7)),
        ("@a\ndef f(): pass  # convlint: ignore[CVL101]\nx\n", ("ignore", ("CVL101",), 2, 2)),
        ("@a  # convlint: ignore[CVL101]\ndef f(\n): pass\nx\n", ("ignore", ("CVL101",), 1, 3)),
        ("if a:  # convlint: ignore[CVL101]\n  b\n", ("ignore", ("CVL101",), 1, 1)),
        ("x = 1\r\ny = 2  # convlint: ignore[CVL101]\r\n", ("ignore", ("CVL101",), 2, 2)),
        ("x\f\ny\u2028z = 2  # convlint: ignore[CVL101]\n", ("ignore", ("CVL101",), 2, 2)),
        ("x\n# convlint: file-ignore[CVL101, CVL305]\n", ("file-ignore", ("CVL101", "CVL305"), None, None)),
        ("x = 1  # noqa: CVL101\n", ("noqa", ("CVL101",), 1, 1)),
        ("x = 1  # NOQA:E501,CVL101 W605 cvl102 because\n", ("noqa", ("CVL101", "CVL102"), 1, 1)),
        ("x = f(  # noqa: CVL101\n 1)\n", ("noqa", ("CVL101",), 1, 2)),
    ],
)
def test_what_a_suppression_covers(text: str, expected: tuple[object, ...]) -> None:
    assert suppressed(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "x = 1  # noqa\n",
        "x = 1  # noqa: E501\n",
        "# noqa: CVL101\nx = 1\n",
        "x = '# convlint: ignore[CVL101]'\n",
        "x = '''\n# convlint: ignore[CVL101]\n'''\n",
        "x = f'# convlint: {y} # noqa: CVL101'\n",
        "x = r'\\' # convlint: ignore\n'",
        "x = 1  # see convlint: ignore[CVL101]\n",
        "x = 1  # convlintignore: ignore\n",
        "",
    ],
)
def test_what_is_no_directive(text: str) -> None:
    assert read(text) == Directives()


def test_a_suppression_knows_what_it_covers() -> None:
    (one, every, file) = read(
        "x = f(\n  1)  # convlint: ignore[CVL101]\ny  # convlint: ignore\nz  # convlint: file-ignore[CVL102]\n"
    ).suppressions
    assert one.covers("CVL101", 2, 2)
    assert one.covers("CVL101", 0, 1)
    assert not one.covers("CVL101", 3, 3)
    assert not one.covers("CVL102", 1, 1)
    assert every.covers("CVL999", 3, 3)
    assert not every.covers("CVL999", 2, 2)
    assert file.covers("CVL102", 99, 99)
    assert replace(one, codes=("CVL1",)).covers("CVL101", 2, 2)
    assert not file.covers("CVL101", 99, 99)
    assert (one.row, one.column, one.end_column) == (2, 6, 32)


@pytest.mark.parametrize(
    ("text", "row", "shapes"),
    [
        ("# convlint: input=(1, 3, 32, 32)\nclass K: pass\n", 2, ((1, 3, 32, 32),)),
        ("# convlint: input=(N, 3, H, W)\n@a\n@b(\n c)\nclass K:\n  pass\n", 5, (("N", 3, "H", "W"),)),
        ("@a\n# convlint: input=(1,3)\n# more\nclass K: pass\n", 4, ((1, 3),)),
        ("class K:\n  x = 1\n\n  # convlint: input=(1, 3), (N, 10)\n  def forward(self, a, b): pass\n", 5,
         ((1, 3), ("N", 10))),
        ("#convlint:input = ( 1 ,3, ) ,(), (4,),  # note\nasync def f(): pass\n", 2, ((1, 3), (), (4,))),
        ("class K(  # convlint: input=(1, 3)\n  L):\n  pass\n", 1, ((1, 3),)),
    ],
)  # fmt: skip
def test_inputs_are_declared_above_a_class_or_function(text: str, row: int, shapes: tuple[object, ...]) -> None:
    directives = read(text)
    assert directives.problems == ()
    (declared,) = directives.inputs
    assert isinstance(declared, InputDirective)
    assert (declared.target_row, declared.shapes) == (row, shapes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x  # convlint: ignore[CVL101\n", "expected `ignore[CODE, …]` with the brackets closed"),
        ("x  # convlint: ignore[]\n", "no code between the brackets"),
        ("x  # convlint: ignore[CVL-]\n", "`CVL-` is neither a code nor a name of a rule"),
        ("x  # convlint: ignore[CVL101 CVL102]\n", "`CVL101 CVL102` is neither a code nor a name of a rule"),
        ("x  # convlint: file-ignore\n", "`file-ignore` needs codes: `file-ignore[CVL101]`"),
        ("x  # convlint: ignroe[CVL101]\n", "unknown directive `ignroe`: did you mean `ignore`?"),
        ("# convlint: inptu=(1, 3)\nclass K: pass\n", "unknown directive `inptu`: did you mean `input=`?"),
        ("x  # convlint: silence\n", "unknown directive `silence`: expected `ignore`, `file-ignore` or `input=`"),
        ("x  # convlint:\n", "unknown directive ``: expected `ignore`, `file-ignore` or `input=`"),
        ("x\n# convlint: ignore[CVL101]\n", "no statement follows this comment"),
        ("# convlint: input=(1, 3\nclass K: pass\n", "expected shapes in parentheses: `input=(1, 3, 32, 32)`"),
        ("# convlint: input=1, 3\nclass K: pass\n", "expected shapes in parentheses: `input=(1, 3, 32, 32)`"),
        ("# convlint: input=(1, -3)\nclass K: pass\n", "`-3` is neither a number nor a name"),
        ("# convlint: input=(1, None)\nclass K: pass\n", "`None` is neither a number nor a name"),
        ("# convlint: input=(1, , 3)\nclass K: pass\n", "`` is neither a number nor a name"),
        ("# convlint: input=(1, 3) float\nclass K: pass\n", "`float` after the shapes is not understood"),
        ("# convlint: input=(1, 3)\nx = 1\nclass K: pass\n",
         "`input=` belongs directly above a class or its `forward`"),
        ("# convlint: input=(1, 3)\n", "no statement follows this comment"),
    ],
)  # fmt: skip
def test_malformed_directives_are_problems(text: str, message: str) -> None:
    directives = read(text)
    assert (directives.suppressions, directives.inputs) == ((), ())
    (problem,) = directives.problems
    assert problem.message == message
    assert SourceText(text).line(problem.row)[problem.column] == "#"


def test_comments_are_told_from_strings() -> None:
    text = "# a\nx = '#b' \"\\\"#c\" '''#d\n''' # e '\nr'\\\\' # f\n'unclosed # g\n# h\n\"\"\" # i"
    assert [comment for _, comment in comments(text)] == ["# a", "# e '", "# f", "# h"]


def test_logical_lines_end_where_statements_do() -> None:
    text = "a\n\nb(\n1)\n\\\nc\n@d\nx = '''\n''';y\n# e\nif f: g\n"
    found = [(line.first_row, line.last_row, line.word) for line in logical_lines(SourceText(text))]
    assert found == [(1, 1, "a"), (3, 4, "b"), (6, 6, "c"), (7, 7, "@"), (8, 9, "x"), (11, 11, "if")]


@pytest.mark.parametrize(
    "piece",
    [" ", "\t", "#", "# ", "#\n", "# convlint:", "# noqa:", "# noqa: CVL101 ", "'", '"""', "(",
     "# convlint: input=(1, ", "# convlint: ignore[", "\\", "\\\n", "# convlint: ignore\n", "x # convlint: ignore\n",
     "@a\n", "# convlint: ignore\n@a\n", ","],
)  # fmt: skip
def test_a_megabyte_of_anything_is_read(piece: str) -> None:
    """What is not linear does not end on a text of this size."""
    first = "x = 1  # convlint: ignore[CVL101]\n"
    directives = read_directives(SourceText(first + piece * (1_000_000 // len(piece))))
    assert directives.suppressions[0].codes == ("CVL101",)
