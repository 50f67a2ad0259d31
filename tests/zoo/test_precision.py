"""What is told of a sample of unchanged files, so that a change of noise is seen in review; and the page's data."""

from __future__ import annotations

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
    assert precision.summary(warned, judged) == "2 warnings in 2 packages: 2 true, 1 worth a change (50 %)"
    lines = list(precision.page(warned, judged, {"a": "1.0", "b": "2.0"}))
    assert "| a 1.0 | 3 | 2 | 1 |" in lines
    assert "| b 2.0 | 0 | 0 | 0 |" in lines
    assert "| `x.py:1` | CVL102 | three | yes | yes | because |" in lines
    assert "| `x.py:3` | CVL101 | one \\| two | yes | **no** | meant |" in lines
    assert "| `y.py:7` | CVL203 | four | ? | ? |  |" in lines
