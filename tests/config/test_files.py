"""What settings files take over from each other, where wrong ones are wrong, and which file holds for which."""

from __future__ import annotations

import pytest

from convlint.config import Config, load
from convlint.config.files import overridden
from convlint.config.places import row_of
from convlint.config.resolve import Settings
from convlint.errors import ConfigError


def test_extend_takes_over_what_is_not_said(tmp_path):
    base, own = tmp_path / "base.toml", tmp_path / "sub" / "convlint.toml"
    own.parent.mkdir()
    base.write_text('select = ["CVL1"]\nignore = ["CVL102"]\nsearch-path = ["lib"]\n[severity]\nCVL1 = "note"\n')
    own.write_text('extend = "../base.toml"\nignore = ["CVL101"]\n[severity]\nCVL2 = "warning"\n')
    config = load(own)
    assert (config.select, config.ignore) == (("CVL1",), ("CVL101",))
    assert config.search_path == (str(tmp_path / "lib"),)
    assert config.severity == {"CVL1": "note", "CVL2": "warning"}
    assert (config.root, config.source) == (str(own.parent), str(own))


def test_extend_in_a_circle_or_to_nothing_is_told_with_its_row(tmp_path):
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text('\nextend = "two.toml"\n')
    two.write_text('extend = "one.toml"\n')
    with pytest.raises(ConfigError, match=f"{two}:1: `extend` leads back to {one}"):
        load(one)
    two.unlink()
    with pytest.raises(ConfigError, match=f"{one}:2: `extend`: there is no file {two}"):
        load(one)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("select = []\nselct = []\n", 2),
        ('[models."a:B"]\nmax-macs = 1\n[models."c:D"]\nmax-mac = 1\n', 4),
        ('models."a:B".max-mac = 1\n', 1),
        ("\n\nselect = 1\n", 3),
        ('# select\n[models."a:B"]\nmax-macs = "?"\n', 3),
        ('max-macs = 1\n[severity]\nCVL1 = "grave"\n', 2),
    ],
)
def test_wrong_settings_are_told_with_their_row(tmp_path, text, row):
    file = tmp_path / "convlint.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=f"{file}:{row}: "):
        load(file)
    project = tmp_path / "pyproject.toml"
    for table in ("models", "severity"):
        text = text.replace(f"[{table}", f"[tool.convlint.{table}")
    project.write_text(f"[tool.convlint]\n{text}")
    with pytest.raises(ConfigError, match=f"{project}:{row + 1}: "):
        load(project)


def test_rows_of_values():
    text = 'a = 1\n[t]\nignore = [\n  "A",\n  "B",\n]\nother = "C"\n["x.y".z]\nk = 2\n'
    assert row_of(text, ["t", "ignore"], "B") == 5
    assert row_of(text, ["t", "ignore"], "C") == 3
    assert row_of(text, ["x.y", "z", "k"]) == 9
    assert row_of(text, ["t"]) == 2
    assert row_of(text, ["nothing"]) is None


def test_one_setting_on_the_command_line():
    config = Config(select=("CVL1",), severity={"CVL1": "note"}, ignore=("CVL101",))
    changed = overridden(config, 'ignore = ["CVL102"]')
    assert (changed.select, changed.ignore) == (("CVL1",), ("CVL102",))
    assert overridden(config, 'severity.CVL2 = "off"').severity == {"CVL1": "note", "CVL2": "off"}
    assert overridden(config, "max-macs = '5M'").limit("max_macs") == 5_000_000
    for wrong in ("ignor = []", "ignore = 1", "ignore = [", 'max-macs = "x"'):
        with pytest.raises(ConfigError, match="--config"):
            overridden(config, wrong)


def test_each_file_has_the_settings_nearest_to_it(tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "convlint.toml").write_text('select = ["CVL1"]\n')
    (inner / "convlint.toml").write_text('select = ["CVL2"]\n')
    settings = Settings(change=lambda config: config.changed(ignore=("CVL3",)))
    assert settings.of(tmp_path / "a.py").select == settings.of(tmp_path).select == ("CVL1",)
    assert settings.of(inner / "a.py").select == ("CVL2",)
    assert settings.of(inner / "a.py") is settings.of(inner / "b.py")
    assert settings.of(inner / "a.py").ignore == ("CVL3",)
    fixed = Settings(Config(select=("CVL4",)))
    assert fixed.of(tmp_path).select == fixed.of(inner / "x.py").select == ("CVL4",)


def test_the_users_own_settings_hold_where_no_others_do(tmp_path, monkeypatch):
    home, project, bare = tmp_path / "home", tmp_path / "project", tmp_path / "bare"
    for folder in (home / "convlint", project, bare):
        folder.mkdir(parents=True)
    (home / "convlint" / "convlint.toml").write_text('ignore = ["CVL102"]\nexclude = ["old"]\n')
    (project / "convlint.toml").write_text('ignore = ["CVL101"]\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    monkeypatch.chdir(bare)
    settings = Settings()
    assert settings.of(bare).ignore == ("CVL102",)
    assert (settings.of(bare).root, settings.of(bare).source) == (str(bare), str(home / "convlint" / "convlint.toml"))
    assert settings.of(project).ignore == ("CVL101",)
    (home / "convlint" / "convlint.toml").write_text("ignored = 1\n")
    with pytest.raises(ConfigError, match=r"convlint\.toml:1: unknown key `ignored`"):
        Settings().of(bare)
    (home / "convlint" / "convlint.toml").unlink()
    assert Settings().of(bare) == Config()
