"""Forward hooks that record and that change outputs."""
import torch
import torch.nn as nn

activation = {}


def get_activation(name):
    def hook(model, input, output):
        activation[name] = output.detach()

    return hook


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 3)
        self.conv2 = nn.Conv2d(6, 12, 3)
        self.pool = nn.AdaptiveAvgPool2d(2)
        self.fc = nn.Linear(48, 3)

    def forward(self, x):
        x = self.pool(self.conv2(self.conv1(x)))
        return self.fc(x.flatten(1))


class GradCam:
    def __init__(self, model, layer):
        self.model, self.maps, self.grads = model, None, None
        layer.register_forward_hook(self._save_maps)
        layer.register_full_backward_hook(self._save_grads)

    def _save_maps(self, module, args, output):
        self.maps = output

    def _save_grads(self, module, grad_in, grad_out):
        self.grads = grad_out[0]

    def __call__(self, x, index=None):
        out = self.model(x)
        if index is None:
            index = out.argmax(1)
        out.gather(1, index.view(-1, 1)).sum().backward()
        weights = self.grads.mean((2, 3), keepdim=True)
        return (weights * self.maps).sum(1).relu()


net = Net()
handle = net.conv1.register_forward_hook(get_activation("conv1"))
net.conv2.register_forward_pre_hook(lambda m, args: (args[0].clamp(min=0),))
net(torch.randn(2, 3, 12, 12))
assert activation["conv1"].shape == (2, 6, 10, 10)
handle.remove()
doubling = net.conv2.register_forward_hook(lambda m, a, out: torch.cat([out, out], 0))
assert net(torch.randn(2, 3, 12, 12)).shape == (4, 3)
doubling.remove()
cam = GradCam(net, net.conv2)
assert cam(torch.randn(2, 3, 12, 12)).shape == (2, 8, 8)
feats = []
hooks = [m.register_forward_hook(lambda m, i, o: feats.append(o.shape)) for m in net.modules() if isinstance(m, nn.Conv2d)]
net(torch.randn(1, 3, 9, 9))
for h in hooks:
    h.remove()
assert len(feats) == 2
