"""Parametrized weights, weight norms by hooks, fusion, stubs of quantization: layers and parameters as in torch."""

from __future__ import annotations

import textwrap
import warnings

import pytest

from tests.interp.running import agrees

HEAD = """
import torch
import torch.nn.functional as F
import torch.nn.utils as U
from torch import nn
from torch.nn.utils import parametrizations as PS, parametrize as PZ
from torch.nn.utils import remove_spectral_norm, remove_weight_norm, spectral_norm, weight_norm

def said(net, x):
    log = []
    for name, m in net.named_modules():
        if not list(m.children()):
            m.register_forward_hook(lambda m, i, o, name=name: log.append((name, type(m).__name__, tuple(o.shape))))
    y = net(x)
    parameters = [(n, tuple(p.shape)) for n, p in net.named_parameters()]
    return [tuple(y.shape), log, parameters, [n for n, _ in net.named_buffers()]]
"""
PROGRAMS = {
    "weight norms by hooks": """
        net = nn.Sequential(
            weight_norm(nn.Conv1d(3, 4, 3)), nn.ReLU(), weight_norm(nn.Linear(5, 6), dim=None),
            weight_norm(nn.ConvTranspose1d(4, 2, 3), dim=1), weight_norm(nn.Conv1d(2,2,1), dim=2))
        r = said(net, torch.ones(2,3,7))
        for m in net:
            try: remove_weight_norm(m)
            except ValueError: r.append('none')
        result = r + said(net, torch.ones(2,3,7))
        """,
    "spectral norms by hooks": """
        net = nn.Sequential(
            spectral_norm(nn.Conv2d(3, 4, 3)), nn.ReLU(),
            spectral_norm(nn.ConvTranspose2d(4, 2, 3), n_power_iterations=2),
            spectral_norm(nn.Conv2d(2,2,1), dim=1)).eval()
        r = said(net, torch.ones(2,3,7,7))
        remove_spectral_norm(net[0])
        result = r + said(net, torch.ones(2,3,7,7))
        """,
    "parametrized weight norms": """
        net = nn.Sequential(PS.weight_norm(nn.Conv1d(3, 4, 3)), nn.ReLU(), PS.weight_norm(nn.Linear(5, 6), dim=None))
        r = said(net, torch.ones(2,3,7)) + [type(net[0]).__name__, isinstance(net[0], nn.Conv1d)]
        r += [PZ.is_parametrized(net[0]), PZ.is_parametrized(net[0], 'bias'), PZ.is_parametrized(net[1])]
        PZ.remove_parametrizations(net[0], 'weight')
        result = r + said(net, torch.ones(2,3,7)) + [type(net[0]).__name__]
        """,
    "parametrized spectral norms": """
        layers = [nn.Conv2d(3, 4, 3), nn.ConvTranspose2d(4, 2, 3), nn.BatchNorm2d(2)]
        net = nn.Sequential(*[PS.spectral_norm(layer) for layer in layers]).eval()
        result = said(net, torch.ones(2,3,7,7))
        """,
    "orthogonal weights": """
        net = nn.Sequential(
            PS.orthogonal(nn.Linear(3, 5)), PS.orthogonal(nn.Linear(5, 5), orthogonal_map='cayley'),
            PS.orthogonal(nn.Linear(5, 2, bias=False), use_trivialization=False))
        result = said(net, torch.ones(2,3))
        """,
    "parametrizations of the program": """
        class Symmetric(nn.Module):
            def forward(self, X): return X.triu() + X.triu(1).transpose(-1, -2)
        class Two(nn.Module):
            def __init__(self):
                super().__init__(); self.act = nn.Tanh()
            def forward(self, a, b): return self.act(a) + b
            def right_inverse(self, w): return w, torch.zeros_like(w)
        layer = nn.Linear(3, 3)
        PZ.register_parametrization(layer, 'weight', Symmetric())
        PZ.register_parametrization(layer, 'bias', Two())
        result = said(layer, torch.ones(2,3)) + [[n for n, _ in layer.named_modules()]]
        """,
    "weight norms in a model": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.convs = nn.ModuleList([weight_norm(nn.Conv1d(4, 4, 3, padding=1)) for _ in range(3)])
                self.post = PS.weight_norm(nn.Conv1d(4, 1, 7))
            def forward(self, x):
                for c in self.convs: x = F.leaky_relu(c(x)) + x
                return self.post(x)
            def remove_weight_norm(self):
                for c in self.convs: U.remove_weight_norm(c)
        net = Net()
        r = said(net, torch.ones(2,4,20))
        net.remove_weight_norm()
        result = r + said(net, torch.ones(2,4,20))
        """,
    "what torch refuses": """
        result = []
        for f in (
            lambda: weight_norm(weight_norm(nn.Linear(2,2))),
            lambda: spectral_norm(nn.Linear(2,2), n_power_iterations=0),
            lambda: PZ.register_parametrization(nn.Linear(2,2), 'nope', nn.Identity()),
            lambda: remove_weight_norm(nn.Linear(2,2)),
            lambda: PS.orthogonal(nn.BatchNorm1d(3)),
            lambda: PS.spectral_norm(nn.Linear(2,2), dim=2),
            lambda: PZ.remove_parametrizations(nn.Linear(1,1), 'weight'),
            lambda: PZ.remove_parametrizations(PS.weight_norm(nn.Linear(1,1)), 'weight', leave_parametrized=False),
        ):
            try: f(); result.append('ok')
            except Exception as e: result.append(type(e).__name__)
        """,
    "a recurrent layer's weight norm": """
        l = nn.LSTM(3, 4)
        weight_norm(l, 'weight_hh_l0')
        result = [[(n, tuple(p.shape)) for n, p in l.named_parameters()]]
        """,
    "fusion of batch norms": """
        conv, bn, lin = nn.Conv2d(3,4,3,bias=False).eval(), nn.BatchNorm2d(4).eval(), nn.Linear(3,4).eval()
        bl, ct = nn.BatchNorm1d(4).eval(), nn.ConvTranspose2d(3,4,2).eval()
        f = U.fusion.fuse_conv_bn_eval(conv, bn)
        g = torch.nn.utils.fusion.fuse_linear_bn_eval(lin, bl)
        h = U.fusion.fuse_conv_bn_eval(ct, bn, transpose=True)
        result = said(f, torch.ones(1,3,6,6)) + said(g, torch.ones(2,3)) + said(h, torch.ones(1,3,6,6))
        try: U.fusion.fuse_conv_bn_eval(nn.Conv2d(3,4,3), bn); result.append(1)
        except AssertionError: result.append(2)
        """,
    "stubs of quantization": """
        from torch.ao.quantization import QuantStub, DeQuantStub
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.q, self.d, self.l = QuantStub(), DeQuantStub(), nn.Linear(3,4)
                self.f = torch.ao.nn.quantized.FloatFunctional()
            def forward(self, x):
                y = self.d(self.l(self.q(x)))
                return self.f.cat([self.f.add(y, y), self.f.add_relu(y,y)], 1)
        result = said(Net(), torch.ones(2,3))
        """,
    "vectors of parameters": """
        l = torch.nn.utils.skip_init(nn.Linear, 3, 4)
        y = torch.func.functional_call(l, dict(l.named_parameters()), (torch.ones(2,3),))
        result = [tuple(l.weight.shape), tuple(U.parameters_to_vector(l.parameters()).shape), tuple(y.shape)]
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_does_what_torch_does(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        agrees(HEAD + textwrap.dedent(PROGRAMS[name]))
