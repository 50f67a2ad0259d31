"""What an installed package asks of the environment while it is imported: it works where nobody has set a thing."""

from __future__ import annotations

from pathlib import Path

from convlint import summarize
from tests.interp.imports.packages import write

PACKAGE = """
    import os

    def env_bool(name, default=False):
        v = os.environ.get(name)
        return default if v is None else v.strip().lower() in {"1", "true"}

    WIDE = env_bool("TOOLS_WIDE")
    DEEP = os.getenv("TOOLS_DEEP")
"""
MODEL = """
    import os
    from torch import nn
    import tools

    def net():
        width = 16 if tools.WIDE else 8
        return nn.Sequential(nn.Conv2d(3, width, 3), *([nn.Conv2d(8, 8, 1)] if tools.DEEP else []))

    def own():
        return nn.Sequential(nn.Conv2d(3, 16 if os.environ.get("OWN_WIDE") else 8, 3))
"""


def test_a_package_is_imported_where_nothing_is_set(tmp_path: Path) -> None:
    write(tmp_path / "site-packages", {"tools.py": PACKAGE})
    write(tmp_path, {"model.py": MODEL})
    found = summarize(f"{tmp_path / 'model.py'}:net", (1, 3, 8, 8), search_path=(str(tmp_path / "site-packages"),))
    assert [layer.output_shape for layer in found.layers] == [(1, 8, 6, 6)]


def test_what_the_program_itself_asks_is_open(tmp_path: Path) -> None:
    write(tmp_path / "site-packages", {"tools.py": PACKAGE})
    write(tmp_path, {"model.py": MODEL})
    found = summarize(f"{tmp_path / 'model.py'}:own", (1, 3, 8, 8), search_path=(str(tmp_path / "site-packages"),))
    assert [layer.output_shape for layer in found.layers] != [(1, 8, 6, 6)]


def test_a_package_reads_its_own_documentation(tmp_path: Path) -> None:
    package = '''
        def described(*, out=4):
            """A layer.

            Args:
                out: channels
            """

        import re

        ARGUMENT = re.compile(r"^\\s*(\\w+)\\s*(\\w*)(\\s*.*?)\\s*:\\s*((?:(?!\\n\\w+).)*)", re.M)
        FOUND = [match.group(1) for match in ARGUMENT.finditer(described.__doc__ * 20)]
        WIDTH = 4 if "Args" in FOUND and "Args:" in described.__doc__ else 8
    '''
    model = """
        from torch import nn
        import tools

        def net():
            return nn.Conv2d(3, tools.WIDTH, 3)
    """
    write(tmp_path / "site-packages", {"tools.py": package})
    write(tmp_path, {"model.py": model})
    found = summarize(f"{tmp_path / 'model.py'}:net", (1, 3, 8, 8), search_path=(str(tmp_path / "site-packages"),))
    assert [layer.output_shape for layer in found.layers] == [(1, 4, 6, 6)]
