"""What programs ask of dataclasses beside their fields: the names, documentation and signature of what is generated."""

from __future__ import annotations

import pytest

from tests.interp.running import agrees

CONFIG = """
import dataclasses, functools, inspect, typing
@dataclasses.dataclass
class Config:
    "A configuration."
    width: int = 3
    names: list[str] | None = None
    parts: list = dataclasses.field(default_factory=list)
class Wider(Config):
    "A wider one."
    depth = 2
signature = inspect.signature(Config.__init__)
"""


@pytest.mark.parametrize(
    "asked",
    [
        "Config.__init__.__name__, Config.__init__.__qualname__, Config.__init__.__module__, Config.__init__.__doc__",
        "Config.__eq__.__qualname__, Config.__repr__.__name__",
        "functools.wraps(Config.__init__)(lambda self: None).__qualname__",
        "Config.__doc__, Wider.__doc__",
        "list(signature.parameters)",
        "signature.parameters['width'].annotation is int, signature.return_annotation is None",
        "typing.get_args(signature.parameters['names'].annotation)[1] is type(None)",
        "[one.annotation == inspect.Parameter.empty for one in signature.parameters.values()]",
        "[one.default is inspect.Parameter.empty for one in signature.parameters.values()]",
        "list(inspect.signature(Config).parameters)",
    ],
)
def test_what_is_generated_is_described_like_what_is_written(asked: str) -> None:
    agrees(CONFIG + f"result = ({asked})")
