"""Segmentation with a backbone that returns a dict of features, and a dict of outputs."""
from collections import OrderedDict
from typing import Dict

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class IntermediateLayerGetter(nn.ModuleDict):
    def __init__(self, model: nn.Module, return_layers: Dict[str, str]) -> None:
        if not set(return_layers).issubset([name for name, _ in model.named_children()]):
            raise ValueError("return_layers are not present in model")
        orig = return_layers
        return_layers = {str(k): str(v) for k, v in return_layers.items()}
        layers = OrderedDict()
        for name, module in model.named_children():
            layers[name] = module
            if name in return_layers:
                del return_layers[name]
            if not return_layers:
                break
        super().__init__(layers)
        self.return_layers = orig

    def forward(self, x):
        out = OrderedDict()
        for name, module in self.items():
            x = module(x)
            if name in self.return_layers:
                out[self.return_layers[name]] = x
        return out


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.layer1 = nn.Conv2d(8, 16, 3, 2, 1)
        self.layer2 = nn.Conv2d(16, 32, 3, 2, 1)
        self.fc = nn.Linear(32, 1000)


class ASPPPooling(nn.Sequential):
    def __init__(self, inp, out):
        super().__init__(nn.AdaptiveAvgPool2d(1), nn.Conv2d(inp, out, 1, bias=False), nn.ReLU())

    def forward(self, x: Tensor) -> Tensor:
        size = x.shape[-2:]
        for mod in self:
            x = mod(x)
        return F.interpolate(x, size=size, mode="bilinear", align_corners=False)


class ASPP(nn.Module):
    def __init__(self, inp, rates, out=12):
        super().__init__()
        modules = [nn.Sequential(nn.Conv2d(inp, out, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU())]
        for r in tuple(rates):
            modules.append(nn.Sequential(nn.Conv2d(inp, out, 3, padding=r, dilation=r, bias=False), nn.ReLU()))
        modules.append(ASPPPooling(inp, out))
        self.convs = nn.ModuleList(modules)
        self.project = nn.Conv2d(len(self.convs) * out, out, 1)

    def forward(self, x):
        res = []
        for conv in self.convs:
            res.append(conv(x))
        return self.project(torch.cat(res, dim=1))


class Segmenter(nn.Module):
    __constants__ = ["aux_classifier"]

    def __init__(self, backbone, classifier, aux_classifier=None):
        super().__init__()
        self.backbone, self.classifier, self.aux_classifier = backbone, classifier, aux_classifier

    def forward(self, x: Tensor) -> Dict[str, Tensor]:
        input_shape = x.shape[-2:]
        features = self.backbone(x)
        result = OrderedDict()
        x = self.classifier(features["out"])
        result["out"] = F.interpolate(x, size=input_shape, mode="bilinear", align_corners=False)
        if self.aux_classifier is not None:
            x = features["aux"]
            x = self.aux_classifier(x)
            result["aux"] = F.interpolate(x, size=input_shape, mode="bilinear", align_corners=False)
        return result


def build(aux):
    returns = {"layer2": "out"}
    if aux:
        returns["layer1"] = "aux"
    backbone = IntermediateLayerGetter(Backbone(), returns)
    head = nn.Sequential(ASPP(32, [2, 3, 6]), nn.Conv2d(12, 12, 3, padding=1), nn.ReLU(), nn.Conv2d(12, 5, 1))
    return Segmenter(backbone, head, nn.Conv2d(16, 5, 1) if aux else None)


for aux in (False, True):
    out = build(aux).eval()(torch.randn(1, 3, 49, 65))
    for name, t in out.items():
        assert t.shape == (1, 5, 49, 65), name
    losses = {name: F.cross_entropy(t, torch.zeros(1, 49, 65, dtype=torch.long)) for name, t in out.items()}
    total = losses["out"] if len(losses) == 1 else losses["out"] + 0.5 * losses["aux"]
