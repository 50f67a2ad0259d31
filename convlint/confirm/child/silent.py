"""Answers claims of silent faults: what torch runs without a word, and what it then computes."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import torch
import torch.utils.data

from .operations import Plain, Refusal, Repeat, Unable, attempt, build, decode, first_run, flattened, shape_text
from .verdicts import Refuted, Verdict, confirmed, for_sizes, not_checked, sizes_told

Request = Mapping[str, Any]
_CERTAIN = 50.0
"""A score that leaves no doubt: its softmax and its sigmoid are 1 to all digits."""


def broadcasts(request: Request, device: torch.device) -> Verdict:
    """Show that a loss of two shapes broadcasts, and what torch itself says to it."""
    told = ""
    for case in request["cases"]:
        first, second = (tuple(shape) for shape in case["shapes"])
        count = (torch.empty(first, device="meta") + torch.empty(second, device="meta")).numel()
        if count <= max(torch.Size(first).numel(), torch.Size(second).numel()):
            raise Refuted(f"they broadcast to no more elements{for_sizes(case)}")
        with warnings.catch_warnings(record=True) as caught, torch.no_grad():
            warnings.simplefilter("always")
            first_run(case["call"], case["tensors"], device)
        said = next((str(warning.message) for warning in caught if "broadcast" in str(warning.message)), "")
        if not said:
            raise Refuted(f"torch says nothing of broadcasting{for_sizes(case)}")
        told = told or f"torch averages over {count:,} differences, and warns: {said.split('. ', 1)[0]}"
    return confirmed(told + sizes_told(request["cases"]))


def mixes(request: Request, device: torch.device) -> Verdict:
    """Show that along an axis what comes first changes what is put out last."""
    if device.type == "meta":
        return not_checked("the values take too much memory")
    for case in request["cases"]:
        repeat, _ = first_run(case["call"], case["tensors"], device)
        if repeat.module is not None:
            repeat.module.train(case["in_training"])
        given, axis = repeat.tensors[repeat.input], case["axis"]
        changed = given.clone()
        changed.narrow(axis, 0, 1).add_(torch.rand_like(changed.narrow(axis, 0, 1)) + 0.5)
        with torch.no_grad():
            before, after = (next(flattened(_run_on(repeat, tensor, case))) for tensor in (given, changed))
        last = given.shape[axis] - 1
        if last < 1:
            return not_checked("the axis has one element only")
        if torch.equal(before.select(axis, last), after.select(axis, last)):
            raise Refuted(f"what comes first along axis {axis} does not change what is put out last{for_sizes(case)}")
    return confirmed(f"another first element along the axis changes what is put out last{sizes_told(request['cases'])}")


def _run_on(repeat: Repeat, tensor: torch.Tensor, case: Plain) -> Any:
    """Run a call with another tensor in the place of its first; attention is given the same for all three."""
    return repeat.run(**{repeat.input: tensor})


def scrambles(request: Request, device: torch.device) -> Verdict:
    """Show that a view holds the elements in another order than the axes that are meant."""
    if device.type == "meta":
        return not_checked("the values take too much memory")
    told = ""
    for case in request["cases"]:
        repeat, _ = first_run(case["call"], case["tensors"], device)
        given = repeat.tensors[repeat.input]
        counted = torch.arange(given.numel(), device=device).reshape(given.shape)
        seen = next(flattened(_run_on(repeat, counted, case)))
        parted = counted.reshape(case["parts"]) if case["parts"] else counted
        meant = parted.permute(case["order"]).reshape(seen.shape)
        wrong = int((seen != meant).sum())
        if not wrong:
            raise Refuted(f"every element is where it is meant to be{for_sizes(case)}")
        told = (
            told or f"{wrong:,} of {seen.numel():,} elements of {shape_text(seen)} are not where they are meant to be"
        )
    return confirmed(told + sizes_told(request["cases"]))


def misjudges(request: Request, device: torch.device) -> Verdict:
    """Show what a loss makes of perfect scores: too much, too little, or that torch refuses them."""
    if device.type == "meta":
        return not_checked("the values take too much memory")
    told = ""
    for case in request["cases"]:
        loss = Repeat(case["call"], case["tensors"], device)
        activation = case["activation"]
        perfect = _perfect(loss.tensors[loss.input], _target(loss))
        if activation is None and perfect.shape != _target(loss).shape:
            perfect = perfect + _CERTAIN  # as good for scores, and no logarithms of probabilities
        given = perfect if activation is None else _activated(activation, perfect, device)
        try:
            with torch.no_grad():
                found, plain = (loss.run(**{loss.input: each}).mean().item() for each in (given, perfect))
        except Refusal as refusal:
            if activation is not None or refusal.about_dtypes:
                return not_checked(f"torch raises {refusal.text}")
            told = told or f"torch refuses perfect scores: {refusal.text}"
            continue
        behind = " behind the activation" if activation is not None else ""
        if -0.1 < found < max(plain, 0) + 0.1:
            raise Refuted(f"perfect scores get a loss of {found:.3g}{behind}, {plain:.3g} without one")
        below = ", which no likelihood has" if found < 0 else f", {plain:.3g} without it"
        told = told or f"perfect scores get a loss of {found:.3g}{behind}{below}"
    return confirmed(told + sizes_told(request["cases"]))


def _target(loss: Repeat) -> torch.Tensor:
    found: list[torch.Tensor] = [tensor for number, tensor in loss.tensors.items() if number != loss.input]
    if not found:
        raise Unable("the target is not known")
    return found[0]


def _perfect(scores: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Return scores that are right beyond doubt, none of them above 0 where they are of classes."""
    if target.shape == scores.shape:
        if target.ndim > 1 and target.shape[1] > 1 and torch.allclose(target.sum(1), torch.ones_like(target.sum(1))):
            return _CERTAIN * (target - 1)
        target.copy_((target > 0.5).to(target.dtype))
        return _CERTAIN * (2 * target - 1)
    chosen = torch.full_like(scores, -_CERTAIN)
    return chosen.scatter_(1, target.unsqueeze(1).long().clamp(min=0), 0.0)


def _activated(activation: Plain, scores: torch.Tensor, device: torch.device) -> torch.Tensor:
    """Return what the activation makes of scores of the loss's shape."""
    result: torch.Tensor
    if "module" in activation:
        with torch.no_grad():
            result = build(activation["module"], device)(scores)
        return result
    args = [decode(value, {}, device) for value in activation["args"][1:]]
    kwargs = {name: decode(value, {}, device) for name, value in activation["kwargs"].items()}
    result = getattr(torch, activation["name"].rpartition(".")[2])(scores, *args, **kwargs)
    return result


def clips(request: Request, device: torch.device) -> Verdict:
    """Show that different scores below 0 come out the same."""
    if device.type == "meta":
        return not_checked("the values take too much memory")
    for case in request["cases"]:
        repeat, _ = first_run(case["call"], case["tensors"], device)
        given = repeat.tensors[repeat.input]
        scores = [-1 - torch.rand(given.shape, device=device).to(given.dtype) for _ in range(2)]
        with torch.no_grad():
            first, second = (next(flattened(_run_on(repeat, each.clone(), case))) for each in scores)
        if not torch.equal(first, second):
            raise Refuted(f"different scores below 0 come out different{for_sizes(case)}")
    return confirmed(f"all scores below 0 come out the same{sizes_told(request['cases'])}")


def without_effect(request: Request, device: torch.device) -> Verdict:
    """Show that a layer is what it was when an attribute is set on it, or on a container of it."""
    (case,) = request["cases"]
    layer, name = build(case["layer"], device), case["name"]
    value = decode(case["value"], {}, device)
    if case["outside"]:
        before = getattr(layer, name)
        setattr(torch.nn.Sequential(layer), name, value)
        if getattr(layer, name) != before:
            raise Refuted("it reaches the layer")
        return confirmed(f"the `{name}` of the layer inside stays {before}")
    shapes = {key: tuple(held.shape) for key, held in layer.named_parameters()}
    setattr(layer, name, value)
    if shapes != {key: tuple(held.shape) for key, held in layer.named_parameters()}:
        raise Refuted("the parameters change")
    weight = "×".join(map(str, shapes.get("weight", ()))) or "what it was"
    return confirmed(f"with `{name} = {value}` the weight stays {weight}")


def unstackable(request: Request, device: torch.device) -> Verdict:
    """Show that torch makes no batch of tensors of different sizes."""
    tensors = [torch.zeros(shape, device=device) for shape in request["shapes"]]
    try:
        attempt(lambda: torch.utils.data.default_collate(tensors))
    except Refusal as refusal:
        return confirmed(refusal.text)
    raise Refuted("torch makes a batch of them")


def drops(request: Request, device: torch.device) -> Verdict:
    """Show that a call puts out other numbers when it is made again."""
    if device.type == "meta":
        return not_checked("the values take too much memory")
    for case in request["cases"]:
        repeat, _ = first_run(case["call"], case["tensors"], device)
        with torch.no_grad():
            runs = [next(flattened(repeat.run())).clone() for _ in range(4)]
        if all(torch.equal(runs[0], other) for other in runs[1:]):
            if runs[0].numel() < 16:
                return not_checked("the tensor is too small to tell")
            raise Refuted(f"it puts out the same each time{for_sizes(case)}")
    return confirmed("called again on the same input, it puts out other numbers" + sizes_told(request["cases"]))


PROOFS = {
    "broadcasts": broadcasts,
    "mixes": mixes,
    "scrambles": scrambles,
    "misjudges": misjudges,
    "clips": clips,
    "without_effect": without_effect,
    "unstackable": unstackable,
    "drops": drops,
}
