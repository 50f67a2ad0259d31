"""What training torchvision's models takes in memory: convlint's account against torch's, on the CPU.

    python benchmarks/memory.py record --source .zoo --out truth.json      needs torch
    python benchmarks/memory.py compare --source .zoo --truth truth.json [--write docs/memory.md]

Recorded are the bytes of the parameters, of Adam's state after one step, and of every storage that autograd saves in
one forward in training mode (`torch.autograd.graph.saved_tensors_hooks`), parameters and buffers left out.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

MODELS = {
    "alexnet": 224, "vgg11": 224, "vgg16_bn": 224, "resnet18": 224, "resnet50": 224, "resnet152": 224,
    "resnext50_32x4d": 224, "wide_resnet50_2": 224, "densenet121": 224, "googlenet": 224, "inception_v3": 299,
    "mobilenet_v2": 224, "mobilenet_v3_small": 224, "mobilenet_v3_large": 224, "mnasnet0_5": 224, "mnasnet1_0": 224,
    "shufflenet_v2_x0_5": 224, "shufflenet_v2_x1_0": 224, "squeezenet1_0": 224, "squeezenet1_1": 224,
    "efficientnet_b0": 224, "efficientnet_v2_s": 224, "regnet_y_400mf": 224, "regnet_x_400mf": 224,
    "convnext_tiny": 224, "vit_b_16": 224, "swin_t": 224, "swin_v2_t": 256, "maxvit_t": 224,
    "segmentation.fcn_resnet50": 128, "segmentation.deeplabv3_mobilenet_v3_large": 128,
    "segmentation.lraspp_mobilenet_v3_large": 128, "video.r3d_18": 56, "video.mc3_18": 56,
}  # fmt: skip
"""The models, and the side of the images they are run on."""
BATCH = 2
PARTS = ("parameters", "optimizer", "activations")


def shape_of(model: str, size: int) -> tuple[int, ...]:
    return (BATCH, 3, 8, size, size) if model.startswith("video.") else (BATCH, 3, size, size)


def record(model: str, size: int) -> dict[str, int]:
    """Return what torch holds, in bytes."""
    import torch

    make = __import__("torchvision.models", fromlist=["x"])
    for part in model.split("."):
        make = getattr(make, part)
    net = make(weights=None, weights_backbone=None) if model.startswith("segm") else make(weights=None)
    net.train()
    own = {one.untyped_storage().data_ptr() for one in [*net.parameters(), *net.buffers()]}
    alive, storages = [], {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            alive.append(tensor)
            storages[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        out = net(torch.randn(shape_of(model, size)))
    assert out is not None
    saved = sum(storages.values())
    del out
    alive.clear()
    optimizer = torch.optim.Adam(net.parameters())
    for one in net.parameters():
        one.grad = torch.zeros_like(one)
    optimizer.step()
    state = sum(value.untyped_storage().nbytes() for kept in optimizer.state.values() for value in kept.values())
    return {
        "parameters": sum(one.untyped_storage().nbytes() for one in net.parameters()),
        "optimizer": state,
        "activations": saved,
    }


def account(model: str, size: int, source: Path) -> tuple[dict[str, int | None], list[str]]:
    """Return what convlint says, in bytes, and why it does not say all."""
    from convlint.analysis.target import run_target
    from convlint.memory.account import memory_of

    place, _, name = f"torchvision.models.{model}".rpartition(".")
    kwargs = {"weights_backbone": None} if model.startswith("segm") else {}
    run = run_target(
        f"{place}:{name}", (shape_of(model, size),), kwargs=kwargs, training=True, search_path=[str(source)]
    )
    memory = memory_of(run.trace)
    said = {part: getattr(memory, part) for part in PARTS}
    numbers = {part: value if isinstance(value, int) else None for part, value in said.items()}
    return numbers, list(dict.fromkeys(gap.reason for gap in memory.unknown))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("record", "compare"))
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--out", "--truth", dest="truth", type=Path, required=True)
    parser.add_argument("--only", default="", help="only models whose name contains this")
    parser.add_argument("--write", type=Path, help="write the table into this Markdown page")
    options = parser.parse_args()
    truth = json.loads(options.truth.read_text()) if options.truth.exists() else {}
    models = {name: size for name, size in MODELS.items() if options.only in name}
    if options.action == "compare":
        models = {name: size for name, size in models.items() if name in truth}
    if options.action == "record":
        from benchmarks.scoreboard.importing import prepare

        prepare(options.source.resolve())
        for name, size in models.items():
            if name not in truth:
                truth[name] = record(name, size)
                options.truth.write_text(json.dumps(truth, indent=1) + "\n")
                print(name, truth[name], flush=True)
        return 0
    rows, worst = [], 0.0
    for name, size in models.items():
        said, reasons = account(name, size, options.source.resolve())
        row = [name]
        for part in PARTS:
            value, real = said[part], truth[name][part]
            row += [f"{real / 2**20:.1f}", "–" if value is None else f"{(value - real) / real:+.2%}"]
            worst = max(worst, 1.0 if value is None else abs(value - real) / real)
        rows.append(row)
        print(*row, *reasons, flush=True)
    if options.write is not None:
        _write(options.write, rows)
    print(f"{len(rows)} models, the largest difference is {worst:.2%}")
    return int(worst > 0.02)


def _write(page: Path, rows: list[list[str]]) -> None:
    head, _, _ = page.read_text(encoding="utf-8").partition("| model |")
    lines = [
        "| model | parameters, MiB | difference | Adam, MiB | difference | saved for backward, MiB | difference |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    page.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
