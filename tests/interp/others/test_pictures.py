"""Pictures as arrays: OpenCV and Albumentations tell the sizes that a model gets."""

from __future__ import annotations

import pytest

import convlint
from convlint.findings import Severity

HEAD = """
import albumentations as A
import cv2
import numpy as np
import torch
from albumentations.pytorch import ToTensorV2

picture = cv2.imread("one.jpg")
gray = cv2.imread("one.png", cv2.IMREAD_GRAYSCALE)
assert picture is not None
"""
ARRAYS = {
    "cv2.resize(picture, (64, 48))": (48, 64, 3),
    "cv2.cvtColor(cv2.resize(picture, (64, 48)), cv2.COLOR_BGR2RGB)": (48, 64, 3),
    "cv2.cvtColor(cv2.resize(picture, (64, 48)), cv2.COLOR_BGR2GRAY)": (48, 64),
    "cv2.cvtColor(cv2.resize(gray, (64, 48)), cv2.COLOR_GRAY2RGB)": (48, 64, 3),
    "cv2.resize(gray, dsize=(64, 48), interpolation=cv2.INTER_AREA)": (48, 64),
    "cv2.resize(gray[..., None], (64, 48))": (48, 64),
    "cv2.flip(cv2.resize(picture, (64, 48)), 1)": (48, 64, 3),
    "cv2.copyMakeBorder(cv2.resize(gray, (8, 8)), 1, 2, 3, 4, cv2.BORDER_CONSTANT)": (11, 15),
    "cv2.rotate(cv2.resize(gray, (64, 48)), cv2.ROTATE_90_CLOCKWISE)": (64, 48),
    "cv2.warpAffine(picture, np.eye(3)[:2], (32, 16))": (16, 32, 3),
    "cv2.merge(cv2.split(cv2.resize(picture, (8, 6)))[:2])": (6, 8, 2),
    "A.Resize(48, 64)(image=picture)['image']": (48, 64, 3),
    "A.Compose([A.HorizontalFlip(p=0.5), A.RandomCrop(width=64, height=48)])(image=picture)['image']": (48, 64, 3),
    "A.Compose([A.OneOf([A.Blur(), A.CLAHE()]), A.CenterCrop(8, 9)])(image=gray, mask=gray)['mask']": (8, 9),
    "A.Compose([A.Resize(32, 32), A.Normalize(), A.RandomRotate90()])(image=picture)['image']": (32, 32, 3),
    "A.Compose([A.RandomResizedCrop(size=(20, 30)), A.ToFloat(), ToTensorV2()])(image=picture)['image']": (3, 20, 30),
    "A.Compose([A.Resize(20, 30), A.Normalize(), ToTensorV2()])(image=picture, mask=gray)['mask']": (20, 30),
    "A.Compose([A.Resize(20, 30), ToTensorV2()])(image=gray)['image']": (1, 20, 30),
}
OPEN = [
    "A.RandomCrop(48, 64, p=0.5)(image=picture)['image']",
    "A.Compose([A.Resize(20, 30), A.SomethingElse()])(image=picture)['image']",
    "A.Compose([A.Resize(20, 30), A.RandomRotate90()])(image=picture)['image'][..., 0]",
    "cv2.imread('a.png', cv2.IMREAD_UNCHANGED)",
    "cv2.resize(picture, None, fx=0.5, fy=0.5)",
    "cv2.somethingElse(picture)",
]


def errors(source: str) -> list[str]:
    findings = convlint.lint_source(HEAD + source, "train.py").findings
    return [finding.code for finding in findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize("array", ARRAYS)
def test_sizes(array: str) -> None:
    program = f"torch.zeros({{}}) + torch.as_tensor({array})"
    shape = ARRAYS[array]
    assert errors(program.format(shape)) == []
    for axis in (axis for axis, size in enumerate(shape) if size > 1):
        other = tuple(size + 7 * (index == axis) for index, size in enumerate(shape))
        assert errors(program.format(other)) == ["CVL203"]


@pytest.mark.parametrize("array", OPEN)
def test_what_is_not_known(array: str) -> None:
    assert errors(f"torch.zeros(7, 11, 3) + torch.as_tensor({array})") == []


def test_a_finding_says_what_made_the_size() -> None:
    program = "x = A.Resize(20, 30)(image=picture)['image']\ntorch.nn.Linear(3, 2)(torch.as_tensor(x)[:, :, 0] / 255.0)"
    (found,) = convlint.lint_source(HEAD + program, "train.py").findings
    assert any("Resize" in related.message and "20×30" in related.message for related in found.related)
