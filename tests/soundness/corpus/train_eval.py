"""Different work in training and evaluation; batch of one; dropout of whole branches."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class RepVGG(nn.Module):
    def __init__(self, inp, out, deploy=False):
        super().__init__()
        self.deploy = deploy
        self.inp, self.out = inp, out
        if deploy:
            self.reparam = nn.Conv2d(inp, out, 3, padding=1)
        else:
            self.dense = nn.Sequential(nn.Conv2d(inp, out, 3, padding=1, bias=False), nn.BatchNorm2d(out))
            self.one = nn.Sequential(nn.Conv2d(inp, out, 1, bias=False), nn.BatchNorm2d(out))
            self.identity = nn.BatchNorm2d(inp) if inp == out else None

    def forward(self, x):
        if hasattr(self, "reparam"):
            return F.relu(self.reparam(x))
        idt = 0 if self.identity is None else self.identity(x)
        return F.relu(self.dense(x) + self.one(x) + idt)

    def switch_to_deploy(self):
        self.reparam = nn.Conv2d(self.inp, self.out, 3, padding=1)
        k1 = F.pad(self.one[0].weight, [1, 1, 1, 1])
        self.reparam.weight.data = self.dense[0].weight.data + k1
        self.__delattr__("dense")
        self.__delattr__("one")
        if hasattr(self, "identity"):
            self.__delattr__("identity")
        self.deploy = True


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = RepVGG(4, 4)
        self.bn = nn.BatchNorm1d(4)
        self.head = nn.Linear(4, 3)
        self.aux = nn.Linear(4 * 6 * 6, 3)

    def forward(self, x):
        x = self.block(x)
        y = self.head(self.bn(x.mean((2, 3))))
        if self.training:
            return y, self.aux(x.flatten(1))
        return y.softmax(-1)


net = Net()
y, aux = net(torch.rand(2, 4, 6, 6))
net.eval()
y = net(torch.rand(1, 4, 9, 9))
assert y.shape == (1, 3)
net.block.switch_to_deploy()
net(torch.rand(1, 4, 3, 3))
net.train(True)
net.bn.eval()
net(torch.rand(1, 4, 6, 6))
net.train(False)(torch.rand(1, 4, 5, 5))
