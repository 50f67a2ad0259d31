"""Models registered by decorators and built by name, with defaults that keyword arguments override."""
import torch
import torch.nn as nn

_REGISTRY = {}


class Registry:
    def __init__(self, name):
        self.name = name
        self._modules = {}

    def register(self, name=None):
        def deco(cls):
            key = name or cls.__name__
            if key in self._modules:
                raise KeyError(f"{key} is already registered in {self.name}")
            self._modules[key] = cls
            return cls

        return deco

    def build(self, cfg, **default):
        cfg = dict(cfg)
        kind = cfg.pop("type")
        for k, v in default.items():
            cfg.setdefault(k, v)
        return self._modules[kind](**cfg)


BACKBONES, HEADS = Registry("backbones"), Registry("heads")


def register_model(fn):
    _REGISTRY[fn.__name__] = fn
    return fn


@BACKBONES.register()
class Plain(nn.Module):
    arch = {11: (8, 16), 13: (8, 16, 32)}

    def __init__(self, depth, in_channels=3):
        super().__init__()
        widths = self.arch[depth]
        chans = (in_channels,) + widths
        self.layers = nn.Sequential(*[nn.Conv2d(a, b, 3, 2, 1) for a, b in zip(chans[:-1], chans[1:])])
        self.out_channels = widths[-1]

    def forward(self, x):
        return self.layers(x)


@HEADS.register("gap")
class GapHead(nn.Module):
    def __init__(self, in_channels, classes, hidden=None):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        dims = [in_channels, *(hidden or []), classes]
        self.mlp = nn.Sequential()
        for i, (a, b) in enumerate(zip(dims, dims[1:])):
            self.mlp.add_module(f"fc{i}", nn.Linear(a, b))
            if i < len(dims) - 2:
                self.mlp.add_module(f"act{i}", nn.ReLU())

    def forward(self, x):
        return self.mlp(self.pool(x)[:, :, 0, 0])


class Classifier(nn.Module):
    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = BACKBONES.build(backbone)
        self.head = HEADS.build(head, in_channels=self.backbone.out_channels)

    def forward(self, x):
        return self.head(self.backbone(x))


def _create(depth, **kwargs):
    head = {"type": "gap", "classes": kwargs.pop("num_classes", 7), "hidden": kwargs.pop("hidden", None)}
    return Classifier({"type": "Plain", "depth": depth, **kwargs}, head)


@register_model
def plain11(**kw):
    return _create(11, **kw)


@register_model
def plain13(*, hidden=(12, 6), **kw):
    return _create(13, hidden=hidden, **kw)


def create_model(name, *args, **kwargs):
    if name not in _REGISTRY:
        raise RuntimeError("Unknown model (%s)" % name)
    return _REGISTRY[name](*args, **kwargs)


for name in sorted(_REGISTRY):
    m = create_model(name, num_classes=3)
    assert m(torch.rand(2, 3, 17, 17)).shape == (2, 3)
create_model("plain13", in_channels=1, hidden=[4])(torch.rand(1, 1, 8, 8))
