"""Correct programs of many styles: torch runs them, convlint reports no error, and its shapes are torch's."""

from __future__ import annotations

import ast

import pytest
import torch

from tests.soundness.programs import CORPUS, disagreement, errors, errors_and_models, recording, run_in_torch

pytestmark = pytest.mark.sampled

DEFINITIONS = ast.Import | ast.ImportFrom | ast.ClassDef | ast.FunctionDef | ast.Try

torch.set_num_threads(1)


def test_the_corpus_is_large() -> None:
    assert len(CORPUS) >= 40


@pytest.mark.parametrize("name", CORPUS)
def test_program_is_right(name: str) -> None:
    source = CORPUS[name]
    with recording() as runs:
        run_in_torch(source, name)
    found, models = errors_and_models(source, name)
    assert found == []
    for trace in models:
        if trace.complete and not trace.gaps:
            assert disagreement(trace, runs) == "", trace.call


@pytest.mark.parametrize("name", CORPUS)
def test_definitions_alone_are_right(name: str) -> None:
    """Without the calls convlint builds and runs every class by itself, from defaults and symbols."""
    tree = ast.parse(CORPUS[name])
    tree.body = [stmt for stmt in tree.body if isinstance(stmt, DEFINITIONS) or _is_setting(stmt)]
    assert errors(ast.unparse(tree), name) == []


def _is_setting(stmt: ast.stmt) -> bool:
    """Whether a statement gives a name to something that the definitions need, without building or running a model."""
    return isinstance(stmt, ast.Assign) and not any(isinstance(node, ast.Attribute) for node in ast.walk(stmt))
