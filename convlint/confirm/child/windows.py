"""Answers claims about sliding windows by fact: which cells get a gradient, and how large the outputs are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from .operations import Plain, Refusal, Repeat, Unable, first_run, flattened
from .verdicts import Refuted, Verdict, confirmed, for_sizes, not_checked, sizes_told

Request = Mapping[str, Any]


def unread(request: Request, device: torch.device) -> Verdict:
    """Exactly the cells that no window reads get a gradient of zero, and they are as many as was claimed."""
    if device.type == "meta":
        return not_checked("the gradients take too much memory")
    told = ""
    unshown = {number for number, axis in enumerate(request["cases"][0]["axes"]) if axis["skipped"] is not None}
    for case in request["cases"]:
        shown: list[str] = []
        expectations = [read_cells(axis) for axis in case["axes"]]
        rows = _rows_read(case, device)
        blind = next((number for number, cells in enumerate(expectations) if not any(cells)), None)
        if blind is not None:
            shown.append(_nothing_read(rows, blind, case))
            unshown = set()
        for number, read in enumerate(rows) if blind is None else ():
            axis, expected = case["axes"][number], expectations[number]
            if read != expected:
                cell = next(index for index, is_read in enumerate(read) if is_read != expected[index])
                what = "a" if read[cell] else "no"
                raise Refuted(f"cell {cell} of axis {number} gets {what} gradient{for_sizes(case)}")
            shown += _check_reading(axis, read, number, case)
            unshown -= set() if all(read) else {number}
        told = told or "; ".join(shown)
    if unshown:
        raise Refuted(f"every cell of axis {min(unshown)} gets a gradient")
    return confirmed(told + sizes_told(request["cases"]))


def _nothing_read(rows: list[list[bool]], blind: int, case: Plain) -> str:
    """Where all windows lie on zeros alone along one axis, no cell has a part in any output."""
    for number, read in enumerate(rows):
        if any(read):
            raise Refuted(f"cell {read.index(True)} of axis {number} gets a gradient{for_sizes(case)}")
    return f"no cell gets a gradient: along axis {blind} the windows lie on padding alone"


def _check_reading(axis: Plain, read: list[bool], number: int, case: Plain) -> list[str]:
    """Compare what is not read with the counts that were claimed."""
    told = []
    if axis["unread_at_end"] is not None:
        last = (axis["size_out"] - 1) * axis["stride"] - axis["pad_before"] + axis["dilation"] * (axis["kernel"] - 1)
        behind = read[last + 1 :]
        if len(behind) != axis["unread_at_end"] or any(behind):
            raise Refuted(f"{behind.count(False)} cells at the end of axis {number} get no gradient{for_sizes(case)}")
        told.append(
            f"the gradient is zero in the last {len(behind)} of {len(read)} cells of axis {number}"
            if behind
            else f"the windows reach the end of axis {number}"
        )
    if axis["skipped"] is not None:
        told += _check_skipped(axis, read, number, case)
    return told


def _check_skipped(axis: Plain, read: list[bool], number: int, case: Plain) -> list[str]:
    """Count what is not read from the beginning of each window to that of the next, where both lie on real cells."""
    step, start = axis["stride"], -axis["pad_before"]
    periods = [(start + n * step, start + (n + 1) * step) for n in range(axis["size_out"] - 1)]
    inside = [read[first:last] for first, last in periods if first >= 0 and last <= len(read)]
    counts = {period.count(False) for period in inside}
    if counts - {axis["skipped"]}:
        raise Refuted(f"of {step} cells of axis {number} {sorted(counts)} get no gradient{for_sizes(case)}")
    return [f"the gradient is zero in {axis['skipped']} of every {step} cells of axis {number}"]


def read_cells(axis: Plain) -> list[bool]:
    """Return for each cell of an axis whether a window's tap lies on it, or on padding that repeats it."""
    size, read = axis["size_in"], [False] * axis["size_in"]
    for window in range(axis["size_out"]):
        for tap in range(axis["kernel"]):
            cell = _source(window * axis["stride"] + tap * axis["dilation"] - axis["pad_before"], size, axis)
            if cell is not None:
                read[cell] = True
    return read


def _source(cell: int, size: int, axis: Plain) -> int | None:
    """Return the real cell that a cell of the padded axis shows, None for a zero."""
    if 0 <= cell < size:
        return cell
    mode = axis["padding_mode"]
    if mode == "circular":
        return cell % size
    if mode == "replicate":
        return 0 if cell < 0 else size - 1
    if mode == "reflect":
        return -cell if cell < 0 else 2 * (size - 1) - cell
    return None


def _rows_read(case: Plain, device: torch.device, only: tuple[int, int] | None = None) -> list[list[bool]]:
    """Return for each axis which of its cells get a gradient from all outputs.

    With `only`, the number of an axis and that of a window along it, return that axis alone, as that window reads it.
    """
    repeat = Repeat(case["call"], case["tensors"], device)
    axes, given = case["axes"], repeat.tensors[repeat.input]
    _check_sizes(given, axes)
    with torch.no_grad():
        for weight in repeat.module.parameters() if repeat.module is not None else ():
            weight.fill_(1.0)
    for number, tensor in repeat.tensors.items():
        if tensor.is_floating_point():
            repeat.tensors[number] = torch.ones_like(tensor)
    if case["window"] != "max_pool" and only is None:
        gradient = _gradient(repeat, torch.ones_like(given))
        return [_rows(gradient, index - len(axes)) for index in range(len(axes))]
    rows = []
    for index, axis in enumerate(axes):
        dim = index - len(axes)
        if only is not None and index != only[0]:
            continue
        chosen = None if only is None else (dim, only[1])
        found = [_rows(_gradient(repeat, probe, chosen), dim) for probe in _probes(given, dim, axis, case["window"])]
        rows.append([any(seen) for seen in zip(*found)])  # noqa: B905 - Python 3.9 has no `strict`
    return rows


def _gradient(repeat: Repeat, probe: torch.Tensor, chosen: tuple[int, int] | None = None) -> torch.Tensor:
    """Return the gradient of the sum of all outputs, or of those at one place of one dimension."""
    probe.requires_grad_()
    output = next(flattened(repeat.run(**{repeat.input: probe})))
    if not output.numel():
        raise Unable("the call puts out no cells")
    output = output if chosen is None else output.select(*chosen)
    (gradient,) = torch.autograd.grad(output.sum(), probe)
    return gradient


def _rows(gradient: torch.Tensor, dim: int) -> list[bool]:
    """Return for each place of a dimension whether any gradient there is not zero."""
    nonzero = (gradient != 0).movedim(dim, 0).flatten(1).any(1)
    return [bool(value) for value in nonzero.tolist()]


def _probes(given: torch.Tensor, dim: int, axis: Plain, kind: str) -> list[torch.Tensor]:
    """Return inputs whose gradients together show what is read: a maximum shows only the largest cell of a window."""
    if kind != "max_pool":
        return [torch.ones_like(given)]
    extent = axis["dilation"] * (axis["kernel"] - 1) + 1
    probes = []
    for start in range(min(extent, given.shape[dim])):
        probe = torch.zeros_like(given)
        probe.transpose(0, dim)[start::extent] = 1.0
        probes.append(probe)
    return probes


def _check_sizes(given: torch.Tensor, axes: list[Plain]) -> None:
    sizes = [axis["size_in"] for axis in axes]
    if list(given.shape[given.ndim - len(axes) :]) != sizes:
        raise Refuted(f"the windows slide over {tuple(given.shape)}, not over {tuple(sizes)}")


def resized(request: Request, device: torch.device) -> Verdict:
    """The output has the sizes claimed, and keeps those of the input with the padding that is advised."""
    detail = ""
    for case in request["cases"]:
        axes = case["axes"]
        with torch.no_grad():
            found = _sizes_out(case["call"], case, device)
        for size, axis in zip(found, axes):  # noqa: B905 - Python 3.9 has no `strict`
            wrong = axis["shrinks_by"] is not None and axis["size_in"] - size != axis["shrinks_by"]
            if wrong or size != axis["size_out"]:
                raise Refuted(f"torch puts out {tuple(found)}{for_sizes(case)}")
        detail = detail or f"torch puts out {'×'.join(map(str, found))}"
        if "keeping" in case:
            kept = _kept_sizes(case, device)
            if any(axis["shrinks_by"] is not None and kept[i] != axis["size_in"] for i, axis in enumerate(axes)):
                raise Refuted(f"with the padding that is advised torch puts out {tuple(kept)}{for_sizes(case)}")
    return confirmed(detail + sizes_told(request["cases"]))


def _kept_sizes(case: Plain, device: torch.device) -> list[int]:
    try:
        with torch.no_grad():
            return _sizes_out(case["keeping"], case, device)
    except Refusal as refusal:
        raise Refuted(f"torch refuses the padding that is advised: {refusal.text}") from None


def _sizes_out(call: Plain, case: Plain, device: torch.device) -> list[int]:
    repeat, result = first_run(call, case["tensors"], device)
    _check_sizes(repeat.tensors[repeat.input], case["axes"])
    output = next(flattened(result))
    return list(output.shape[output.ndim - len(case["axes"]) :])


def border(request: Request, device: torch.device) -> Verdict:
    """The first window along a padded axis reads fewer cells than the kernel has; an average there counts zeros."""
    if device.type == "meta":
        return not_checked("the gradients take too much memory")
    told = ""
    for case in request["cases"]:
        for number in range(len(case["axes"])):
            (read,) = _rows_read(case, device, (number, 0))
            axis = case["axes"][number]
            if axis["pad_before"] > 0:
                if sum(read) >= axis["kernel"]:
                    raise Refuted(f"the first window of axis {number} reads {sum(read)} cells{for_sizes(case)}")
                told = told or f"the first window of axis {number} reads {sum(read)} of {axis['kernel']} cells"
        if case["counts_zeros"]:
            _check_average(case, device)
    return confirmed(told + sizes_told(request["cases"]))


def _check_average(case: Plain, device: torch.device) -> None:
    """An average of ones is smaller at the border than inside of the map."""
    axes = case["axes"]
    repeat, plain = (Repeat(case[key], case["tensors"], device) for key in ("call", "without"))
    ones = torch.ones_like(repeat.tensors[repeat.input])
    room = [max(axis["size_in"], axis["kernel"]) for axis in axes]
    inside = torch.ones([*ones.shape[: ones.ndim - len(axes)], *room], dtype=ones.dtype, device=device)
    with torch.no_grad():
        at_border = repeat.run(**{repeat.input: ones}).flatten()[0].item()
        full = plain.run(**{plain.input: inside}).flatten()[0].item()
    if not at_border < full * (1 - 1e-6):
        raise Refuted(f"the average of ones is {at_border:.3g} at the border, too{for_sizes(case)}")


def too_large(request: Request, device: torch.device) -> Verdict:
    """torch takes the call with its padding, and refuses it without."""
    text = ""
    for case in request["cases"]:
        with torch.no_grad():
            first_run(case["call"], case["tensors"], device)
            try:
                first_run(case["without"], case["tensors"], device)
            except Refusal as refusal:
                text = text or f"without padding torch raises {refusal.text}"
                continue
        if device.type == "meta":
            return not_checked("the gradients take too much memory")
        text = text or _always_short(case, device)
    return confirmed(text + sizes_told(request["cases"]))


def _always_short(case: Plain, device: torch.device) -> str:
    """Show that along some axis no window reads as many cells as the kernel has; with `ceil_mode` torch takes that."""
    for number, axis in enumerate(case["axes"]):
        reads = [sum(*_rows_read(case, device, (number, window))) for window in range(axis["size_out"])]
        if max(reads) < axis["kernel"]:
            return f"no window reads more than {max(reads)} of {axis['kernel']} cells along axis {number}"
    raise Refuted(f"a window reads as many cells as the kernel has{for_sizes(case)}")
