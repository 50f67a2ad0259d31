"""Parts of torchvision's models: feature extractors, and the layers up to one."""

from __future__ import annotations

from torchvision.models import get_model
from torchvision.models._utils import IntermediateLayerGetter
from torchvision.models.feature_extraction import create_feature_extractor, get_graph_node_names


def features(name, nodes, **options):
    return create_feature_extractor(get_model(name, **options), return_nodes=nodes)


def features_at(name, at, **options):
    """The features at nodes of the graph, each named by how far it is along, from 0 to 1."""
    model = get_model(name, **options).eval()
    _, names = get_graph_node_names(model)
    return create_feature_extractor(model, return_nodes=[names[int(each * len(names))] for each in at])


def getter(name, layers, **options):
    return IntermediateLayerGetter(get_model(name, **options), return_layers=layers)


def getter_at(name, at, **options):
    """The layers up to the one that is so far along the model's children, from 0 to 1."""
    model = get_model(name, **options)
    names = [child for child, _ in model.named_children()]
    last = names[int(at * len(names))]
    return IntermediateLayerGetter(model, return_layers={last: "out"})
