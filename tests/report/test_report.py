"""The output formats, on findings made by hand: exact text, escapes, wide characters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from convlint.findings import Confirmation, Finding, Related, Report, Severity, Status
from convlint.report import concise, full
from convlint.report import json as json_format
from convlint.report.escape import encodable, visible
from convlint.report.formats import Showing
from convlint.report.frame import frame, split_lines
from convlint.report.shown import shown_path
from convlint.trace import Gap, Place

BASE = Path("/project")
SOURCE = [
    "import torch",
    "",
    "class Net(nn.Module):",
    "    def forward(self, x):",
    "        return self.fc(x)",
    "",
]


SHOWING = Showing(BASE, lambda _: [])


def full_lines(report, lines, colour=False):
    return full.render(report, Showing(BASE, lines, colour))


def json_text(report, **how):
    return "\n".join(json_format.render(report, replace(SHOWING, **how)))


def finding(**changes):
    values = {
        "code": "CVL202",
        "name": "features-mismatch",
        "severity": Severity.ERROR,
        "message": "`fc`: gets 256",
        "place": Place("/project/src/model.py", (5, 15, 5, 25)),
        "model": "Net",
        "layer": "fc",
    }
    return Finding(**{**values, **changes})


def test_concise():
    assert list(concise.render(Report((finding(),)), SHOWING)) == ["src/model.py:5:16: CVL202 error: `fc`: gets 256"]


def test_full():
    related = Related(Place("/project/src/model.py", (2, 0, 2, 3)), "`fc` is defined here")
    report = Report((finding(related=(related,), help="`in_features=256` takes this input"),))
    assert "\n".join(full_lines(report, lambda _: SOURCE)) == (
        "CVL202 error: `fc`: gets 256\n"
        " --> src/model.py:5:16\n"
        "  |\n"
        "3 | class Net(nn.Module):\n"
        "4 |     def forward(self, x):\n"
        "5 |         return self.fc(x)\n"
        "  |                ^^^^^^^^^^\n"
        "  |\n"
        "  = src/model.py:2:1: `fc` is defined here\n"
        "help: `in_features=256` takes this input\n"
    )


def test_full_without_the_source():
    lines = list(full_lines(Report((finding(),)), lambda _: []))
    assert lines == ["CVL202 error: `fc`: gets 256", " --> src/model.py:5:16", ""]


@pytest.mark.parametrize("colour", [True, False])
def test_colour_only_when_asked(colour):
    text = "\n".join(full_lines(Report((finding(),)), lambda _: SOURCE, colour))
    assert ("\x1b[" in text) == colour


def test_json_has_the_keys_that_tools_rely_on():
    report = Report((finding(),))
    assert json.loads(json_text(report)) == [
        {
            "code": "CVL202",
            "name": "features-mismatch",
            "severity": "error",
            "message": "`fc`: gets 256",
            "filename": "src/model.py",
            "location": {"row": 5, "column": 16},
            "end_location": {"row": 5, "column": 26},
            "model": "Net",
            "layer": "fc",
            "help": "",
            "url": None,
            "fix": None,
            "related": [],
            "data": {},
        }
    ]


def test_json_of_nothing_is_an_empty_array():
    assert json.loads(json_text(Report(()))) == []


def test_json_of_a_name_that_is_not_utf8():
    report = Report((finding(place=Place("bad\udcff.py", (1, 0, 1, 1))),))
    assert json.loads(json_text(report))[0]["filename"] == "bad\\udcff.py"


EVIL = "a\x1b]0;title\x07b\nc\x9bd\u202ee\u2028f\udcff"


def test_nothing_from_outside_reaches_the_terminal_raw():
    evil = finding(
        message=EVIL, place=Place(EVIL, (1, 0, 1, 5)), help=EVIL, related=(Related(Place(EVIL, (1, 0, 1, 1)), EVIL),)
    )
    report = Report((evil,), (Gap(Place(EVIL, (1, 0, 1, 1)), EVIL),))
    outputs = [
        *concise.render(report, SHOWING),
        *concise.gap_lines(report, BASE),
        *full_lines(report, lambda _: [EVIL]),
    ]
    for line in outputs:
        assert line == visible(line)
        line.encode()
    assert len(list(concise.render(report, SHOWING))) == 1
    assert json.loads(json_text(report))[0]["message"] == encodable(EVIL)


def test_visible_keeps_ordinary_text():
    text = "(224 − 4 + 2·0)/3 + 1 = 74.33… 日本語 é 😋"
    assert visible(text) == text == encodable(text)
    assert visible("\t\x00\x7f") == "\\x09\\x00\\x7f"


def marked(line, column, end_column):
    (_, shown, _), (_, mark, is_mark) = list(frame([line], (1, column, 1, end_column)))
    assert is_mark
    return shown, mark


def test_mark_under_wide_combining_and_tab():
    assert marked('x = "😋"; fc(x)', 9, 14) == ('x = "😋"; fc(x)', " " * 10 + "^" * 5)
    assert marked("e\u0301 = fc(x)", 5, 10)[1] == "    ^^^^^"
    assert marked("\tfc(x)", 1, 6) == ("    fc(x)", "    ^^^^^")


def test_mark_of_several_rows_ends_with_the_first():
    rows = list(frame(["fc(", "  x)"], (1, 0, 2, 4)))
    assert rows == [("1", "fc(", False), ("", "^^^", True), ("2", "  x)", False)]


def test_long_lines_are_cut_around_the_mark():
    line = "a" * 5000 + "fc(x)" + "b" * 5000
    shown, mark = marked(line, 5000, 5005)
    assert len(shown) <= 160
    assert shown[mark.index("^") :].startswith("fc(x)")


@pytest.mark.parametrize("span", [(9, 0, 9, 1), (0, 0, 0, 1)])
def test_places_outside_of_the_text_have_no_frame(span):
    assert list(frame(["x"], span)) == []


def test_lines_end_as_python_says():
    assert split_lines("a\r\nb\rc\nd\x0ce\u2028f") == ["a", "b", "c", "d\x0ce\u2028f"]


def test_paths():
    assert shown_path("/project/a/b.py", BASE) == "a/b.py"
    assert shown_path("/elsewhere/b.py", BASE) == "/elsewhere/b.py"
    assert shown_path("a/b.py", BASE) == "a/b.py"
    assert shown_path("<stdin>", BASE) == "<stdin>"


@pytest.mark.parametrize(("severity", "code"), [(Severity.ERROR, 1), (Severity.WARNING, 1), (Severity.NOTE, 0)])
def test_notes_do_not_fail(severity, code):
    assert Report((finding(severity=severity),)).exit_code == code
    assert Report(()).exit_code == 0


CONFIRMED = Confirmation(Status.CONFIRMED, "RuntimeError: mat1 and mat2 shapes cannot be multiplied")
REFUTED = Confirmation(Status.REFUTED, "torch takes it\x1b[31m and puts out 2×5")
NOT_CHECKED = Confirmation(Status.NOT_CHECKED, "needs --run")


def test_concise_tells_what_torch_said():
    report = Report(tuple(finding(confirmation=said) for said in (CONFIRMED, REFUTED, NOT_CHECKED)))
    assert list(concise.render(report, SHOWING)) == [
        "src/model.py:5:16: CVL202 error: `fc`: gets 256 [confirmed]",
        "src/model.py:5:16: CVL202 error: `fc`: gets 256 [refuted: torch takes it\\x1b[31m and puts out 2×5]",
        "src/model.py:5:16: CVL202 error: `fc`: gets 256 [not-checked: needs --run]",
    ]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (CONFIRMED, "confirmed: RuntimeError: mat1 and mat2 shapes cannot be multiplied"),
        (REFUTED, "refuted by torch, which is a bug in convlint: torch takes it\\x1b[31m and puts out 2×5"),
        (NOT_CHECKED, "not checked: needs --run"),
    ],
)
def test_full_tells_what_torch_said(said, line):
    assert list(full_lines(Report((finding(confirmation=said),)), lambda _: ()))[-2:] == [line, ""]


def test_json_tells_what_torch_said_only_if_it_was_asked():
    (entry,) = json.loads(json_text(Report((finding(),))))
    assert "confirmation" not in entry
    (entry,) = json.loads(json_text(Report((finding(confirmation=CONFIRMED),))))
    assert entry["confirmation"] == {"status": "confirmed", "detail": CONFIRMED.detail}
