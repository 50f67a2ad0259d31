"""Configurations whose entries are attributes."""

from __future__ import annotations

import pytest

from convlint.interp.values.unknown import Unknown
from tests.interp.running import interpret

HEAD = "from omegaconf import OmegaConf\nfrom easydict import EasyDict as edict\nimport ml_collections\nimport types\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("OmegaConf.create({'a': {'b': [1, {'c': 2}]}}).a.b[1].c", 2),
        ("OmegaConf.create({'a': 3})['a']", 3),
        ("OmegaConf.merge(OmegaConf.create({'a': {'b': 1, 'c': 2}}), {'a': {'b': 5}}).a.b", 5),
        ("OmegaConf.merge(OmegaConf.create({'a': {'b': 1, 'c': 2}}), {'a': {'b': 5}}).a.c", 2),
        ("OmegaConf.to_container(OmegaConf.create({'a': {'b': 1}})) == {'a': {'b': 1}}", True),
        ("OmegaConf.select(OmegaConf.create({'a': {'b': 1}}), 'a.b')", 1),
        ("edict(a=1, b={'c': 4}).b.c", 4),
        ("edict({'a': 1}).get('z', 9)", 9),
        ("ml_collections.ConfigDict({'a': {'b': 7}}).a.b", 7),
        ("types.SimpleNamespace(a=1, b=2).b", 2),
    ],
)
def test_entries_are_attributes(text: str, value: object) -> None:
    assert interpret(f"{HEAD}x = {text}")[0]["x"] == value


def test_what_is_set_later_counts() -> None:
    made = "c = ml_collections.ConfigDict()\nc.width = 8\nc['depth'] = {'n': 2}\n"
    names, _ = interpret(f"{HEAD}{made}x = c.width, c.depth.n")
    assert names["x"] == (8, 2)


@pytest.mark.parametrize("text", ["OmegaConf.load('x.yaml').a", "OmegaConf.create('a: 1')", "OmegaConf.create({}).a"])
def test_what_is_not_known_is_not(text: str) -> None:
    assert isinstance(interpret(f"{HEAD}x = {text}")[0]["x"], Unknown)
