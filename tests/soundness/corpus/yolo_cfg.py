"""A network parsed from a configuration text, in darknet's manner."""
import torch
import torch.nn as nn
import torch.nn.functional as F

CFG = """
[net]
channels=3
# a comment

[convolutional]
batch_normalize=1
filters=8
size=3
stride=1
pad=1
activation=leaky

[maxpool]
size=2
stride=2

[convolutional]
batch_normalize=1
filters=16
size=3
stride=2
pad=1
activation=leaky

[convolutional]
filters=16
size=1
stride=1
pad=1
activation=linear

[shortcut]
from=-2
activation=linear

[upsample]
stride=2

[route]
layers=-1, 1

[convolutional]
filters=21
size=1
stride=1
pad=1
activation=linear

[yolo]
anchors=10,14, 23,27, 37,58
classes=2
"""


def parse_cfg(text):
    lines = [x.strip() for x in text.split("\n")]
    lines = [x for x in lines if x and not x.startswith("#")]
    defs = []
    for line in lines:
        if line.startswith("["):
            defs.append({})
            defs[-1]["type"] = line[1:-1].rstrip()
            if defs[-1]["type"] == "convolutional":
                defs[-1]["batch_normalize"] = 0
        else:
            key, value = line.split("=")
            defs[-1][key.rstrip()] = value.strip()
    return defs


class EmptyLayer(nn.Module):
    def __init__(self):
        super().__init__()


class YOLOLayer(nn.Module):
    def __init__(self, anchors, classes):
        super().__init__()
        self.anchors, self.classes = anchors, classes
        self.num_anchors = len(anchors)

    def forward(self, x, img_dim):
        n, g = x.size(0), x.size(2)
        pred = x.view(n, self.num_anchors, self.classes + 5, g, g).permute(0, 1, 3, 4, 2).contiguous()
        grid_x = torch.arange(g).repeat(g, 1).view([1, 1, g, g]).float()
        grid_y = torch.arange(g).repeat(g, 1).t().view([1, 1, g, g]).float()
        scaled = torch.tensor([(w / (img_dim / g), h / (img_dim / g)) for w, h in self.anchors])
        aw = scaled[:, 0:1].view((1, self.num_anchors, 1, 1))
        boxes = torch.zeros(pred[..., :4].shape)
        boxes[..., 0] = torch.sigmoid(pred[..., 0]).data + grid_x
        boxes[..., 1] = torch.sigmoid(pred[..., 1]).data + grid_y
        boxes[..., 2] = torch.exp(pred[..., 2].data) * aw
        conf = torch.sigmoid(pred[..., 4])
        cls = torch.sigmoid(pred[..., 5:])
        return torch.cat((boxes.view(n, -1, 4), conf.view(n, -1, 1), cls.view(n, -1, self.classes)), -1)


def create_modules(defs):
    hyper = defs.pop(0)
    filters_out = [int(hyper["channels"])]
    module_list = nn.ModuleList()
    for i, d in enumerate(defs):
        modules = nn.Sequential()
        if d["type"] == "convolutional":
            bn = int(d["batch_normalize"])
            filters = int(d["filters"])
            k = int(d["size"])
            pad = (k - 1) // 2
            modules.add_module(
                f"conv_{i}", nn.Conv2d(filters_out[-1], filters, kernel_size=k, stride=int(d["stride"]), padding=pad, bias=not bn)
            )
            if bn:
                modules.add_module(f"bn_{i}", nn.BatchNorm2d(filters, momentum=0.9, eps=1e-5))
            if d["activation"] == "leaky":
                modules.add_module(f"leaky_{i}", nn.LeakyReLU(0.1))
        elif d["type"] == "maxpool":
            k, s = int(d["size"]), int(d["stride"])
            if k == 2 and s == 1:
                modules.add_module(f"pad_{i}", nn.ZeroPad2d((0, 1, 0, 1)))
            modules.add_module(f"pool_{i}", nn.MaxPool2d(kernel_size=k, stride=s, padding=int((k - 1) // 2)))
        elif d["type"] == "upsample":
            modules.add_module(f"up_{i}", nn.Upsample(scale_factor=int(d["stride"]), mode="nearest"))
        elif d["type"] == "route":
            layers = [int(x) for x in d["layers"].split(",")]
            filters = sum([filters_out[1:][j] for j in layers])
            modules.add_module(f"route_{i}", EmptyLayer())
        elif d["type"] == "shortcut":
            filters = filters_out[1:][int(d["from"])]
            modules.add_module(f"shortcut_{i}", EmptyLayer())
        elif d["type"] == "yolo":
            anchors = [int(x) for x in d["anchors"].split(",")]
            anchors = [(anchors[j], anchors[j + 1]) for j in range(0, len(anchors), 2)]
            modules.add_module(f"yolo_{i}", YOLOLayer(anchors, int(d["classes"])))
        module_list.append(modules)
        filters_out.append(filters)
    return hyper, module_list


class Darknet(nn.Module):
    def __init__(self, text):
        super().__init__()
        self.defs = parse_cfg(text)
        self.hyper, self.module_list = create_modules(self.defs)
        self.yolo_layers = [m[0] for m in self.module_list if isinstance(m[0], YOLOLayer)]

    def forward(self, x):
        img_dim = x.shape[2]
        outputs, yolo = [], []
        for d, module in zip(self.defs, self.module_list):
            if d["type"] in ["convolutional", "upsample", "maxpool"]:
                x = module(x)
            elif d["type"] == "route":
                x = torch.cat([outputs[int(i)] for i in d["layers"].split(",")], 1)
            elif d["type"] == "shortcut":
                x = outputs[-1] + outputs[int(d["from"])]
            elif d["type"] == "yolo":
                x = module[0](x, img_dim)
                yolo.append(x)
            outputs.append(x)
        return torch.cat(yolo, 1)


net = Darknet(CFG)
assert net(torch.randn(1, 3, 16, 16)).shape == (1, 3 * 64, 7)
assert len(net.yolo_layers) == 1
