"""What code in the child may use: time and memory end it; the network is closed to it.

These are guards against accidents. They are no sandbox: code that means harm gets around them.
"""

from __future__ import annotations

import faulthandler
import os
import socket
import sys
from typing import Any

try:
    import resource
except ImportError:  # Windows: the parent watches alone
    resource = None  # type: ignore[assignment]

CLOSED = frozenset(
    ["socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname",
     "socket.gethostbyaddr", "socket.getnameinfo"]
)  # fmt: skip
"""The audit events of whatever reaches for the network."""


def limit_memory(allowance: int) -> bool:
    """Allow `allowance` bytes of address space more than are taken now; tell whether the system keeps that limit."""
    if resource is None or not sys.platform.startswith("linux"):
        return False
    with open("/proc/self/statm", encoding="ascii") as numbers:  # noqa: PTH123 - a line of numbers
        taken = int(numbers.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + allowance, resource.getrlimit(resource.RLIMIT_AS)[1]))
    return True


def begin(seconds: float) -> None:
    """Start the clock of one request: when it is over, every thread's stack is written and the process ends.

    The parent watches too; this says where the time went, and holds when there is no parent any more. Processor time
    is limited as well, in case user code stops this clock.
    """
    faulthandler.dump_traceback_later(seconds, exit=True, file=2)
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        threads = os.cpu_count() or 1
        most = int(used.ru_utime + used.ru_stime + seconds * threads) + 2
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def end() -> None:
    """Stop the clock."""
    faulthandler.cancel_dump_traceback_later()


def close_network() -> None:
    """Let every attempt to reach another machine fail with a clear error. Sockets within this machine's file system
    stay open: processes that load data talk through them."""
    sys.addaudithook(_refuse_network)


def _refuse_network(event: str, arguments: Any) -> None:
    if event not in CLOSED:
        return
    family = getattr(arguments[0], "family", None) if arguments else None
    if family is not None and family == getattr(socket, "AF_UNIX", None):
        return
    raise PermissionError(f"convlint: code that is confirmed may not use the network ({event})")


def is_exhaustion(error: BaseException) -> bool:
    """Whether an exception says that memory ran out, as Python or as torch says it."""
    text = str(error)
    return isinstance(error, MemoryError) or (
        isinstance(error, (RuntimeError, OSError))
        and any(sign in text for sign in ("not enough memory", "can't allocate memory", "Cannot allocate memory",
                                          "out of memory", "std::bad_alloc"))
    )  # fmt: skip
