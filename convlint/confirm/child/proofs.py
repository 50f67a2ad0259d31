"""Answers claims: torch raises, puts out a shape, holds parameters, computes so much, compiles no such file."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch

from . import replays, silent, windows
from .operations import Plain, Refusal, Repeat, Unable, build, device_for, first_run, flattened, unsaid_dtypes
from .verdicts import Refuted, Verdict, confirmed, for_sizes, not_checked, on_meta, refuted, sizes_told

Request = Mapping[str, Any]
Proof = Callable[[Request, torch.device], Verdict]

MOST_MACS = 20_000_000_000
"""How many multiply-accumulates are really computed; more are counted on the meta device."""


def answer(request: Request) -> Verdict:
    """Return what torch says to one claim: {"status": "confirmed", "refuted" or "not-checked", "detail": one line}."""
    proof = PROOFS[request["proof"]]
    device = device_for(request, _tables(request))
    try:
        verdict = proof(request, device)
    except Unable as unable:
        return not_checked(str(unable))
    except Refuted as found:
        verdict = refuted(str(found))
    except Refusal as refusal:
        if refusal.about_dtypes:
            return not_checked(f"torch refuses the kind of numbers before it looks at the sizes: {refusal.text}")
        verdict = refuted(f"torch raises {refusal.text}")
    return on_meta(verdict) if device.type == "meta" else verdict


def _tables(request: Request) -> Iterator[Mapping[str, Plain]]:
    for case in request.get("cases", ()):
        yield case["tensors"]
        for call in case.get("calls", ()):
            yield call["tensors"]
    for case in (*request.get("inside", ()), *request.get("outside", ()), *request.get("advised", ())):
        yield case["tensors"]


# --- torch raises ----------------------------------------------------------------------------------------


def _raises(request: Request, device: torch.device) -> Verdict:
    text, cases = "", request["cases"]
    for case in cases:
        found = _refused_construction(case, device) if "build" in case else _refused_call(case, device)
        if found is None:
            return not_checked("torch refuses the kind of numbers before it looks at the sizes")
        text = text or found
        if "mended" in case:
            _check_mended(case, device)
    told = replays.fitting_told(request, device) + replays.advice_told(request, device)
    return confirmed(text + sizes_told(cases) + told)


def _refused_construction(case: Plain, device: torch.device) -> str:
    try:
        build(case["build"], device)
    except Refusal as refusal:
        return refusal.text
    raise Refuted(f"torch builds the layer{for_sizes(case)}")


def _refused_call(case: Plain, device: torch.device) -> str | None:
    """Return torch's error, None if it is only about dtypes that nobody said."""
    found: str | None = None
    for unsaid in (None, *unsaid_dtypes(case["tensors"])[1:]):
        try:
            repeat = Repeat(case["call"], case["tensors"], device, unsaid)
        except Refusal as refusal:
            raise Refuted(f"torch refuses already to build the layer: {refusal.text}") from None
        try:
            with torch.no_grad():
                result = repeat.run()
        except Refusal as refusal:
            # Where every dtype is known, an error about them is what the program gets.
            guessed = refusal.about_dtypes and not all(entry["dtype"] for entry in case["tensors"].values())
            found = found if guessed else found or refusal.text
            continue
        shapes = ", ".join("×".join(map(str, tensor.shape)) or "a scalar" for tensor in flattened(result))
        raise Refuted(f"torch takes it and puts out {shapes or type(result).__name__}{for_sizes(case)}")
    return found


def _check_mended(case: Plain, device: torch.device) -> None:
    """What is advised must do; on a size that was left open it need not do on each."""
    try:
        with torch.no_grad():
            first_run(case["mended"], case["tensors"], device)
    except Refusal as refusal:
        if not refusal.about_dtypes and not case["sizes"]:
            raise Refuted(f"what the help advises torch refuses, too: {refusal.text}") from None


# --- outputs, parameters, work ---------------------------------------------------------------------------


def _puts_out(request: Request, device: torch.device) -> Verdict:
    detail = ""
    for case in request["cases"]:
        with torch.no_grad():
            outputs = list(flattened(first_run(case["call"], case["tensors"], device)[1]))
        if case["number"] >= len(outputs):
            raise Refuted(f"torch puts out {len(outputs)} tensors{for_sizes(case)}")
        output = outputs[case["number"]]
        if list(output.shape) != case["shape"]:
            raise Refuted(f"torch puts out {tuple(output.shape)}, not {tuple(case['shape'])}{for_sizes(case)}")
        if output.numel() <= case["limit"]:
            raise Refuted(f"torch puts out no more than {output.numel():,} elements{for_sizes(case)}")
        size = output.numel() * output.element_size()
        detail = detail or f"torch puts out {output.numel():,} elements, {size:,} bytes"
    return confirmed(detail + sizes_told(request["cases"]))


def _parameters(request: Request, device: torch.device) -> Verdict:
    held = _count(request["holds"], device)
    detail = f"torch counts {held:,} parameters"
    if "of" in request:
        total = _count(request["of"], device)
        if 2 * held <= total:
            raise Refuted(f"torch counts {held:,} of {total:,} parameters, which is not most of them")
        detail += f" of {total:,}"
    return confirmed(detail)


def _count(holdings: Plain, device: torch.device) -> int:
    """Count what the layers hold and compare it, layer by layer and as a whole, with what was claimed."""
    total, known = 0, {}
    for entry in holdings["layers"]:
        key = repr(entry)
        if key not in known:
            known[key] = _count_layer(entry, device)
        total += known[key]
    total += sum(torch.empty(shape, device="meta").numel() for shape in holdings["own"])
    if total != holdings["claimed"]:
        raise Refuted(f"torch counts {total:,} parameters, not {holdings['claimed']:,}")
    return total


def _count_layer(entry: Plain, device: torch.device) -> int:
    heavy = device_for({"device": device}, iter([{"weights": {"shape": [entry["elements"]]}}]))
    own = dict(build(entry["layer"], heavy).named_parameters(recurse=False))
    if not own.keys() >= set(entry["names"]):
        raise Unable("the layer was given other parameters after it was built")
    return sum(own[name].numel() for name in entry["names"])


def _computes(request: Request, device: torch.device) -> Verdict:
    try:
        from torch.utils.flop_counter import FlopCounterMode
    except ImportError:
        raise Unable("this torch has no FLOP counter") from None
    (case,) = request["cases"]
    total, known = 0, {}
    for call in case["calls"]:
        key = repr(call)
        if key not in known:
            where = torch.device("meta") if call["macs"] > MOST_MACS else device
            counter = FlopCounterMode(display=False)
            with _in_parts(), counter:
                first_run(call["call"], call["tensors"], where)
            known[key] = counter.get_total_flops()
            if known[key] != 2 * call["macs"]:
                name = call["call"].get("name") or call["call"]["module"]["class"]
                if not known[key]:
                    raise Unable(f"torch's FLOP counter counts nothing in `{name}`")
                raise Refuted(f"torch counts {known[key]:,} FLOPs in `{name}`, not 2·{call['macs']:,}")
        total += known[key]
    if total != 2 * case["macs"] or total <= 2 * case["limit"]:
        raise Refuted(f"torch counts {total:,} FLOPs, not 2·{case['macs']:,}{for_sizes(case)}")
    return confirmed(f"torch counts {total:,} FLOPs, which are 2·{case['macs']:,}{for_sizes(case)}")


@contextlib.contextmanager
def _in_parts() -> Iterator[None]:
    """Let torch compute with the matrix products that its counter knows, not with kernels that do all at once."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(torch.backends.mkldnn.flags(enabled=False))
        with contextlib.suppress(ImportError):
            from torch.nn.attention import SDPBackend, sdpa_kernel

            stack.enter_context(sdpa_kernel(SDPBackend.MATH))
        stack.enter_context(torch.enable_grad())  # without gradients attention takes a way of its own
        yield


def _same_with_any_bias(request: Request, device: torch.device) -> Verdict:
    if device.type == "meta":
        return not_checked("the values take too much memory")
    for case in request["cases"]:
        table = {number: {**entry, "dtype": "float64"} for number, entry in case["tensors"].items()}
        repeat = Repeat(case["call"], table, device)
        norm = build(case["norm"], device).double()
        bias = getattr(repeat.module, "bias", None)
        if not isinstance(bias, torch.Tensor):
            raise Refuted("torch gives the layer no bias")
        with torch.no_grad():
            before = repeat.run()
            normed = norm(before)
            bias.add_(torch.rand_like(bias) + 1)
            after = repeat.run()
            change = (norm(after) - normed).abs().max().item()
        if torch.allclose(before, after):
            raise Refuted("the bias does not even change what the layer puts out")
        if change > 1e-6:
            raise Refuted(f"another bias changes what the batch norm puts out, by up to {change:.2g}")
    return confirmed("another bias changes the batch norm's output by no more than 1e-6, in training mode")


# --- files -----------------------------------------------------------------------------------------------


def _unparsable(request: Request, device: torch.device) -> Verdict:
    try:
        compile(request["source"].encode("latin-1"), "<file>", "exec", dont_inherit=True)
    except SyntaxError as error:
        where = f" (line {error.lineno})" if error.lineno else ""
        return confirmed(f"Python raises {type(error).__name__}: {error.msg}{where}")
    except (ValueError, RecursionError, MemoryError) as error:
        return confirmed(f"Python raises {type(error).__name__}: {error}".rstrip(": "))
    return not_checked("this Python compiles the file; convlint's own parser cannot read it")


PROOFS: dict[str, Proof] = {
    "raises": _raises,
    "puts_out": _puts_out,
    "parameters": _parameters,
    "computes": _computes,
    "same_with_any_bias": _same_with_any_bias,
    "unparsable": _unparsable,
    "unread": windows.unread,
    "resized": windows.resized,
    "border": windows.border,
    "too_large": windows.too_large,
    "changes_batch": replays.changes_batch,
    "nothing_fits": replays.nothing_fits,
    "no_square": replays.no_square,
    **silent.PROOFS,
}
