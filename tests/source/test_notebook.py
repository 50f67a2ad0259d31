"""Notebooks as modules: rows and cells, other languages and formats, what is none; edits change nothing else."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from convlint.source.edits import Edit, EditError
from convlint.source.kinds import python_of
from convlint.source.notebook import notebook
from convlint.source.notebook_edits import apply
from convlint.source.text import SourceError

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def written(*cells: str, **metadata: Any) -> bytes:
    """Return a notebook of code cells, as Jupyter writes it, with a text before and an output in each."""
    found = [new_code_cell(cell, outputs=[new_output("stream", text="é\n")]) for cell in cells]
    text: str = nbformat.writes(new_notebook(cells=[new_markdown_cell("# é"), *found], metadata=metadata))
    return text.encode()


def test_code_cells_are_one_module() -> None:
    book = notebook(written("import torch\nx = 1", "", "y = 2\n"))
    assert book.python == "import torch\nx = 1\n\ny = 2\n\n"
    assert [(book.at(row)[0].number, book.at(row)[1]) for row in range(1, 6)] == [
        (2, 1),
        (2, 2),
        (3, 1),
        (4, 1),
        (4, 2),
    ]
    rows = book.raw.splitlines()
    assert [rows[book.file_row(row) - 1].strip() for row in (1, 2, 4)] == [
        '"import torch\\n",',
        '"x = 1"',
        '"y = 2\\n"',
    ]


def test_what_ipython_binds_stands_before_the_first_cell() -> None:
    book = notebook(written("display(1)", "x = !ls"))
    header, *rest = book.python.splitlines()
    assert header == "display = lambda *objects, **options: None; from IPython import get_ipython"
    assert rest == ["display(1)", "x = get_ipython()"]
    assert [(cell.number, row) for cell, row in map(book.at, (2, 3))] == [(2, 1), (3, 1)]


@pytest.mark.parametrize(
    "metadata",
    [{"kernelspec": {**KERNEL, "language": "julia"}}, {"language_info": {"name": "R"}, "kernelspec": KERNEL}],
)
def test_notebooks_of_other_languages_hold_no_python(metadata: dict[str, Any]) -> None:
    assert python_of("a.ipynb", written("x = 1", **metadata)) == b""


def test_cells_of_other_languages_are_left_out() -> None:
    cells = [
        {"cell_type": "code", "source": "let x", "metadata": {"vscode": {"languageId": "javascript"}}},
        {"cell_type": "raw", "source": ["raw"]},
        {"cell_type": "code", "source": ["x = 1\n", "y"]},
        {"cell_type": "code", "source": [1]},
    ]
    book = notebook(json.dumps({"cells": cells}).encode())
    assert [(cell.number, cell.text.text) for cell in book.cells] == [(3, "x = 1\ny")]


def test_worksheets_of_old_formats() -> None:
    sheet = {"cells": [{"cell_type": "code", "language": "python", "input": ["x = 1"]}]}
    assert notebook(json.dumps({"nbformat": 3, "worksheets": [sheet]}).encode()).python == "x = 1\n"


@pytest.mark.parametrize(
    ("data", "message", "row"),
    [
        (b"", "is no notebook: expected `{`", 1),
        (b"x = 1\n", "is no notebook: expected `{`", 1),
        (b'{\n "cells": [', "is no notebook: Expecting value", 2),
        (b'{\n "cells": [{"cell_type": "code"}] "x"}', "is no notebook: expected `,`", 2),
        (b"{}", "is no notebook: it has no cells", 1),
        (b"\xff{}", "is no notebook: it is not in UTF-8", 1),
        (b'{"cells": ' + b"[" * 100_000, "too deeply nested to parse safely", 1),
    ],
)
def test_what_is_no_notebook(data: bytes, message: str, row: int) -> None:
    with pytest.raises(SourceError) as caught:
        notebook(data)
    assert caught.value.message.startswith(message)
    assert caught.value.row == row


@given(st.binary(max_size=60) | st.text('{}[]:,"cells tyo\\n', max_size=60).map(str.encode))
def test_anything_is_a_notebook_or_refused(data: bytes) -> None:
    with contextlib.suppress(SourceError):
        assert notebook(data).python is not None


@pytest.mark.parametrize("form", ["jupyter", "compact", "one text", "ascii", "mark"])
def test_an_edit_changes_its_row_only(form: str) -> None:
    data = written("import torch\nx = 'ä'\n", "%time\ny = 2\nz = 3")
    if form == "compact":
        data = json.dumps(json.loads(data), separators=(",", ":"), ensure_ascii=False).encode()
    elif form == "one text":
        whole = json.loads(data)
        for cell in whole["cells"]:
            cell["source"] = "".join(cell["source"])
        data = json.dumps(whole, indent=2).encode() + b"\n\n"
    elif form == "ascii":
        data = json.dumps(json.loads(data), indent=4).encode()
    elif form == "mark":
        data = b"\xef\xbb\xbf" + data
    changed = apply("a.ipynb", data, [Edit(5, 4, 5, 5, "two")])
    assert changed.replace(b"y = two", b"y = 2") == data
    assert notebook(changed).cells[1].text.text == "%time\ny = two\nz = 3"
    nbformat.validate(nbformat.reads(changed.decode("utf-8-sig"), as_version=4))


def test_rows_come_and_go() -> None:
    data = written("a\nb\nc", "d")
    assert notebook(apply("a.ipynb", data, [Edit(2, 0, 3, 0, "")])).cells[0].text.text == "a\nc"
    assert notebook(apply("a.ipynb", data, [Edit(1, 1, 1, 1, "\né")])).cells[0].text.text == "a\né\nb\nc"
    assert notebook(apply("a.ipynb", data, [Edit(4, 0, 4, 1, "")])).cells[1].text.text == ""
    assert apply("a.ipynb", data, []) == data


def test_an_edit_over_cells_is_refused() -> None:
    with pytest.raises(EditError, match="several cells"):
        apply("a.ipynb", written("a\nb", "c"), [Edit(2, 0, 3, 1, "")])


def test_other_files_are_edited_as_they_are() -> None:
    assert apply("a.py", b"x = 1", [Edit(1, 4, 1, 5, "2")]) == b"x = 2"
