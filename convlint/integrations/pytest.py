"""The pytest plugin: `pytest --convlint` checks the files that pytest collects from, and the fixture `convlint`
asserts what a model makes of its input, and at what cost. Nothing is run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from convlint.findings import Finding, Report
    from convlint.summary import ModelSummary

Shape = Sequence["int | str"]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("convlint", "static checks of PyTorch models")
    group.addoption("--convlint", action="store_true", help="check Python files with convlint")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a Python file for checking, besides the tests that are in it."""
    if file_path.suffix != ".py" or not parent.config.getoption("--convlint"):
        return None
    collected: CheckedFile = CheckedFile.from_parent(parent, path=file_path)
    return collected


class CheckedFile(pytest.File):
    """A file to check, which has one item."""

    def collect(self) -> Iterator[pytest.Item]:
        item: Check = Check.from_parent(self, name="convlint")
        yield item


class FindingsError(Exception):
    """What is wrong in one file; the text is what the user sees."""


class Check(pytest.Item):
    """The check of one file: it fails for what fails a run of convlint."""

    def runtest(self) -> None:
        from convlint.report import full
        from convlint.report.formats import Showing

        report = _report(self.session)
        mine = [finding for finding in report.findings if Path(finding.place.filename) == self.path]
        failures = [failure for failure in report.failures if Path(failure.filename) == self.path]
        if failures:
            raise FindingsError("\n".join(f"convlint failed, which is a bug: {failure.error}" for failure in failures))
        if any(finding.severity.fails for finding in mine):
            raise FindingsError("\n".join(full.render(_of(mine), Showing(Path.cwd(), _lines))))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, FindingsError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, "convlint"


_REPORT = pytest.StashKey["Report"]()


def _report(session: pytest.Session) -> Report:
    """Return the report on all collected files, which are checked together when the first is asked for."""
    if _REPORT not in session.stash:
        from convlint import api
        from convlint.config.resolve import Settings

        settings = Settings(change=lambda config: config.changed(force_exclude=True))
        paths = [str(item.path) for item in session.items if isinstance(item, Check)]
        session.stash[_REPORT] = api.lint_paths(paths, config=settings)
    return session.stash[_REPORT]


def _of(findings: Iterable[Finding]) -> Report:
    from convlint.findings import Report

    return Report(tuple(findings))


def _lines(filename: str) -> Sequence[str]:
    from convlint import api

    return api.source_lines(filename)


class Convlint:
    """What the fixture `convlint` is."""

    def summarize(self, target: str, *inputs: Shape, **how: Any) -> ModelSummary:
        """Return the summary of a model, as `convlint.summarize` does."""
        from convlint import api

        return api.summarize(target, *inputs, **how)

    def check(
        self,
        target: str,
        *inputs: Shape,
        output: Shape | Sequence[Shape] | None = None,
        layers: Mapping[str, Shape] | None = None,
        max_params: int | float | str | None = None,
        max_macs: int | float | str | None = None,
        **how: Any,
    ) -> ModelSummary:
        """Assert that a model takes the inputs, and what comes out of it and of its layers, within budgets.

        Sizes are numbers or the names of symbols, budgets are counts such as "5M"; `how` goes to `summarize`. What is
        not known fails. Raises AssertionError, and UsageError if there is no such model.
        """
        summary = self.summarize(target, *inputs, **how)
        assert not summary.error, f"{target}: torch raises: {summary.error}"
        if output is not None:
            wanted = _shapes(output)
            assert _written(summary.output_shapes) == wanted, f"{target} returns {_written(summary.output_shapes)}"
        for path, shape in (layers or {}).items():
            calls = [layer.output_shape for layer in summary.layers if layer.path == path]
            assert calls, f"{target} has no layer `{path}` that is called"
            told = [_written(None if call is None else (call,)) for call in calls]
            assert all(call == _shapes(shape) for call in told), f"`{path}` of {target} returns {told}"
        _within(f"parameters of {target}", summary.params, max_params)
        _within(f"multiply-accumulates of {target}", summary.macs, max_macs)
        return summary


def _shapes(given: Any) -> list[list[str]]:
    several = bool(given) and all(isinstance(part, (tuple, list)) for part in given)
    return [[str(size) for size in shape] for shape in (given if several else [given])]


def _written(shapes: Any) -> list[list[str]] | None:
    return None if shapes is None else [["?" if size is None else str(size) for size in shape] for shape in shapes]


def _within(what: str, found: Any, limit: int | float | str | None) -> None:
    from convlint.config import parse_count

    if limit is None:
        return
    assert isinstance(found, int), f"{what}: not known as a number: {found}"
    assert found <= parse_count(limit), f"{what}: {found:,} exceed {limit}"


@pytest.fixture(name="convlint")
def convlint_fixture() -> Convlint:
    """Assert what models make of their inputs, and at what cost, without running them."""
    return Convlint()
