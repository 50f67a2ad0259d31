"""Nets without any layer: functional calls on plain parameters, and MAML's inner loop."""
import torch
import torch.nn.functional as F


def init_params():
    w1 = torch.randn(6, 1, 3, 3, requires_grad=True)
    b1 = torch.zeros(6, requires_grad=True)
    w2 = torch.randn(12, 6, 3, 3) * 0.1
    w2.requires_grad_()
    w3 = torch.randn(5, 12 * 6 * 6, requires_grad=True)
    return [w1, b1, w2, w3]


def net(x, params, train=True):
    w1, b1, w2, w3 = params
    x = F.max_pool2d(F.relu(F.conv2d(x, w1, b1)), 2)
    x = F.relu(F.conv2d(x, w2, stride=2))
    x = F.dropout(x.flatten(1), 0.5, train)
    return F.linear(x, w3)


params = init_params()
x, y = torch.randn(4, 1, 28, 28), torch.randint(0, 5, (4,))
for step in range(2):
    loss = F.cross_entropy(net(x, params), y)
    grads = torch.autograd.grad(loss, params, create_graph=True)
    params = [p - 0.01 * g for p, g in zip(params, grads)]
acc = (net(x, params, train=False).argmax(1) == y).float().mean().item()


def batch_norm(x, gamma, beta, eps=1e-5):
    mean = x.mean(dim=(0, 2, 3), keepdim=True)
    var = ((x - mean) ** 2).mean(dim=(0, 2, 3), keepdim=True)
    return gamma * (x - mean) / torch.sqrt(var + eps) + beta


def corr2d(X, K):
    h, w = K.shape
    Y = torch.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y


assert batch_norm(torch.randn(2, 3, 4, 4), torch.ones(1, 3, 1, 1), torch.zeros(1, 3, 1, 1)).shape == (2, 3, 4, 4)
K = torch.tensor([[0.0, 1.0], [2.0, 3.0]])
assert corr2d(torch.arange(9.0).reshape(3, 3), K).shape == (2, 2)
unf = F.unfold(torch.randn(2, 3, 8, 8), kernel_size=3, padding=1, stride=2)
out = (unf.transpose(1, 2) @ torch.randn(27, 10)).transpose(1, 2)
assert out.shape == (2, 10, 16)
folded = F.fold(unf, (8, 8), 3, padding=1, stride=2)
assert folded.shape == (2, 3, 8, 8)
theta = torch.eye(2, 3).unsqueeze(0).repeat(2, 1, 1)
grid = F.affine_grid(theta, (2, 3, 5, 6), align_corners=False)
assert F.grid_sample(torch.randn(2, 3, 8, 8), grid, align_corners=False).shape == (2, 3, 5, 6)
