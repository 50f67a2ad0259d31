"""A feature pyramid with top-down additions, anchors and per-level heads."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class Backbone(nn.Module):
    def __init__(self, widths=(8, 16, 32, 64)):
        super().__init__()
        self.stages = nn.ModuleList()
        prev = 3
        for w in widths:
            self.stages.append(nn.Sequential(nn.Conv2d(prev, w, 3, 2, 1, bias=False), nn.BatchNorm2d(w), nn.ReLU(True)))
            prev = w
        self.out_channels = list(widths[1:])

    def forward(self, x):
        outs = []
        for i, stage in enumerate(self.stages):
            x = stage(x)
            if i > 0:
                outs.append(x)
        return tuple(outs)


class FPN(nn.Module):
    def __init__(self, in_channels_list, out_channels, extra=1):
        super().__init__()
        self.inner_blocks = nn.ModuleList()
        self.layer_blocks = nn.ModuleList()
        for c in in_channels_list:
            if c == 0:
                raise ValueError("in_channels=0 is currently not supported")
            self.inner_blocks.append(nn.Conv2d(c, out_channels, 1))
            self.layer_blocks.append(nn.Conv2d(out_channels, out_channels, 3, padding=1))
        self.extra = nn.ModuleList([nn.Conv2d(out_channels, out_channels, 3, 2, 1) for _ in range(extra)])

    def forward(self, x):
        last_inner = self.inner_blocks[-1](x[-1])
        results = [self.layer_blocks[-1](last_inner)]
        for idx in range(len(x) - 2, -1, -1):
            inner_lateral = self.inner_blocks[idx](x[idx])
            feat_shape = inner_lateral.shape[-2:]
            inner_top_down = F.interpolate(last_inner, size=feat_shape, mode="nearest")
            last_inner = inner_lateral + inner_top_down
            results.insert(0, self.layer_blocks[idx](last_inner))
        for conv in self.extra:
            results.append(conv(results[-1]))
        return results


class RetinaHead(nn.Module):
    def __init__(self, channels, anchors, classes, prior=0.01):
        super().__init__()
        tower = []
        for _ in range(2):
            tower.append(nn.Conv2d(channels, channels, 3, padding=1))
            tower.append(nn.ReLU())
        self.tower = nn.Sequential(*tower)
        self.cls = nn.Conv2d(channels, anchors * classes, 3, padding=1)
        self.box = nn.Conv2d(channels, anchors * 4, 3, padding=1)
        self.classes = classes
        nn.init.constant_(self.cls.bias, -math.log((1 - prior) / prior))

    def forward(self, features):
        logits, boxes = [], []
        for f in features:
            t = self.tower(f)
            c = self.cls(t)
            N, _, H, W = c.shape
            c = c.view(N, -1, self.classes, H, W).permute(0, 3, 4, 1, 2)
            logits.append(c.reshape(N, -1, self.classes))
            boxes.append(self.box(t).permute(0, 2, 3, 1).reshape(N, -1, 4))
        return torch.cat(logits, 1), torch.cat(boxes, dim=1)


class Detector(nn.Module):
    def __init__(self, classes=4, anchors=3):
        super().__init__()
        self.backbone = Backbone()
        self.fpn = FPN(self.backbone.out_channels, 16, extra=2)
        self.head = RetinaHead(16, anchors, classes)
        self.strides = [4, 8, 16, 32, 64]

    def anchors(self, features):
        out = []
        for f, s in zip(features, self.strides):
            h, w = f.shape[-2:]
            ys, xs = torch.meshgrid(torch.arange(h) * s, torch.arange(w) * s, indexing="ij")
            centres = torch.stack([xs, ys, xs, ys], -1).view(-1, 1, 4)
            base = torch.tensor([[-s, -s, s, s], [-s, -2 * s, s, 2 * s], [-2 * s, -s, 2 * s, s]])
            out.append((centres + base).reshape(-1, 4))
        return torch.cat(out)

    def forward(self, x):
        features = self.fpn(self.backbone(x))
        logits, deltas = self.head(features)
        anchors = self.anchors(features)
        boxes = anchors[None] + deltas
        return logits, boxes


det = Detector()
logits, boxes = det(torch.randn(2, 3, 75, 100))
assert logits.shape[:2] == boxes.shape[:2]
scores, labels = logits.sigmoid().max(-1)
keep = scores[0] > 0.5
best = boxes[0][keep]
