"""Models of ultralytics from the YAML files that it ships."""

from __future__ import annotations

import ultralytics
from ultralytics.nn import tasks


def yolo(name):
    return ultralytics.YOLO(name).model


def door(kind, name):
    """By the class that the package has for a family: `RTDETR`, `NAS` and so on."""
    return getattr(ultralytics, kind)(name).model


def task(kind, name):
    return getattr(tasks, kind)(name, verbose=False)
