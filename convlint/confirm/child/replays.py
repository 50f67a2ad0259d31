"""Answers claims about whole runs: repeats the calls of a model one after the other, each on what those before made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from .operations import Plain, Refusal, Repeat, Tensors, Unable, first_taken, flattened, tensors_of, unsaid_dtypes
from .verdicts import Refuted, Verdict, confirmed, for_sizes, not_checked, sizes_told

Request = Mapping[str, Any]


def changes_batch(request: Request, device: torch.device) -> Verdict:
    """The run puts out another number of samples than it takes, and they change where it was said."""
    detail = ""
    for case in request["cases"]:
        tensors = _first_that_runs(case, device)
        batch = tensors[case["input"]].shape[0]
        outputs = [tensors[number].shape[0] for number in case["outputs"]]
        moved = tensors[case["moving"]].shape[0]
        if batch in outputs or moved == batch:
            raise Refuted(f"torch takes {batch} samples and puts out {outputs}{for_sizes(case)}")
        detail = detail or f"torch takes {batch} samples and puts out {outputs[0]}"
    return confirmed(detail + sizes_told(request["cases"]))


def nothing_fits(request: Request, device: torch.device) -> Verdict:
    """Every one of the sizes tried is refused somewhere in the run."""
    texts: list[str] = []
    for case in request["cases"]:
        try:
            _first_that_runs(case, device)
        except Refusal as refusal:
            if refusal.about_dtypes:
                return not_checked("torch refuses the kind of numbers before it looks at the sizes")
            texts.append(refusal.text)
            continue
        raise Refuted(f"torch takes an input{for_sizes(case)}")
    return confirmed(texts[0] + sizes_told(request["cases"]))


def no_square(request: Request, device: torch.device) -> Verdict:
    """Every square that is tried is refused, and other inputs are taken."""
    verdict = nothing_fits(request, device)
    told = fitting_told({"inside": request["inside"], "outside": ()}, device)
    return {**verdict, "detail": verdict["detail"] + told}


def fitting_told(request: Request, device: torch.device) -> str:
    """Check that torch takes the sizes that were said to fit, and none next to them; return what was tried."""
    inside, outside = request.get("inside"), request.get("outside")
    if inside is None or outside is None:
        return ""
    if not inside:
        return "; the sizes that fit were not tried"
    for case in inside:
        try:
            _first_that_runs(case, device)
        except Refusal as refusal:
            raise Refuted(f"torch refuses {case['sizes']}, which was said to fit: {refusal.text}") from None
    for case in outside:
        try:
            _first_that_runs(case, device)
        except Refusal:
            continue
        raise Refuted(f"torch takes {case['sizes']}, which was said not to fit")
    taken, refused = (", ".join(case["sizes"] for case in cases) for cases in (inside, outside))
    return f"; torch takes {taken}" + (f" and refuses {refused}" if refused else "")


def advice_told(request: Request, device: torch.device) -> str:
    """Check that torch does not refuse the run that is advised; return what was tried."""
    told = ""
    for case in request.get("advised", ()):
        try:
            _first_that_runs(case, device)
        except Refusal as refusal:
            raise Refuted(f"what the help advises torch refuses, too: {refusal.text}") from None
        told = "; torch takes what the help advises"
    return told


def _first_that_runs(case: Plain, device: torch.device) -> Tensors:
    """Repeat a run with the first dtype, of those that nobody said, that torch takes. Raises the first Refusal."""
    with torch.no_grad():
        return first_taken(unsaid_dtypes(case["tensors"]), lambda unsaid: _replay(case, device, unsaid))


def _replay(case: Plain, device: torch.device, unsaid: torch.dtype) -> Tensors:
    """Return all tensors of a run by number. Raises Refusal if torch raises, Refuted if a shape is not as claimed."""
    tensors = tensors_of(case["tensors"], device, unsaid)
    for step in case["steps"]:
        repeat = Repeat(step["call"], {}, device)
        repeat.tensors = tensors
        made = list(flattened(repeat.run()))
        if len(made) != len(step["outputs"]):
            raise Unable("a call puts out another number of tensors than was foreseen")
        for tensor, shape in zip(made, step.get("shapes", ())):  # noqa: B905 - a run may tell no shapes
            if list(tensor.shape) != shape:
                name = step["call"].get("name") or step["call"]["module"]["class"]
                raise Refuted(f"`{name}` puts out {tuple(tensor.shape)}, not {tuple(shape)}{for_sizes(case)}")
        tensors.update(zip(step["outputs"], made))  # noqa: B905 - Python 3.9 has no `strict`
    return tensors
