"""Programs that want more time or memory than any file may have: each must end within its share, and say so."""

# ruff: noqa: E501 - a program a line, where that is possible

from __future__ import annotations

_HEAD = "import torch\nfrom torch import nn\n"
BLANKS = " \t" * 100_000
_NET = (
    "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(3, 4)\n"
    "        {init}\n\n    def forward(self, x):\n        {forward}\n        return self.fc(x)\n\n\nNet()(torch.zeros(2, 5))\n"
)


def _net(init: str = "pass", forward: str = "pass") -> str:
    return _HEAD + _NET.format(init=init, forward=forward)


def _model(forward: str, init: str = "pass") -> str:
    return (
        f"{_HEAD}class N(nn.Module):\n    def __init__(self):\n        super().__init__()\n        {init}\n\n"
        f"    def forward(self, x, y=None):\n        {forward}\n"
    )


PROGRAMS = {
    "towers of powers": "n = 9**9**9\nm = 2**(2**40)\nk = 10**10**6 * 10**10**6\ns = 1 << (1 << 40)\n",
    "squares of squares": "n = 7\nfor i in range(40):\n    n = n * n\n",
    "factorials": "import math\nn = math.factorial(10**6)\nm = math.comb(10**6, 10**5)\nf = pow(3, 10**7)\n",
    "long texts": "s = 'a' * 10**10\nv = '%1000000000d' % 3\nw = 'a'.ljust(10**9)\nu = f'{1:>{10**9}}'\nz = str(10**5000)\n"
    "x = ' '.join(['a' * 10**6] * 10**6)\n",
    "texts that double": "t = 'ab'\nfor _ in range(60):\n    t = t + t\n",
    "formats that double": "c = '{0}{0}{0}{0}{0}{0}{0}{0}'\nfor _ in range(20):\n    c = c.format(c)\n",
    "long lists": "a = [0] * 10**9\nb = list(range(10**9))\nd = tuple(range(10**8))\nf = dict.fromkeys(range(10**8))\n"
    "h = bytearray(10**10)\n",
    "many long lists": "c = []\nwhile True:\n    c.append([0] * 1000000)\n",
    "lists that double": "a = [0]\nfor _ in range(60):\n    a = a + a\nb = [0]\nfor _ in range(60):\n    b.extend(b)\n",
    "a dict without end": "c = {}\nwhile True:\n    c[len(c)] = 1\n",
    "sums over ranges": "a = sorted(range(10**8), key=lambda x: -x)\nc = sum(range(10**9))\ng = 10**9 in list(range(10**8))\n",
    "products of iterators": "import itertools\na = list(itertools.product(range(1000), repeat=1000))\n"
    "c = list(itertools.count())\nd = sum(itertools.cycle([1]))\n",
    "generators without end": "def g():\n    while True:\n        yield 1\n\n\na = list(g())\nb = sum(g())\nx, *y = g()\n",
    "nested comprehension": "a = [(i, j, k) for i in range(1000) for j in range(1000) for k in range(1000)]\n",
    "arguments by the million": "f = lambda *a, **k: len(a)\nf(*range(10**8))\nnn.Sequential(*[nn.ReLU()] * 10**7)\n",
    "a loop without end": "while True:\n    pass\n",
    "layers without end": "m = nn.ModuleList()\nwhile True:\n    m.append(nn.Linear(3, 3))\n",
    "mutual recursion": "def f(n):\n    return g(n + 1)\n\n\ndef g(n):\n    return f(n + 1)\n\n\nf(0)\n",
    "ackermann": "def a(m, n):\n    return n + 1 if m == 0 else a(m - 1, 1) if n == 0 else a(m - 1, a(m, n - 1))\n\n\na(4, 2)\n",
    "fibonacci": "def f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)\n\n\nf(60)\n",
    "a list in a list": "m = []\nfor i in range(1000000):\n    m = [m]\nstr(m)\nnn.Linear(*m)\n",
    "a list in itself": "import copy\nm = []\nm.append(m)\nprint(str(m), m == [m])\ncopy.deepcopy(m)\nnn.Sequential(*m)\n",
    "a module in itself": "m = nn.Sequential()\nm.append(m)\nm(torch.zeros(2, 4))\nlist(m.modules())\n",
    "a module in a module": "m = nn.Linear(3, 3)\nfor i in range(100000):\n    m = nn.Sequential(m)\nm(torch.zeros(2, 4))\n",
    "copies of copies": "import copy\nm = nn.Sequential(nn.Linear(3, 3))\nfor i in range(40):\n"
    "    m = nn.Sequential(m, copy.deepcopy(m))\nm(torch.zeros(2, 4))\n",
    "100,000 layers": "m = nn.Sequential(*[nn.Conv2d(3, 3, 3, padding=1) for _ in range(100000)])\nm(torch.zeros(1, 3, 8, 8))\n",
    "regular expressions": "import re\nx = re.match(r'(a+)+$', 'a' * 50 + 'b')\ny = re.compile(r'(x+x+)+y').search('x' * 100)\n",
    "large tensors": "xs = [torch.zeros(10**9, 10**9) for _ in range(10**6)]\nv = torch.zeros(10**7).tolist()\n",
    "large arrays": "import numpy as np\na = np.arange(10**10)\nd = np.zeros((10**5, 10**5)) @ a\nc = np.tile([1], 10**9)\n",
    "a chain of classes": "class A0:\n    pass\n\n\n"
    + "".join(f"class A{number + 1}(A{number}):\n    pass\n\n\n" for number in range(3000)),
    "decorators": "def d(f):\n    return lambda *a: f(*a)\n\n\n" + "@d\n" * 2000 + "def f(x):\n    return x\n\n\nf(1)\n",
    "25,000 errors": "x = torch.zeros(1, 3, 7, 7)\n" + "nn.Sequential(nn.Conv2d(4, 3, 2, stride=3))(x)\n" * 25_000,
    "a pattern of 3,000 axes": f"from einops import rearrange\nrearrange(torch.zeros(2), '{' '.join(map(str, range(3000)))} -> ()')\n",
    "2^60 paths": _model("\n        ".join(f"x = x + 1 if x.sum() > {i} else x * {i}" for i in range(60)) + "\n        return x"),
    "products of sizes": _model(
        "n, c, h, w = x.shape\n        for i in range(50):\n            h = h * (w + i) - n\n            w = (w * h) // (i + 2)\n"
        "            n = n + h * w\n        return x.view(n, h, w)"
    ),
    "powers of sizes": _model("a = x.shape[0] + x.shape[1]\n        for i in range(12):\n            a = a * a\n        return x.view(a)"),
    "floors of floors": _model(
        "ys = [l(x) for l in self.l]\n        return torch.cat(ys, 1) + sum(ys)",
        "self.l = nn.ModuleList(nn.Conv2d(3, 3, k, stride=s) for k in range(2, 30) for s in range(2, 7))",
    ),
    "large primes": _model(
        "return self.a(x) + self.b(x)",
        "self.a = nn.Conv2d(3, 3, 3, stride=9973)\n        self.b = nn.Conv2d(3, 3, 5, stride=10007)",
    ),
    "many divisors": _model(
        "return self.f(torch.flatten(self.c(x), 1))",
        "self.f = nn.Linear(963761198400 * 999999000001, 3)\n        self.c = nn.Conv2d(3, 6, 3, stride=2)",
    ),
    "replacements that double": "t = 'a'\nfor _ in range(60):\n    t = t.replace('a', 'aa')\nu = t.encode() * 2\nv = t.translate({97: t})\n",
    "texts of texts": "s = 'x'\nfor _ in range(60):\n    s = repr(s) + f'{s!r}{s!r}'\nn = int('9' * 10**7)\nm = '9'.zfill(10**10)\n",
    "permutations": "import itertools\na = list(itertools.permutations(range(20)))\nb = list(itertools.combinations(range(60), 30))\n"
    "c = ['-'.join(map(str, p)) for p in itertools.product('ab', repeat=60)]\n",
    "decimals": "from decimal import Decimal\nfrom fractions import Fraction\na = Decimal(10) ** (10**9)\nb = Fraction(1, 3) ** (10**8)\n"
    "c = Decimal('1e999999999') + 1\n",
    "text that is evaluated": "for i in range(10**5):\n    eval('f(' * 150 + '1' + ')' * 150)\n",
    "text that is too deep": "import ast, json\nfor f in (eval, exec, compile, ast.literal_eval, ast.parse, json.loads):\n"
    "    try:\n        f('[' * 10**5 + ']' * 10**5)\n    except Exception:\n        pass\n",
    "layers by number": "a = nn.LSTM(3, 3, num_layers=10**7)\nb = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 1), 10**6)\n"
    "c = nn.ParameterList([nn.Parameter(torch.zeros(1))] * 10**7)\n",
    "pieces of tensors": "x = torch.zeros(10**7, 3)\na = x.split(1)\nb = x.unbind()\nc = list(x)\nd = torch.stack([x] * 10**6)\n"
    "e = torch.cat([x] * 10**6)\nf = x[(None,) * 10**6]\ng = x.view(*[1] * 10**6)\n",
    "axes without end": "x = torch.zeros(2)\nwhile True:\n    x = x.unsqueeze(0)\n",
    "lists of pads": "x = torch.nn.functional.pad(torch.zeros(2), [1] * 10**6)\ny = torch.einsum(','.join(['ab'] * 10**5), *[torch.zeros(2, 2)] * 10**5)\n",
    "decisions in a loop": _model("for i in range(1000):\n            if x.sum() > i:\n                x = x + 1\n            elif x.mean() > i:\n"
    "                x = x * 2\n        return x"),
    "sizes that are asked": _model("for i in range(100):\n            if x.shape[2] > i * 7:\n                x = x[:, :, i:]\n"
    "            if x.shape[3] % (i + 1) == 0:\n                x = x[:, :, :, ::2]\n        return x"),
    "25,000 idle layers": f"{_HEAD}class N(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    + "".join(f"        self.a{number} = nn.Linear(2, 2)\n" for number in range(25_000)) + "\n    def forward(self, x):\n        return x\n",
    "2,500 models": _HEAD + "".join(
        f"class N{number}(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.a = nn.Conv2d(3, 3, 2, stride=3)\n"
        "        self.b = nn.Linear(3, 3)\n\n    def forward(self, x):\n        return self.a(x)\n\n\n" for number in range(2_500)
    ),
    "comments not understood": "x = 1  # convlint: ignore[CVL999]\n" * 50_000,
    "calls in calls": ("f(" * 190 + "1" + ")" * 190 + "\n") * 2_000,
    "calls of calls": ("x" + ".a()" * 240 + "\n") * 2_000,
    "short statements": "a=1\n" * 400_000,
    "a list that is written out": f"x = [{'1,' * 900_000}]\n",
    "formatted texts": ("f'" + "{a}" * 1_000 + "'\n") * 600,
    "large names": f"{'a' * 1_000_000} = 1\nprint({'a' * 900_000})\n",
    "large numbers": f"x = {'9' * 1_000_000}\ny = 0x{'f' * 900_000}\n",
    "a comment of 10 MB": f"# {'x' * 10_000_000}\n",
    "comments that silence": f"# convlint: ignore[{'CVL101,' * 40_000}\n# convlint: ignore[{' ' * 300_000}\n# noqa:{' CVL101' * 40_000}\n"
    f"# convlint: input=({'1,' * 100_000}\n#{BLANKS}noqa\n{'#' * 300_000}\nx = 1 {'# noqa' * 40_000}\n",
    "open brackets": "(" * 100_000,
    "brackets in an f-string": f"x = f'{'{1}' * 200_000}'\n",
    "branches": "if a:\n    pass\n" + "".join(f"elif a == {i}:\n    b = {i}\n" for i in range(490)),
    "blocks": "".join("    " * i + f"for a{i} in range(10):\n" for i in range(95)) + "    " * 95 + "pass\n",
}  # fmt: skip
"""Those without a model of their own get one with an error, behind them."""


def program(name: str) -> str:
    """Return the text of one of them."""
    text = PROGRAMS[name]
    return text if text.startswith(_HEAD) else _HEAD + text + _net()[len(_HEAD) :]
