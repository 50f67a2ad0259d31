"""The child's life: it says what it is, then answers requests until there are no more."""

from __future__ import annotations

import faulthandler
import importlib
import os
import platform
import sys
from collections.abc import Callable
from typing import Any

from . import limits
from .channel import Channel

Request = dict[str, Any]
Answer = dict[str, Any]

ANSWERS = {"model": ".models", "claim": ".proofs"}
"""The module that answers each kind of request; its `answer(request)` does."""

EXHAUSTED = 86
"""The exit code of a child whose memory ran out, also known to `convlint.confirm.process`."""


def main() -> None:
    """Serve until the parent closes the channel."""
    channel = Channel()
    faulthandler.enable(file=2)
    greeting = channel.receive()
    if greeting is None:
        return
    hello = _hello(greeting)
    channel.send(hello)
    if hello.get("ready"):
        _serve(channel, greeting["device"])


def _serve(channel: Channel, device: str) -> None:
    while True:
        request = channel.receive()
        if request is None:
            return
        limits.begin(request["seconds"])
        try:
            answer = _answerer(request["kind"])({**request, "device": device})
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # user code may raise anything, SystemExit included
            if limits.is_exhaustion(error):
                os._exit(EXHAUSTED)
            answer = {"raised": _describe(error)}
        finally:
            limits.end()
        channel.send(answer)


def _answerer(kind: str) -> Callable[[Request], Answer]:
    found: Callable[[Request], Answer] = importlib.import_module(ANSWERS[kind], __package__).answer
    return found


def _hello(greeting: Request) -> Answer:
    """Import torch, try the device, and set the limits; what cannot be done is said instead."""
    about: Answer = {"python": platform.python_version(), "ready": False}
    try:
        import torch
    except ImportError as error:
        return {**about, "no_torch": str(error)}
    about["torch"] = str(torch.__version__)
    device = greeting["device"]
    torch.set_num_threads(greeting["threads"])
    try:
        torch.zeros(1, device=device).add_(1).cpu()
    except Exception as error:
        return {**about, "no_device": str(error).strip().split("\n", 1)[0] or type(error).__name__}
    # What a GPU's driver maps is many times what is used: there the parent watches what is really held.
    on_cpu = torch.device(device).type == "cpu"
    about["limited"] = on_cpu and limits.limit_memory(greeting["memory_bytes"])
    limits.close_network()
    sys.argv[:] = ["convlint-confirm"]
    return {**about, "ready": True}


def _describe(error: BaseException) -> str:
    """One line of at most 300 characters."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:300].rstrip(": ")
