"""Random models whose warnings torch is asked about: `python -m benchmarks.random_models COUNT [SEED] [--jobs N]`.

Each is a stack of windows with arguments drawn at random, a layer that is perhaps never used, and perhaps one of the
mistakes that torch runs in silence. Printed is for each code what torch said: confirmed, refuted, or not asked. A model
that torch refuses elsewhere than convlint says, or that convlint takes and torch does not, counts as refuted, too.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
from collections import Counter
from collections.abc import Callable

Statuses = dict[tuple[str, str], int]
Tail = Callable[[random.Random, int], tuple[str, str, str]]
"""From a number of channels: what is built, what is done with `x` (a row for each sample), and what is done after."""

HEAD = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n\n"


def model(rng: random.Random) -> str:
    """Return a program with one model, and its call."""
    channels, batch = rng.choice((1, 2, 3)), rng.choice((2, 3, 5))
    height, width = rng.randint(7, 33), rng.randint(7, 33)
    built, done, now = [], [], channels
    for index in range(rng.randint(1, 5)):
        made, now = _window(rng, now)
        built.append(f"self.step{index} = {made}")
        done.append(f"x = self.step{index}(x)")
        if rng.random() < 0.4:
            built.append(f"self.norm{index} = nn.BatchNorm2d({now})")
            done.append(f"x = F.relu(self.norm{index}(x))")
    if rng.random() < 0.3:
        built.append(f"self.spare = {rng.choice((f'nn.Linear({now}, 4)', f'nn.Conv2d({now}, 2, 1)'))}")
    after = ""
    if rng.random() < 0.6:
        made, ran, after = rng.choice(TAILS)(rng, now)
        built += made.splitlines()
        done += ["x = x.mean((2, 3))", *ran.splitlines()]
    lines = [
        "class Net(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        *(f"        {line}" for line in built),
        "",
        "    def forward(self, x):",
        *(f"        {line}" for line in done),
        "        return x",
        "",
        "",
        "net = Net()",
        f"out = net(torch.randn({batch}, {channels}, {height}, {width}))",
        *after.replace("BATCH", str(batch)).splitlines(),
    ]
    return HEAD + "\n".join(lines) + "\n"


def _window(rng: random.Random, channels: int) -> tuple[str, int]:
    kernel, stride = rng.choice((1, 2, 3, 3, 4, 5, 7)), rng.choice((1, 1, 2, 2, 3, 5))
    padding, dilation = rng.choice((0, 0, 1, 2, 3)), rng.choice((1, 1, 1, 2))
    kind = rng.randrange(5)
    if kind == 0:
        ceil = rng.random() < 0.3
        return f"nn.MaxPool2d({kernel}, {stride}, {min(padding, kernel // 2)}, ceil_mode={ceil})", channels
    if kind == 1:
        return f"nn.AvgPool2d({kernel}, {stride}, {min(padding, kernel // 2)})", channels
    out = rng.choice((2, 4, 8))
    sides = f"({kernel}, {rng.choice((1, 3))})" if rng.random() < 0.2 else kernel
    return f"nn.Conv2d({channels}, {out}, {sides}, {stride}, {padding}, {dilation})", out


def broadcast(rng: random.Random, width: int) -> tuple[str, str, str]:
    loss = rng.choice(("mse_loss", "l1_loss", "smooth_l1_loss"))
    return f"self.fc = nn.Linear({width}, 1)", "x = self.fc(x)", f"F.{loss}(out, torch.randn(BATCH))"


def softmax(rng: random.Random, width: int) -> tuple[str, str, str]:
    classes, dim = rng.choice((3, 10)), rng.choice((0, 0, 1))
    loss = "F.nll_loss(out, torch.zeros(BATCH, dtype=torch.long))"
    return f"self.fc = nn.Linear({width}, {classes})", f"x = F.log_softmax(self.fc(x), dim={dim})", loss


def sequence(rng: random.Random, width: int) -> tuple[str, str, str]:
    kind, first = rng.choice(("LSTM", "GRU", "RNN")), rng.choice((True, False))
    made = f"self.rnn = nn.{kind}({width}, 6, batch_first={first})\nself.fc = nn.Linear(6 * 4, 2)"
    done = f"x = x.unsqueeze(1).expand(-1, 4, {width})\nx, _ = self.rnn(x)\nx = self.fc(x.reshape(x.size(0), -1))"
    return made, done, ""


def without_effect(rng: random.Random, width: int) -> tuple[str, str, str]:
    name, value = rng.choice((("out_features", 3), ("in_features", 2)))
    return f"self.fc = nn.Linear({width}, 5)\nself.fc.{name} = {value}", "x = self.fc(x)", ""


def mismatched(rng: random.Random, width: int) -> tuple[str, str, str]:
    activation, loss = rng.choice(
        (
            ("torch.softmax(x, 1)", "F.cross_entropy(out, torch.zeros(BATCH, dtype=torch.long))"),
            ("torch.sigmoid(x)", "F.binary_cross_entropy_with_logits(out, torch.ones(BATCH, 4))"),
            ("torch.relu(x)", "F.cross_entropy(out, torch.zeros(BATCH, dtype=torch.long))"),
            ("torch.sigmoid(x)", "F.binary_cross_entropy(out, torch.ones(BATCH, 4))"),
        )
    )
    return f"self.fc = nn.Linear({width}, 4)", f"x = {activation.replace('(x', '(self.fc(x)', 1)}", loss


def left_on(rng: random.Random, width: int) -> tuple[str, str, str]:
    share = rng.choice((0.2, 0.5))
    given = rng.choice(("", ", training=self.training", ", self.training"))
    return f"self.fc = nn.Linear({width}, 4)", f"x = self.fc(F.dropout(x, {share}{given}))", ""


def not_moved(rng: random.Random, width: int) -> tuple[str, str, str]:
    heads = rng.choice((2, 4))
    made = f"self.fc = nn.Linear({width}, {heads * 3})"
    done = (
        f"b, t = x.size(0), 5\nv = self.fc(x.unsqueeze(1).expand(b, t, {width}))\n"
        f"v = v.reshape(b, t, {heads}, 3).permute(0, 2, 1, 3)\n"
        + rng.choice((f"x = v.reshape(b, t, {heads * 3})", f"x = v.permute(0, 2, 1, 3).reshape(b, t, {heads * 3})"))
    )
    return made, done, ""


TAILS: list[Tail] = [broadcast, softmax, sequence, without_effect, mismatched, left_on, not_moved]


def work(seed: int) -> tuple[int, str, Statuses, list[str]]:
    """Return the model of a seed, how often which code had which status, and what torch refutes."""
    from tests.confirm.asking import checked, statuses
    from tests.soundness.outcome import compare

    source = model(random.Random(seed))
    report = checked(source)
    told = Counter(statuses(report))
    wrong = [f"{it.code}: {it.message}: {it.confirmation}" for it in report.findings if it.is_refuted]
    unused = [it.message for it in report.findings if it.code == "CVL401"]
    if unused and (called := _called(source)) is not None:
        told["CVL401", "not-checked"] -= len(unused)
        for message in unused:
            name = message.split("`")[1]
            told["CVL401", "refuted" if name in called else "confirmed"] += 1
            wrong += [f"CVL401: {message}"] if name in called else []
    kind, detail, _ = compare(source, "random_model")
    if kind not in ("passed", "found"):
        wrong.append(f"{kind}: {detail}")
    return seed, source, dict(told), wrong


def _called(source: str) -> set[str] | None:
    """Return the names of the modules that torch calls, None if it refuses the program."""
    import torch

    called: list[object] = []
    with torch.nn.modules.module.register_module_forward_hook(lambda module, *rest: called.append(module)):
        names: dict[str, object] = {}
        try:
            exec(compile(source, "random_model.py", "exec"), names)
        except Exception:
            return None
    net = names["net"]
    assert isinstance(net, torch.nn.Module)
    return {name for name, part in net.named_modules() if any(part is it for it in called)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("seed", type=int, nargs="?", default=0)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    seeds = [rng.randrange(2**31) for _ in range(options.count)]
    told: Counter[tuple[str, str]] = Counter()
    refuted = 0
    with multiprocessing.Pool(options.jobs) as pool:
        for seed, source, statuses, wrong in pool.imap_unordered(work, seeds):
            told.update(statuses)
            refuted += len(wrong)
            if wrong:
                print(f"--- seed {seed}", *wrong, source, sep="\n", flush=True)
    kinds = sorted({status for _, status in told})
    print(f"| code | {' | '.join(kinds)} |", f"| --- |{' ---: |' * len(kinds)}", sep="\n")
    for code in sorted({code for code, _ in told}):
        print(f"| {code} | " + " | ".join(f"{told[code, kind]:,}" for kind in kinds) + " |")
    print(f"{options.count} models, {refuted} refuted")
    return int(bool(refuted))


if __name__ == "__main__":
    sys.exit(main())
