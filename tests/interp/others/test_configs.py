"""Configurations whose entries are attributes."""

from __future__ import annotations

import pytest

from convlint.interp.values.unknown import Unknown
from tests.interp.running import interpret

HEAD = "from omegaconf import OmegaConf\nfrom easydict import EasyDict as edict\nimport ml_collections\nimport types\n"
HEAD += "import dataclasses\n@dataclasses.dataclass\nclass Fields:\n    width: int = 3\n"
HEAD += "@dataclasses.dataclass\nclass Outer:\n    inner: Fields = dataclasses.field(default_factory=Fields)\n"


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
        ("edict({'a': (1, 2)}).a + (3,)", (1, 2, 3)),
        ("ml_collections.ConfigDict({'a': (1, 2)}).a + (3,)", (1, 2, 3)),
        ("OmegaConf.create({'a': (1, 2)}).a + [3]", [1, 2, 3]),
        ("isinstance(edict(a={}).a, dict)", True),
        ("dict(**OmegaConf.create({'a': 1}))", {"a": 1}),
        ("OmegaConf.create({'a': 1}) == {'a': 1}", True),
        ("sorted(OmegaConf.create({'b': 1, 'a': 2}).keys())", ["a", "b"]),
        ("OmegaConf.create({'a': {'b': 1}}).copy().a.b", 1),
        ("OmegaConf.structured(Fields)['width']", 3),
        ("OmegaConf.structured(Outer).inner['width']", 3),
        ("OmegaConf.merge(OmegaConf.structured(Fields), {'width': 4}).width", 4),
        ("OmegaConf.merge({'a': 1}, OmegaConf.from_cli()).a", 1),
        ("OmegaConf.merge({'a': '???'}, {'a': 2}).a", 2),
    ],
)
def test_entries_are_attributes(text: str, value: object) -> None:
    assert interpret(f"{HEAD}x = {text}")[0]["x"] == value


@pytest.mark.parametrize("change", ["c.update({'m': {'w': 2}})", "c.setdefault('m', {'w': 2})", "c.update(m={'w': 2})"])
@pytest.mark.parametrize("kind", ["edict", "OmegaConf.create", "ml_collections.ConfigDict"])
def test_what_is_added_has_attributes_too(change: str, kind: str) -> None:
    assert interpret(f"{HEAD}c = {kind}({{}})\n{change}\nx = c.m.w")[0]["x"] == 2


@pytest.mark.parametrize("made", ["OmegaConf.merge(a, {'z': 1})", "OmegaConf.create(a)", "OmegaConf.merge({}, a)"])
def test_what_is_made_of_a_configuration_is_another_one(made: str) -> None:
    names, _ = interpret(f"{HEAD}a = OmegaConf.create({{'m': {{'w': 2}}}})\nb = {made}\nb.m.w = 3\nx = a.m.w, b.m.w")
    assert names["x"] == (2, 3)


def test_an_entry_is_deleted_by_its_name() -> None:
    assert interpret(f"{HEAD}c = OmegaConf.create({{'a': 1, 'b': 2}})\ndel c.a\nx = list(c)")[0]["x"] == ["b"]


def test_what_is_set_later_counts() -> None:
    made = "c = ml_collections.ConfigDict()\nc.width = 8\nc['depth'] = {'n': 2}\n"
    names, _ = interpret(f"{HEAD}{made}x = c.width, c.depth.n")
    assert names["x"] == (8, 2)


def test_a_configuration_of_omegaconf_is_no_dict() -> None:
    assert interpret(f"{HEAD}x = isinstance(OmegaConf.create({{'a': {{}}}}).a, dict)")[0]["x"] is False


@pytest.mark.parametrize(
    "text",
    [
        "OmegaConf.load('x.yaml').a",
        "OmegaConf.create('a: 1')",
        "OmegaConf.create({}).a",
        "OmegaConf.create({'a': 4, 'b': '${a}'}).b",
        "OmegaConf.create({'a': ['${b}']}).a[0]",
        "OmegaConf.create({'a': '???'}).a",
        "OmegaConf.merge({'a': 1}, OmegaConf.from_cli(['a=2'])).a",
    ],
)
def test_what_is_not_known_is_not(text: str) -> None:
    assert isinstance(interpret(f"{HEAD}x = {text}")[0]["x"], Unknown)


@pytest.mark.parametrize(
    "open_part", ["mystery.f(c)", "c[mystery.key()] = 2", "mystery.f(c.d)", "c.d[mystery.key()] = 2"]
)
def test_what_is_merged_with_something_open_is_open(open_part: str) -> None:
    names, vm = interpret(
        f"{HEAD}import mystery\nc = OmegaConf.create({{'d': {{'w': 5}}}})\n{open_part}\n"
        "x = OmegaConf.merge({'d': {'w': 1}}, c).d.w"
    )
    assert isinstance(names["x"], Unknown)
    assert not vm.taken
