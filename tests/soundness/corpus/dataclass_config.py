"""Models from dataclasses with defaults, factories, post-init and replacement."""
from dataclasses import asdict, dataclass, field, fields, replace
from enum import Enum
from typing import ClassVar, List, Optional

import torch
from torch import nn


class Pool(Enum):
    MAX = "max"
    AVG = "avg"

    def layer(self, k):
        return nn.MaxPool2d(k) if self is Pool.MAX else nn.AvgPool2d(k)


@dataclass(frozen=True)
class StageCfg:
    width: int
    depth: int = 1
    pool: Optional[Pool] = None


@dataclass
class NetCfg:
    stages: List[StageCfg] = field(default_factory=lambda: [StageCfg(8), StageCfg(16, 2, Pool.MAX), StageCfg(24, pool=Pool.AVG)])
    in_chans: int = 3
    classes: int = 10
    width: float = 1.0
    feature_dim: int = field(init=False)
    version: ClassVar[str] = "1"

    def __post_init__(self):
        self.feature_dim = int(self.stages[-1].width * self.width)


class Net(nn.Module):
    def __init__(self, cfg: NetCfg):
        super().__init__()
        self.cfg = cfg
        chans, layers = cfg.in_chans, []
        for stage in cfg.stages:
            width = int(stage.width * cfg.width)
            for _ in range(stage.depth):
                layers += [nn.Conv2d(chans, width, 3, padding="same"), nn.ReLU()]
                chans = width
            if stage.pool is not None:
                layers.append(stage.pool.layer(2))
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(cfg.feature_dim, cfg.classes)

    @classmethod
    def from_dict(cls, d):
        known = {f.name for f in fields(NetCfg) if f.init}
        return cls(NetCfg(**{k: v for k, v in d.items() if k in known}))

    def forward(self, x):
        return self.head(self.body(x).amax(dim=(-2, -1)))


cfg = NetCfg()
Net(cfg)(torch.rand(1, 3, 9, 9))
wide = replace(cfg, width=1.5, classes=2)
assert wide.feature_dim == 36
assert Net(wide)(torch.rand(1, 3, 9, 9)).shape == (1, 2)
Net.from_dict({"in_chans": 1, "classes": 4, "unused": 1})(torch.rand(1, 1, 8, 8))
assert asdict(cfg)["classes"] == 10
