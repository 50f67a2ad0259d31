"""Scripting, compiling, exporting, operators of the program, autocast: what programs find of them in a plain run."""

from __future__ import annotations

import textwrap
import warnings

import pytest

from convlint.interp.values.unknown import Unknown
from tests.interp.running import agrees, interpret

pytestmark = pytest.mark.sampled

HEAD = """
from typing import *

import torch
import torch.fx
import torch.nn.functional as F
import torch.utils.checkpoint as cp
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint
"""
PROGRAMS = {
    "wrapping for fx": """
        torch.fx.wrap('len')
        @torch.fx.wrap
        def f(x): return x.flatten(1)
        result = tuple(f(torch.ones(2,3,4)).shape)
        """,
    "types of TorchScript": """
        class Net(nn.Module):
            __constants__ = ['n']
            n: torch.jit.Final[int]
            def __init__(self):
                super().__init__(); self.n = 3; self.a = torch.jit.Attribute([], List[int])
            @torch.jit.export
            def f(self, x: Optional[Tensor]):
                assert x is not None
                x = torch.jit._unwrap_optional(x)
                if torch.jit.isinstance(x, List[Tensor]): return None
                y: List[int] = torch.jit.annotate(List[int], [])
                return x.shape[0] * self.n + len(y)
            def forward(self, x): return self.f(x)
        result = Net()(torch.ones(2))
        """,
    "forks that are waited for": """
        fut = torch.jit.fork(lambda x: x.repeat(2, 1), torch.ones(2,3))
        result = tuple(torch.jit.wait(fut).shape)
        """,
    "what a plain run is not": """
        import torch.onnx, torch.compiler
        from torch.onnx import is_in_onnx_export
        from torch.compiler import is_compiling
        result = [
            torch.jit.is_scripting(), torch.jit.is_tracing(), is_in_onnx_export(), is_compiling(),
            torch.compiler.is_dynamo_compiling(), torch._C._get_tracing_state() is None,
            torch.overrides.has_torch_function_unary(torch.ones(1)), isinstance(torch.ones(1), torch.fx.Proxy),
        ]
        """,
    "checks": """
        torch._assert(True, 'x')
        x = torch.ones(2,3)
        torch._assert(x.dim() == 2, f'bad {x.shape}')
        torch._check(x.shape[0] == 2)
        torch._check(x.shape[0] == 2, lambda: 'message')
        torch._check_is_size(x.shape[0])
        torch._assert_async(x.sum() > 0)
        try:
            torch._check(x.shape[0] == 3, lambda: f'bad {x.shape}')
            result = 0
        except RuntimeError: result = 1
        """,
    "checks of several kinds": """
        x = torch.ones(2)
        result = []
        for f in (torch._check_value, torch._check_index, torch._check_type, torch._check_not_implemented):
            try: f(False, lambda: 'no')
            except Exception as e: result.append(type(e).__name__)
        """,
    "decorators of the compiler": """
        @torch.compile
        def f(x): return x.flatten()
        @torch.compile(dynamic=True)
        def g(x): return x.flatten()
        @torch.compiler.disable
        def h(x): return x.flatten()
        @torch.compiler.disable(recursive=False)
        def k(x): return x.flatten()
        @torch._dynamo.disable
        def l(x): return x
        @torch.compiler.assume_constant_result
        def c(): return 4
        @torch.compiler.allow_in_graph
        def a(x): return x
        torch._dynamo.mark_dynamic(torch.ones(2), 0)
        torch.compiler.cudagraph_mark_step_begin()
        torch._dynamo.graph_break()
        torch._dynamo.config.suppress_errors = True
        torch.compiler.reset()
        net = torch.compile(nn.Linear(3, 4), mode='max-autotune')
        net2 = nn.Linear(3,4); net2.compile()
        x = torch.ones(2, 3)
        result = [tuple(h(x).shape), tuple(k(x).shape), c(), tuple(l(a(x)).shape)]
        """,
    "what is compiled": """
        net = torch.compile(nn.Linear(3, 4), backend='eager')
        f = torch.compile(lambda x: x.flatten(), backend='eager')
        result = [tuple(net(torch.ones(2,3)).shape), tuple(f(torch.ones(2,3)).shape)]
        """,
    "an operator of the program": """
        @torch.library.custom_op('mylib::double', mutates_args=())
        def double(x: Tensor) -> Tensor:
            return torch.cat([x, x])
        @double.register_fake
        def _(x): return x.new_empty((2 * x.shape[0], *x.shape[1:]))
        @double.register_kernel('cuda')
        def _(x): return x
        def bw(ctx, g): return g
        def setup(ctx, inputs, output): pass
        double.register_autograd(bw, setup_context=setup)
        result = tuple(double(torch.ones(2,3)).shape)
        """,
    "a library of operators": """
        lib = torch.library.Library('mylib2', 'DEF')
        lib.define('triple(Tensor x) -> Tensor')
        @torch.library.impl(lib, 'triple', 'CPU')
        def triple(x): return torch.cat([x, x, x])
        @torch.library.register_fake('mylib2::triple')
        def _(x): return x.new_empty(1)
        result = tuple(triple(torch.ones(2,3)).shape)
        """,
    "an operator by its name": """
        @torch.library.custom_op('mylib3::double', mutates_args=())
        def double(x: Tensor) -> Tensor:
            return torch.cat([x, x])
        result = tuple(torch.ops.mylib3.double(torch.ones(2,3)).shape)
        """,
    "autocast in all its forms": """
        from torch.cuda.amp import autocast as ac, GradScaler
        from torch import amp, autocast
        with torch.autocast(device_type='cpu', dtype=torch.bfloat16):
            y = nn.Linear(3,4)(torch.ones(2,3))
        with autocast('cpu'):
            y2 = nn.Linear(3,4)(torch.ones(2,3))
        with amp.autocast('cuda', enabled=False):
            y3 = nn.Linear(3,4)(torch.ones(2,3))
        with torch.cuda.amp.autocast(enabled=False):
            y4 = y.float() @ torch.ones(4, 5)
        with torch.autocast(enabled=False, device_type=y.device.type):
            y5 = y.float() @ torch.ones(4, 5)
        result = [tuple(y.shape), tuple(y2.shape), tuple(y3.shape), tuple(y4.shape), tuple(y5.shape)]
        """,
    "a forward under autocast": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__(); self.l = nn.Linear(3,4)
            @torch.cuda.amp.autocast(enabled=False)
            def forward(self, x): return self.g(self.l(x))
            @torch.no_grad()
            @torch.cuda.amp.autocast()
            def g(self, x): return x * 2
        result = tuple(Net()(torch.ones(2,3)).shape)
        """,
    "functions that cast": """
        from torch.amp import custom_fwd, custom_bwd
        import functools
        class D(torch.autograd.Function):
            @staticmethod
            @custom_fwd(device_type='cuda', cast_inputs=torch.float32)
            def forward(ctx, x): return torch.cat([x,x])
            @staticmethod
            @custom_bwd(device_type='cuda')
            def backward(ctx, g): return g
        result = tuple(D.apply(torch.ones(2)).shape)
        """,
    "the dtype of autocast": """
        x = torch.ones(2,3)
        if torch.is_autocast_enabled():
            x = x.to(torch.get_autocast_gpu_dtype())
        result = tuple(x.shape)
        """,
    "checkpoints": """
        l = nn.Sequential(nn.Linear(3,4), nn.ReLU(), nn.Linear(4,5))
        x = torch.ones(2,3, requires_grad=True)
        r = [
            checkpoint(l, x, use_reentrant=False), cp.checkpoint(l, x),
            torch.utils.checkpoint.checkpoint_sequential(l, 2, x),
            torch.utils.checkpoint.checkpoint_sequential(l, segments=2, input=x, use_reentrant=False),
            checkpoint(lambda a, b: (a, a @ b.T)[1], x, torch.ones(7,3), preserve_rng_state=False),
            checkpoint(l, x, use_reentrant=True),
        ]
        result = [tuple(t.shape) for t in r]
        """,
    "what exporters ask for": """
        from torch.onnx import register_custom_op_symbolic, symbolic_helper
        import torch.onnx.symbolic_helper as sym_help
        from torch.onnx.symbolic_helper import parse_args
        torch.onnx.register_custom_op_symbolic('a::b', lambda g: g, 11)
        from torch.onnx import operators
        s = operators.shape_as_tensor(torch.ones(2,3))
        @parse_args('v', 'i')
        def sym(g, x, n): return g.op('x', x)
        class F2(torch.autograd.Function):
            @staticmethod
            def symbolic(g, x): return g.op('X', x)
            @staticmethod
            def forward(ctx, x): return x.flatten()
        result = [s.tolist(), tuple(F2.apply(torch.ones(2,3)).shape), torch.onnx.is_in_onnx_export()]
        """,
    "versions": """
        from packaging import version
        mine = version.parse(torch.__version__.split('+')[0])
        result = [mine >= version.parse('1.8'), torch.__version__ >= '1.8.0', torch.__version__ < '2.9',
                  int(torch.__version__.split('.')[0]) >= 2, torch.__version__ >= torch.torch_version.TorchVersion('3')]
        """,
    "kernels of attention": """
        from torch.nn.attention import SDPBackend, sdpa_kernel
        q = torch.ones(1,2,3,4)
        with sdpa_kernel([SDPBackend.MATH]):
            y = F.scaled_dot_product_attention(q,q,q)
        with sdpa_kernel(SDPBackend.MATH):
            y = F.scaled_dot_product_attention(q,q,q)
        result = tuple(y.shape)
        """,
    "settings of the backends": """
        torch.backends.cudnn.benchmark = True
        torch.backends.cuda.matmul.allow_tf32 = True
        b = torch.backends.mps.is_available()
        torch.set_float32_matmul_precision('high')
        torch.backends.cuda.enable_flash_sdp(True)
        with torch.backends.cudnn.flags(enabled=False):
            y = nn.Conv2d(1,2,3)(torch.ones(1,1,5,5))
        result = tuple(y.shape)
        """,
    "contexts": """
        with torch.set_grad_enabled(False), torch.inference_mode():
            y = nn.Linear(3,4)(torch.ones(2,3))
        @torch.no_grad
        def f(x): return x.flatten()
        @torch.inference_mode()
        def g(x): return x.flatten()
        with torch.autograd.profiler.record_function('x'), torch.autograd.graph.save_on_cpu():
            z = f(y)
        with torch.random.fork_rng(devices=[]), torch.autograd.set_detect_anomaly(False), torch.device('cpu'):
            w = g(torch.ones(2,2))
        result = [tuple(y.shape), tuple(z.shape), tuple(w.shape)]
        """,
    "a call with other parameters": """
        from torch.func import functional_call
        l = nn.Linear(3,4)
        own = dict(l.named_parameters())
        result = [tuple(functional_call(l, own, x).shape) for x in (torch.ones(2,3), (torch.ones(5,3),))]
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_does_what_torch_does(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        agrees(HEAD + textwrap.dedent(PROGRAMS[name]))


def result_of(body: str) -> object:
    return interpret(HEAD + textwrap.dedent(body))[0]["result"]


def test_an_operator_for_another_device_is_not_known() -> None:
    body = """
    @torch.library.custom_op("other::double", mutates_args=(), device_types="cuda")
    def double(x: Tensor) -> Tensor:
        return torch.cat([x, x])
    result = double(torch.ones(2, 3))
    """
    assert isinstance(result_of(body), Unknown)


def test_a_kernel_for_the_cpu_is_the_operator() -> None:
    body = """
    @torch.library.custom_op("third::double", mutates_args=(), device_types="cuda")
    def double(x: Tensor) -> Tensor:
        raise RuntimeError("no device")
    @double.register_kernel("cpu")
    def _(x):
        return torch.cat([x, x])
    result = double(torch.ones(2, 3)).shape
    """
    assert result_of(body) == (4, 3)


def test_a_development_version_is_not_compared() -> None:
    assert isinstance(result_of("from packaging import version\nresult = version.parse('2.0.0.dev1')"), Unknown)


def test_parameters_of_other_shapes_are_not_modelled() -> None:
    body = "result = torch.func.functional_call(nn.Linear(3, 4), {'weight': torch.ones(5, 3)}, torch.ones(2, 3))"
    assert isinstance(result_of(body), Unknown)


def test_modules_convert_their_floats() -> None:
    body = """
    x = torch.ones(1)
    made = [
        nn.Linear(2, 3).half(), nn.Linear(2, 3).to(torch.bfloat16), nn.Linear(2, 3).to("cpu", torch.float64),
        nn.Linear(2, 3).to("cpu"), nn.Linear(2, 3).to(dtype=torch.float64), nn.Linear(2, 3).type(torch.float64),
        nn.BatchNorm1d(3).to(x.double()), nn.Linear(2, 3).double().float(),
    ]
    said = [[*m.parameters(), *m.buffers()] for m in made]
    result = [[str(t.dtype).replace("torch.", "") for t in tensors] for tensors in said] if real else said
    """
    truth: dict[str, object] = {"real": True}
    exec(compile(HEAD + textwrap.dedent(body), "<program>", "exec", dont_inherit=True), truth)
    names, _ = interpret(HEAD + textwrap.dedent(body), given={"real": False})
    assert [[tensor.dtype for tensor in tensors] for tensors in names["result"]] == truth["result"]
