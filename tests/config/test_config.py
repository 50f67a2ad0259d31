"""Finding and reading settings: which file wins, what a wrong one says."""

from __future__ import annotations

import pytest

from convlint.config import Config, discover, load, parse_count
from convlint.errors import ConfigError

COUNTS = {
    5_000_000: 5_000_000,
    "5M": 5_000_000,
    "1.5G": 1_500_000_000,
    "1.5g": 1_500_000_000,
    "250k": 250_000,
    2.5e6: 2_500_000,
    1e21: 10**21,
    "1_000": 1000,
    "1,000": 1000,
    "2B": 2 * 10**9,
    "1T": 10**12,
    "1.5 M": 1_500_000,
    0: 0,
    10**18 + 1: 10**18 + 1,
}


@pytest.mark.parametrize(("text", "value"), COUNTS.items())
def test_counts(text, value):
    assert parse_count(text) == value


@pytest.mark.parametrize("text", ["", "M", "five", "5X", "-1", "5MM", "nan", "inf", -3])
def test_wrong_counts(text):
    with pytest.raises(ValueError, match="count"):
        parse_count(text)


def test_everything_that_can_be_said(tmp_path):
    file = tmp_path / "pyproject.toml"
    file.write_text(
        """
        [tool.convlint]
        select = ["CVL1"]
        ignore = ["CVL102"]
        exclude = ["generated"]
        search-path = ["src"]
        max-layer-params = "5M"
        max-macs = 1.5e9

        [tool.convlint.models."pkg.mod:Net"]
        input = [1, 3, "H", "W"]
        max-model-params = 10

        [tool.convlint.models."pkg.mod:Two"]
        input = [[1, 3, 32, 32], [1, 10]]
        """
    )
    config = load(file)
    assert (config.select, config.ignore, config.exclude) == (("CVL1",), ("CVL102",), ("generated",))
    assert config.search_path == (str(tmp_path / "src"),)
    assert config.limit_for("max_layer_params", "pkg.mod.Net") == 5_000_000
    assert config.limit_for("max_model_params", "pkg.mod.Net") == 10
    assert config.limit_for("max_model_params", "pkg.mod.Other") is None
    assert config.limit_for("max_macs", "pkg.mod.Two") == 1_500_000_000
    assert config.model("pkg.mod.Net").inputs == ((1, 3, "H", "W"),)
    assert config.model("pkg.mod.Two").inputs == ((1, 3, 32, 32), (1, 10))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('selct = ["CVL1"]', "unknown key `selct`; the nearest known key is `select`"),
        (
            '[models."a:B"]\ninputs = [1]',
            'unknown key `models."a:B".inputs`; the nearest known key is `models."a:B".input`',
        ),
        ("select = 1", "Expected `array`, got `int`"),
        ('max-macs = "5 apples"', "is not a count"),
        ('[models."a:B"]\nmax-activation = "?"', "is not a count"),
        ("select = [", "cannot be read"),
        ("root = 1", "unknown key `root`"),
        (
            '[tool.convlint]\nselect = ["CVL1"]',
            "a table `[tool.convlint]` stands in a file named pyproject",
        ),
        ('[severity]\nCVL1 = "err"', "it is one of `error`, `warning`, `note`, `off`"),
    ],
)
def test_wrong_settings_name_the_file_and_the_key(tmp_path, text, says):
    file = tmp_path / "convlint.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as error:
        load(file)
    assert str(file) in str(error.value)
    assert says in str(error.value)


def test_the_nearest_file_that_has_settings_wins(tmp_path):
    outer, inner = tmp_path / "pyproject.toml", tmp_path / "a" / "pyproject.toml"
    (tmp_path / "a" / "b").mkdir(parents=True)
    outer.write_text("[tool.convlint]\n")
    inner.write_text("[tool.other]\n")
    assert discover(tmp_path / "a" / "b" / "model.py") == outer
    inner.write_text("tool = 3\n")
    assert discover(tmp_path / "a" / "b" / "model.py") == outer
    inner.write_text("[tool.convlint]\n")
    assert discover(tmp_path / "a" / "b") == inner
    own = tmp_path / "a" / "convlint.toml"
    own.write_text("")
    assert discover(tmp_path / "a" / "b") == own
    hidden = tmp_path / "a" / ".convlint.toml"
    hidden.write_text("")
    assert discover(tmp_path / "a" / "b") == hidden


def test_choosing_on_the_command_line_replaces_the_file():
    config = Config(select=("CVL1",), ignore=("CVL102",))
    assert config.choosing(None, None) == config
    assert config.choosing(("CVL2",), ()) == Config(select=("CVL2",))
