"""Models of efficientnet_pytorch by their names."""

from __future__ import annotations

from efficientnet_pytorch import EfficientNet


def named(name, **options):
    return EfficientNet.from_name(name, **options)


def features(name):
    model = named(name)
    model.forward = model.extract_features
    return model
