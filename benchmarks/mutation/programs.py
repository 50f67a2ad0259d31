"""The programs that mistakes are put into; each runs in torch as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.mutation.extracting import extracted
from benchmarks.scoreboard.truth import Truth, read
from tests.soundness.programs import CORPUS

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
LARGEST = 35_000_000
"""Parameters: models with more only take longer."""
SLOW_PIXELS = 330 * 330


@dataclass(frozen=True)
class Program:
    """`group` is where it comes from, `text` is Python in ASCII, `made_up` whether its data is."""

    group: str
    name: str
    text: str
    made_up: bool = False


def programs(zoo: Path | None, examples: Path | None) -> list[Program]:
    """Return the corpus and the fixtures, and what there is of packages' models and PyTorch's examples."""
    found = [Program("corpus", name, text) for name, text in CORPUS.items()]
    found += _fixtures()
    if zoo is not None:
        found += _models(zoo, "torchvision", "torchvision.jsonl.gz")
        found += _models(zoo, "timm", "timm.jsonl.gz")
    if examples is not None:
        found += _examples(examples)
    return found


def _fixtures() -> Iterator[Program]:
    for name, driver in FIXTURE_CALLS.items():
        path = FIXTURES / name
        yield Program("fixtures", path.stem, extracted(path.read_text(encoding="utf-8"), "", driver))


def _models(zoo: Path, package: str, truth: str) -> Iterator[Program]:
    """Yield the smallest model of each module of a package."""
    smallest: dict[str, Truth] = {}
    for entry in read(ROOT / "tests" / "zoo" / truth):
        module = entry.target.partition(":")[0]
        best = smallest.get(module)
        if _is_small(entry) and (best is None or (entry.params or 0) < (best.params or 0)):
            smallest[module] = entry
    for module, entry in sorted(smallest.items()):
        path = zoo.joinpath(*module.split(".")).with_suffix(".py")
        if not path.is_file():  # another version of the package
            continue
        text = path.read_text(encoding="utf-8")
        yield Program(package, module, extracted(text, module.rpartition(".")[0], _driver(entry)))


def _is_small(entry: Truth) -> bool:
    pixels = max((_product(shape[1:]) // 3 for shape in entry.inputs), default=0)
    return not entry.error and 0 < (entry.params or 0) < LARGEST and 0 < pixels < SLOW_PIXELS


def _product(sizes: tuple[int, ...]) -> int:
    result = 1
    for size in sizes:
        result *= size
    return result


def _driver(entry: Truth) -> str:
    arguments = ", ".join(f"{name}={value!r}" for name, value in entry.kwargs.items())
    inputs = ", ".join(f"torch.zeros({', '.join(map(str, shape))})" for shape in entry.inputs)
    return f"model = {entry.name}({arguments})\nmodel.eval()\noutput = model({inputs})\n"


def _examples(folder: Path) -> Iterator[Program]:
    for name, changes in EXAMPLE_SCRIPTS.items():
        text = (folder / name).read_text(encoding="utf-8").encode("ascii", "replace").decode()
        for old, new in changes.items():
            if old not in text:
                raise ValueError(f"{name} holds no {old!r}")
            text = text.replace(old, new)
        yield Program("examples", name.replace("/", "_").removesuffix(".py"), text, True)
    for name, driver in EXAMPLE_CALLS.items():
        text = (folder / name).read_text(encoding="utf-8")
        yield Program("examples", name.replace("/", "_").removesuffix(".py"), extracted(text, "", driver), True)


_EPOCHS = {"default=14": "default=1", "default=64": "default=8", "default=1000": "default=16"}
EXAMPLE_SCRIPTS = {
    "mnist/main.py": _EPOCHS,
    "mnist_rnn/main.py": _EPOCHS,
    "siamese_network/main.py": _EPOCHS,
    "vae/main.py": {"default=10,": "default=1,", "default=128": "default=16"},
    "regression/main.py": {"count(1)": "range(1, 5)"},
    "dcgan/main.py": {
        "'--dataset', required=True": "'--dataset', default='fake'",
        "type=int, default=64, help='input batch size'": "type=int, default=4, help='input batch size'",
        "type=int, default=64, help='number of": "type=int, default=8, help='number of",
        "default=25": "default=1",
        "default=2)": "default=0)",
    },
}
"""Whole scripts of PyTorch's examples, with less to do: what is replaced in each."""
EXAMPLE_CALLS = {
    "super_resolution/model.py": "net = Net(upscale_factor=3)\nout = net(torch.zeros(4, 1, 20, 24))\n",
    "word_language_model/model.py": (
        "net = RNNModel('LSTM', 50, 20, 20, 2)\n"
        "out, hidden = net(torch.zeros(7, 4, dtype=torch.int64), net.init_hidden(4))\n"
        "attending = TransformerModel(50, 20, 2, 40, 2)\n"
        "out = attending(torch.zeros(7, 4, dtype=torch.int64))\n"
    ),
    "fast_neural_style/neural_style/transformer_net.py": "out = TransformerNet()(torch.zeros(1, 3, 32, 48))\n",
    "distributed/minGPT-ddp/mingpt/model.py": (
        "config = GPTConfig(n_layer=2, n_head=2, n_embd=16, vocab_size=50, block_size=12)\n"
        "net = GPT(config)\nindices = torch.zeros(2, 12, dtype=torch.int64)\nlogits, loss = net(indices, indices)\n"
    ),
    "language_translation/src/model.py": (
        "net = Translator(num_encoder_layers=1, num_decoder_layers=1, embed_size=16, num_heads=2, src_vocab_size=20,"
        " tgt_vocab_size=30, dim_feedforward=32, dropout=0.1)\n"
        "source, target = torch.zeros(5, 2, dtype=torch.int64), torch.zeros(6, 2, dtype=torch.int64)\n"
        "padding = torch.zeros(2, 5, dtype=torch.bool)\n"
        "out = net(source, target, torch.zeros(5, 5), torch.zeros(6, 6), padding,"
        " torch.zeros(2, 6, dtype=torch.bool), padding)\n"
    ),
    "gat/main.py": (
        "net = GAT(in_features=30, n_hidden=16, n_heads=4, num_classes=5, concat=True, dropout=0.6,"
        " leaky_relu_slope=0.2)\n"
        "out = net(torch.zeros(12, 30), torch.ones(12, 12))\n"
    ),
    "gcn/main.py": (
        "net = GCN(input_dim=30, hidden_dim=16, output_dim=5)\nout = net(torch.zeros(12, 30), torch.ones(12, 12))\n"
    ),
}
"""Models of PyTorch's examples, and the calls that they are tried with."""
FIXTURE_CALLS = {
    "models/residual.py": "net = ResNet()\nout = net(torch.zeros(8, 3, 32, 32))\n",
    "models/unet.py": "net = UNet()\nout = net(torch.randn(1, 3, 64, 64))\n",
    "worked/filters.py": (
        "ThreeByThree()(torch.zeros(1, 1, 5, 5))\nThreeByThreePadded()(torch.zeros(1, 1, 5, 5))\n"
        "TwentyFilters()(torch.zeros(1, 3, 32, 32))\n"
    ),
    "worked/pooling.py": (
        "Halving()(torch.zeros(1, 16, 32, 32))\nOverlapping()(torch.zeros(1, 16, 33, 33))\n"
        "Padded()(torch.zeros(1, 16, 33, 33))\n"
    ),
}
"""Models of the fixtures, and the calls that they are tried with."""
