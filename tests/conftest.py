"""What tests of several rooms need."""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import signal
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from convlint.findings import Failure, Unreadable
from convlint.interp.natives.failures import Strictness
from convlint.linting import one_file
from tests import depth

Strictness.on = True

_told = one_file.failure_of


def _raised(filename: str, error: Exception) -> Failure | Unreadable:
    """Raise what convlint fails on: a report with nothing but a failure in it looks like one of a clean file."""
    found = _told(filename, error)
    if isinstance(found, Failure):
        raise error
    return found


one_file.failure_of = _raised

NO_TORCH = "NOT TESTED: torch is not installed"

# What torch says on the CPU is the truth that tests compare with, also where there is a GPU.
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

# The same examples in every run: what is new is sought with CONVLINT_TEST_SEEDS=random, and then kept as a test.
settings.register_profile("same", derandomize=True)
settings.register_profile("random", print_blob=True)
settings.load_profile("random" if os.environ.get("CONVLINT_TEST_SEEDS") == "random" else "same")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "asks_torch: whether torch is there or not is asked in another process")
    config.addinivalue_line("markers", "full_depth: takes long, and is left out below full depth")
    config.addinivalue_line("markers", "sampled: of many like it, of which only some run below full depth")
    # The snapshots of tests that are left out are compared with nothing: that is no failure.
    config.option.warn_unused_snapshots = config.option.warn_unused_snapshots or depth.SHARE < 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let tests of drawn examples try as many as `tests.depth` says, and so many of a file of like tests run."""
    if named(config):
        return
    left_out = [
        item
        for _, many in itertools.groupby(items, lambda item: item.path)
        for item in depth.left_out([item for item in many if item.get_closest_marker("sampled")])
    ]
    left_out += [item for item in items if depth.SHARE < 1 and item.get_closest_marker("full_depth")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
    functions = {getattr(item, "function", None) for item in items}
    for function in functions if depth.SHARE < 1 else ():
        drawn = getattr(function, "_hypothesis_internal_use_settings", None)
        if drawn is not None:
            fewer = settings(drawn, max_examples=depth.some(drawn.max_examples))
            function._hypothesis_internal_use_settings = fewer


def named(config: pytest.Config) -> bool:
    """Whether tests were asked for by name, in a file or by an expression: then all of them run."""
    return bool(config.option.keyword) or any(Path(argument.partition("::")[0]).is_file() for argument in config.args)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out since something is not installed here: a dot less would be overlooked."""
    told: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        if "NOT TESTED" in reason:
            said = reason.partition("NOT TESTED: ")[2]
            told[said] = told.get(said, 0) + 1
    for reason, count in told.items():
        terminalreporter.write_line(f"NOT TESTED ({count} {'test' if count == 1 else 'tests'} left out): {reason}")


@pytest.fixture
def failures_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let convlint go on with the next file where it fails on one, as users have it."""
    monkeypatch.setattr(one_file, "failure_of", _told)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let interrupts be heard here and in processes started here: whoever runs tests in the background ignores them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


if importlib.util.find_spec("torch") is None:

    class ModuleWithoutTorch(pytest.Module):
        """A file of tests that may ask torch, which is not here: it is left out, and the summary says so."""

        def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
            try:
                return list(super().collect())
            except self.CollectError as error:
                if "No module named 'torch'" not in str(error):
                    raise
            pytest.skip(NO_TORCH, allow_module_level=True)

    def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module:
        module: pytest.Module = ModuleWithoutTorch.from_parent(parent, path=module_path)
        return module

    @contextlib.contextmanager
    def _left_out_without_torch() -> Iterator[None]:
        try:
            yield
        except ModuleNotFoundError as error:
            if error.name != "torch":
                raise
            pytest.skip(NO_TORCH)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
        if item.get_closest_marker("asks_torch"):
            pytest.skip(NO_TORCH)
        with _left_out_without_torch():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call() -> Generator[None, object, object]:
        with _left_out_without_torch():
            return (yield)
