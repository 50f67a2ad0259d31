"""Parts of torchvision's models: feature extractors, and the layers up to one."""

from __future__ import annotations

from torchvision.models import get_model
from torchvision.models._utils import IntermediateLayerGetter
from torchvision.models.feature_extraction import create_feature_extractor


def features(name, nodes, **options):
    return create_feature_extractor(get_model(name, **options), return_nodes=nodes)


def getter(name, layers, **options):
    return IntermediateLayerGetter(get_model(name, **options), return_layers=layers)
