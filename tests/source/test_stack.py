"""Work on a large stack, and what an interruption leaves of it."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from convlint.source.stack import OutOfTimeError, on_large_stack, uncounted, worked


def test_what_the_work_returns_and_raises() -> None:
    assert on_large_stack(lambda: on_large_stack(lambda: 3)) == 3
    with pytest.raises(ZeroDivisionError):
        on_large_stack(lambda: 1 // 0)


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="a signal cannot be sent to one thread here")
@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("catching", [False, True])
def test_an_interruption_ends_the_work_before_it_is_raised(catching: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convlint.source.stack._SECONDS_TO_END", 0.05)
    caller, ended = threading.main_thread().ident, []
    assert caller is not None

    def sleep() -> None:
        while True:
            time.sleep(0.001)

    def work() -> None:
        signal.pthread_kill(caller, signal.SIGINT)
        try:
            if catching:  # as what takes a Rust panic for a file that cannot be parsed
                try:
                    sleep()
                except BaseException:
                    ended.append("caught")
            sleep()
        finally:
            ended.append("ended")

    with pytest.raises(KeyboardInterrupt):
        on_large_stack(work)
    assert ended == (["caught", "ended"] if catching else ["ended"])
    assert on_large_stack(lambda: 3) == 3


def test_work_that_takes_too_long_is_ended_and_the_next_goes_on() -> None:
    def work() -> None:
        while True:
            pass

    with pytest.raises(OutOfTimeError, match=r"ended after 0\.1 s"):
        on_large_stack(work, seconds=0.1)
    assert on_large_stack(lambda: 3, seconds=10.0) == 3


def test_what_is_uncounted_is_not_held_against_the_work() -> None:
    def work() -> float:
        start = worked()
        with uncounted():
            until = time.thread_time() + 0.2
            while time.thread_time() < until:
                pass
        return worked() - start

    assert on_large_stack(work, seconds=0.1) < 0.1
