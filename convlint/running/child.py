"""What runs in a process of `pool`: batches come on standard input, results go back where standard output was."""

from __future__ import annotations

import os
import signal
import sys
from typing import IO

import msgspec

from convlint.errors import UsageError
from convlint.running.batches import Item, work
from convlint.source.memory import MOST, resident

HEAD = 8


def main() -> None:
    """Work until nothing more comes, or memory is used up, which the last reply says.

    The one who sends the work ends this process when it is interrupted.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed by accident is no reply
    while (frame := receive(sys.stdin.buffer)) is not None:
        shared, items = msgspec.msgpack.decode(frame, type=tuple[bytes, list[Item]])
        try:
            found: list[bytes] | str = work(shared, items)
        except UsageError as error:
            found = str(error)
        ends = resident() > MOST
        send(replies, msgspec.msgpack.encode((found, ends)))
        if ends:
            break
    # Nothing is open that has to be closed: taking all that was analysed apart first would take a tenth of the work.
    sys.stderr.flush()
    os._exit(0)


def send(stream: IO[bytes], frame: bytes) -> None:
    """Write a frame. Raises OSError if nobody reads any more."""
    stream.write(len(frame).to_bytes(HEAD, "big") + frame)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Return the next frame, None if there is none, or not all of it."""
    head = stream.read(HEAD)
    if len(head) < HEAD:
        return None
    size = int.from_bytes(head, "big")
    frame = stream.read(size)
    return frame if len(frame) == size else None


if __name__ == "__main__":
    main()
