"""Models of ultralytics from the YAML files that it ships."""

from __future__ import annotations

from ultralytics import YOLO
from ultralytics.nn import tasks


def yolo(name):
    return YOLO(name).model


def task(kind, name):
    return getattr(tasks, kind)(name, verbose=False)
