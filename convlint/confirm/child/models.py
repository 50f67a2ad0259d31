"""Imports the user's module, builds a model as a recipe says, runs it, and tells what forward hooks on its leaves see.

Recipes are those of `convlint/analysis/recipes.py`, which tells what their values stand for.
"""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import torch

from .limits import is_exhaustion
from .modules import NotThere, resolve

Answer = dict[str, Any]
Sizes = list[int]

MOST_TEXT = 2000


def answer(request: dict[str, Any]) -> Answer:
    """Run one model. `inputs` are the tensors as `shape`, `dtype` ("" if any will do) and perhaps `data`; `path` is
    what goes before `sys.path`; `macs` asks for torch's count of them.

    The answer holds the `calls` of leaf modules in the order in which they returned, what was made of them, and
    `error` if something was raised: at which `stage` ("import", "build" or "run"), what, and from where.
    """
    _look_in(request["path"])
    torch.manual_seed(0)
    built: Answer = {}
    try:
        model = _Values(()).of(request["recipe"]["build"])
        if not isinstance(model, torch.nn.Module):
            return {"not_there": f"what is built is a {type(model).__name__}, and no model"}
        _set_modes(model.to(request["device"]), request["training"], request["recipe"]["evaluating"])
        built = _structure(model)
    except NotThere as reason:
        return {"not_there": str(reason)}
    except BaseException as error:  # user code may raise anything
        return _failed(error, "build")
    first = None
    for integers in (False, True) if any(not tensor["dtype"] for tensor in request["inputs"]) else (False,):
        found = {**built, **_run(model, request, integers)}
        if "error" not in found:
            return found
        first = first or found
    return first or built


def _look_in(folders: list[str]) -> None:
    for folder in reversed(folders):
        if folder in sys.path:
            sys.path.remove(folder)
        sys.path.insert(0, folder)


def _set_modes(model: Any, training: bool, evaluating: list[str]) -> None:
    """Put each module into the mode that it is in where the program calls the model."""
    if model.training is not training:
        model.train(training)
    for path, module in model.named_modules():
        module.training = path not in evaluating


def _run(model: Any, request: dict[str, Any], integers: bool) -> Answer:
    """Call the model once, and tell what happened."""
    calls: list[Answer] = []
    entered: list[str] = []
    found: Answer = {"calls": calls}
    leaves = _structure(model)["leaves"]
    try:
        tensors = [_tensor(tensor, integers, request["device"]) for tensor in request["inputs"]]
        values = _Values(tensors)
        args = [values.of(value) for value in request["recipe"]["positional"]]
        kwargs = {name: values.of(value) for name, value in request["recipe"]["named"].items()}
        kept: Answer = found if request["training"] else {}
        with watched(model, calls, entered), peaking(request["device"], kept), saving(model, kept):
            result = model(*args, **kwargs)
        found["outputs"] = shapes_in(result)
        if request["macs"]:
            found.update(_counted(model, args, kwargs))
    except NotThere as reason:
        return {"not_there": str(reason)}
    except BaseException as error:
        return {**found, **_structure(model), **_failed(error, "run"), "inside": entered[-1] if entered else ""}
    if _structure(model)["leaves"] != leaves:
        return {"not_there": "it makes layers when it is called, which hooks do not see"}
    return {**found, **_structure(model)}


def _structure(model: Any) -> Answer:
    """What the model is made of now: a lazy one knows that only after its first call."""
    leaves = [path for path, module in model.named_modules() if next(module.children(), None) is None]
    known = [parameter for parameter in model.parameters() if not torch.nn.parameter.is_lazy(parameter)]
    return {"leaves": leaves, "params": sum(parameter.numel() for parameter in known)}


def _counted(model: Any, args: list[Any], kwargs: dict[str, Any]) -> Answer:
    """Count the work of another call, which may behave otherwise than without the counter: it is asked for no more.

    `macs_of` are those of each call of a leaf module: the counter counts nothing for some of them.
    """
    from torch.utils.flop_counter import FlopCounterMode

    counter = FlopCounterMode(display=False)
    calls: list[Answer] = []
    with counter, watched(model, calls, flops=counter.get_total_flops):
        model(*args, **kwargs)
    return {"macs": counter.get_total_flops() // 2, "macs_of": [call["flops"] // 2 for call in calls]}


def _failed(error: BaseException, stage: str) -> Answer:
    """Describe an exception. One that says that memory ran out is passed on."""
    if is_exhaustion(error):
        raise error
    own = os.path.dirname(__file__)  # noqa: PTH120 - compared with text
    frames = [
        [frame.filename, frame.lineno or 0, frame.name]
        for frame in traceback.extract_tb(error.__traceback__)
        if os.path.dirname(frame.filename) != own and not frame.filename.startswith("<frozen")  # noqa: PTH120
    ]
    importing = any(frame[2] == "<module>" for frame in frames)
    return {
        "error": {
            "stage": "import" if stage == "build" and importing else stage,
            "type": type(error).__name__,
            "text": str(error)[:MOST_TEXT],
            "frames": frames,
        }
    }


def _tensor(wanted: dict[str, Any], integers: bool, device: str) -> Any:
    """Make an input: with its values where they are known, else random numbers, and zeros for integers, which are
    right for every table of indices."""
    shape, dtype = wanted["shape"], wanted["dtype"] or ("int64" if integers else "float32")
    kind = getattr(torch, dtype)
    if wanted.get("data") is not None:
        return torch.tensor(wanted["data"], dtype=kind).reshape(shape).to(device)
    if kind.is_floating_point or kind.is_complex:
        return torch.rand(shape, dtype=torch.complex64 if kind.is_complex else torch.float32).to(kind).to(device)
    return torch.zeros(shape, dtype=kind, device=device)


class _Values:
    """What the plain values of a recipe stand for."""

    def __init__(self, inputs: Any) -> None:
        self._inputs = inputs

    def of(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        if "input" in value:
            return self._inputs[value["input"]]
        if "list" in value:
            return [self.of(item) for item in value["list"]]
        if "tuple" in value:
            return tuple(self.of(item) for item in value["tuple"])
        if "dict" in value:
            return {self.of(key): self.of(item) for key, item in value["dict"]}
        if "name" in value:
            return resolve(**value["name"])
        function = resolve(**value["call"])
        args = [self.of(item) for item in value["args"]]
        return function(*args, **{name: self.of(item) for name, item in value["kwargs"].items()})


@contextlib.contextmanager
def watched(
    model: Any, calls: list[Answer], entered: list[str] | None = None, flops: Callable[[], int] = lambda: 0
) -> Iterator[None]:
    """Note each call of each module that has no children, in the order of the returns; `entered` holds the paths of
    those that have not returned yet. `flops` tells how many there were so far."""
    inside = [] if entered is None else entered
    before_call: dict[str, int] = {}

    def watch(path: str, module: Any) -> Iterator[Any]:
        def before(module: Any, args: Any, kwargs: Any) -> None:
            inside.append(path)
            before_call[path] = flops()

        def after(module: Any, args: Any, kwargs: Any, result: Any) -> None:
            while inside and inside.pop() != path:
                continue  # a call that raised, and whose exception the program has caught
            own = sum(parameter.numel() for parameter in module.parameters(recurse=False))
            tensors = list(_tensors_in(result))
            calls.append(
                {
                    "path": path,
                    "kind": type(module).__name__,
                    "inputs": shapes_in((args, kwargs)),
                    "outputs": [list(tensor.shape) for tensor in tensors],
                    "params": own,
                    "flops": flops() - before_call[path],
                    "bytes": sum(tensor.numel() * tensor.element_size() for tensor in tensors),
                }
            )

        yield module.register_forward_pre_hook(before, with_kwargs=True)
        yield module.register_forward_hook(after, with_kwargs=True)

    leaves = [(path, module) for path, module in model.named_modules() if _is_leaf(module)]
    handles = [handle for path, module in leaves for handle in watch(path, module)]
    seen = {id(module): module for _, module in leaves}

    def watch_new(holder: Any, name: str, part: Any) -> None:
        """Watch what a forward puts into the model only now."""
        where = next((path for path, module in model.named_modules() if module is holder), None)
        for inner, module in part.named_modules() if part is not None and where is not None else ():
            if id(module) not in seen and _is_leaf(module):
                seen[id(module)] = module
                handles.extend(watch(".".join(filter(None, (where, name, inner))), module))

    registered = getattr(torch.nn.modules.module, "register_module_module_registration_hook", None)
    if registered is not None:  # torch 2.0
        handles.append(registered(watch_new))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _is_leaf(module: Any) -> bool:
    return next(module.children(), None) is None


@contextlib.contextmanager
def saving(model: Any, found: Answer) -> Iterator[None]:
    """Note in `found` the bytes of all storages that autograd saves for backward, parameters and buffers left out."""
    own = {_storage(one).data_ptr() for one in [*model.parameters(), *model.buffers()] if not _is_lazy(one)}
    held: dict[int, Any] = {}

    def pack(tensor: Any) -> Any:
        storage = _storage(tensor)
        if storage.data_ptr() not in own:
            held[storage.data_ptr()] = storage
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        yield
    found["saved_bytes"] = sum(storage.nbytes() for storage in held.values())


@contextlib.contextmanager
def peaking(device: str, found: Answer) -> Iterator[None]:
    """Note in `found` the most bytes that torch had in use on a GPU at once, the model and its input included."""
    if not device.startswith("cuda"):
        yield
        return
    torch.cuda.reset_peak_memory_stats(device)
    yield
    torch.cuda.synchronize(device)
    found["peak_bytes"] = torch.cuda.max_memory_allocated(device)


def _storage(tensor: Any) -> Any:
    return tensor.untyped_storage()


def _is_lazy(tensor: Any) -> bool:
    return torch.nn.parameter.is_lazy(tensor)


def shapes_in(value: Any) -> list[Sizes]:
    """Return the shapes of all tensors in a value, containers and objects with fields flattened, in order."""
    return [list(tensor.shape) for tensor in _tensors_in(value)]


def _tensors_in(value: Any) -> Iterator[Any]:
    if isinstance(value, torch.Tensor):
        yield value
        return
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        value = vars(value).values() if hasattr(value, "__dataclass_fields__") else ()
    for item in value:
        yield from _tensors_in(item)
