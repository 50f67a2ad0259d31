"""A module that a file imports at its beginning, and that changes what the file's own run changes, runs before it."""

from __future__ import annotations

import pytest

import convlint
from convlint.api import analyses_of
from convlint.interp.imports.program import Program
from tests.interp.imports.packages import write

FILES = {
    "zoo-1.0.dist-info/METADATA": "Name: zoo",
    "zoo/__init__.py": "",
    "zoo/registry.py": """
        import torch
        MODELS = {}
        def register(function):
            if function.__name__ in MODELS:
                raise ValueError(function.__name__)
            MODELS[function.__name__] = function
            return function
        """,
    "zoo/base.py": """
        import torch
        from torch import nn
        from .registry import register
        class Base(nn.Sequential):
            width = 8
            def __init__(self):
                super().__init__(nn.Conv2d(3, self.width, 3), nn.ReLU())
        @register
        def base():
            return Base()
        """,
}
BEGINNING = """
    import torch
    from torch import nn
    from .registry import register, MODELS
    from .base import Base
    __all__ = ["first", "second"]
    @register
    def first():
        return nn.Sequential(nn.Conv2d(3, 4, 3))
    class Mine(Base):
        width = 16
    @register
    def second():
        return nn.Sequential(Mine(), nn.Conv2d(16, 4, 3))
    second()(torch.zeros(2, 3, 9, 9))
    """
INSIDE = """
    import torch
    from torch import nn
    from .registry import register, MODELS
    @register
    def first():
        return nn.Sequential(nn.Conv2d(3, 4, 3))
    def late():
        from .base import Base
        return Base
    LATE = late().width
    """


def _analysed(tmp_path, source):
    folder = write(tmp_path, FILES | {"zoo/nets.py": source})
    (analysis,) = analyses_of([folder / "zoo" / "nets.py"], config=convlint.Config())
    return analysis


def test_what_both_register_with_is_known(tmp_path):
    analysis = _analysed(tmp_path, BEGINNING)
    assert all(trace.only_path for trace in analysis.models)
    found = {trace.total_parameters for trace in analysis.models if trace.complete}
    assert {4 * 27 + 4, 16 * 27 + 16 + 4 * 16 * 9 + 4} <= found


def test_an_import_inside_of_a_function_stays_where_it_is(tmp_path, monkeypatch):
    asked = []
    need = Program.need_first
    monkeypatch.setattr(Program, "need_first", lambda self, name: asked.append(name) or need(self, name))
    analysis = _analysed(tmp_path, INSIDE)
    assert [name.rpartition("/")[2] for name in asked] == ["base.py"]
    assert analysis.problem is None


@pytest.mark.parametrize("order", [1, -1])
def test_no_file_hangs_on_another(tmp_path, order):
    other = BEGINNING.replace("first", "third").replace("second", "fourth").replace("16", "32")
    folder = write(tmp_path, FILES | {"zoo/nets.py": BEGINNING, "zoo/others.py": other})
    paths = [folder / "zoo" / name for name in ("nets.py", "others.py", "base.py")][::order]
    together = {analysis.filename: analysis for analysis in analyses_of(paths, config=convlint.Config())}
    for path in paths:
        (alone,) = analyses_of([path], config=convlint.Config())
        assert _told(alone) == _told(together[str(path)])


def _told(analysis):
    models = [
        (trace.qualname, trace.total_parameters, [str(event.outputs) for event in trace.events])
        for trace in analysis.models
    ]
    return models, analysis.gaps, analysis.built
