"""What is told of a sample of unchanged files, so that a change of noise is seen in review; and the page's data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import convlint
from benchmarks import precision
from convlint.config import Config

SAMPLE = (
    "timm/layers/blur_pool.py",
    "timm/layers/cbam.py",
    "timm/layers/create_act.py",
    "timm/models/efficientvit_msra.py",
    "timm/models/inception_resnet_v2.py",
    "timm/models/mvitv2.py",
    "timm/models/resnet.py",
    "timm/models/vgg.py",
    "timm/models/xception.py",
    "torchvision/models/alexnet.py",
    "torchvision/models/densenet.py",
    "torchvision/models/detection/ssd.py",
    "torchvision/models/detection/ssdlite.py",
    "torchvision/models/googlenet.py",
    "torchvision/models/inception.py",
    "torchvision/models/squeezenet.py",
    "torchvision/models/video/mvit.py",
    "torchvision/models/video/s3d.py",
    "torchvision/ops/misc.py",
)


@pytest.fixture(scope="module")
def findings(zoo_source: Path) -> list[convlint.Finding]:
    paths = [zoo_source / name for name in SAMPLE]
    return list(convlint.lint_paths(paths, config=Config(search_path=(str(zoo_source),))).findings)


@pytest.mark.full_depth
def test_what_is_told_of_a_sample(findings, zoo_source, snapshot):
    def lines() -> Iterator[str]:
        for it in findings:
            name = Path(it.place.filename).relative_to(zoo_source).as_posix()
            yield f"{name}:{it.place.span[0]} {it.code} {it.severity.value}"

    assert list(lines()) == snapshot


@pytest.mark.full_depth
def test_every_warning_of_the_sample_is_judged(findings, zoo_source):
    judged = precision.judgements()
    graver = [it for it in findings if it.severity.value != "note"]
    places = [(Path(it.place.filename).relative_to(zoo_source).as_posix(), it.place.span[0], it.code) for it in graver]
    assert not [place for place in places if place not in judged]


@pytest.mark.full_depth
def test_no_error_is_told_of_the_sample(findings):
    assert not [str(it.place) for it in findings if it.severity.value == "error"]


def test_every_error_that_is_told_of_unchanged_packages_is_one_that_torch_raises():
    judged = precision.judgements()
    parts = [json.loads(line) for line in precision.ERRORS.read_text("utf-8").splitlines()]
    assert {part["package"] for part in parts} == {part.package for part in precision.PARTS}
    assert all(part["files"] > 0 for part in parts)
    told = [(name, row, code) for part in parts for name, row, code, _ in part["errors"]]
    assert not [key for key in told if key not in judged or not judged[key].true]


def test_parts_of_packages(tmp_path):
    for name in ("p/a.py", "p/b.py", "p/c.py", "p/d/one_x.py", "p/d/two.py", "p/e/one_y.py", "p/f/one_z.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    whole, some = precision.Part("p", "p"), precision.Part("some", "p/*.py", 2)
    inner = precision.Part("inner", "p/*/", 2, "one_*.py")
    assert [part.package for part in (whole, some, inner)] == ["p", "p", "p"]
    assert (whole.paths(tmp_path), whole.files(tmp_path)) == (["p"], 7)
    assert (some.paths(tmp_path), some.files(tmp_path)) == (["p/a.py", "p/c.py"], 2)
    assert inner.paths(tmp_path) == ["p/d/one_x.py", "p/f/one_z.py"]


def test_the_page_counts_what_is_judged():
    found = [
        {"filename": "a/x.py", "location": {"row": 3}, "code": "CVL101", "severity": "warning", "message": "one | two"},
        {"filename": "a/x.py", "location": {"row": 1}, "code": "CVL102", "severity": "warning", "message": "three"},
        {"filename": "a/y.py", "location": {"row": 7}, "code": "CVL203", "severity": "error", "message": "four"},
        {"filename": "a/y.py", "location": {"row": 8}, "code": "CVL106", "severity": "note", "message": "five"},
    ]
    warned = {"a": precision.warnings_in(found), "b": []}
    judged = {
        ("a/x.py", 1, "CVL102"): precision.Judgement(True, True, "because"),
        ("a/x.py", 3, "CVL101"): precision.Judgement(True, False, "meant"),
    }
    assert precision.summary(warned, judged) == "1 errors, 2 warnings: 2 true, 1 worth a change (50 %)"
    read = {"a": precision.Read("a", "1.0", "all", 2), "b": precision.Read("b", "2.0", "`nn`", 9)}
    lines = list(precision.page(warned, judged, read))
    assert "| a 1.0 | all | 2 | 1 | 2 | 2 | 1 |" in lines
    assert "| b 2.0 | `nn` | 9 | 0 | 0 | 0 | 0 |" in lines
    told = [json.loads(line) for line in precision.errors(warned, read)]
    assert told[0]["errors"] == [["a/y.py", 7, "CVL203", "four"]]
    assert told[1] == {"package": "b", "version": "2.0", "read": "`nn`", "files": 9, "errors": []}
    assert "| `x.py:1` | CVL102 | three | yes | yes | because |" in lines
    assert "| `x.py:3` | CVL101 | one \\| two | yes | **no** | meant |" in lines
    assert "| `y.py:7` | CVL203 | four | ? | ? |  |" in lines
