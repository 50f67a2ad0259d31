"""The settings of an editor, of its folders, and of the files in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from convlint.errors import ConfigError
from convlint.lsp.configuration import Configuration, EditorSettings, read
from tests.lsp.editor import SOURCE, capabilities, editor


def test_settings_are_read_in_every_wrapping():
    for given in ({"inlayHints": True}, {"settings": {"inlayHints": True}}, {"convlint": {"inlayHints": True}}):
        assert read(given) == EditorSettings(inlay_hints=True)
    assert read(None) == read({"path": ["convlint"]}) == EditorSettings()
    with pytest.raises(ConfigError, match="configurationPreference"):
        read({"configurationPreference": "mine"})


@pytest.mark.parametrize(
    ("preference", "with_file", "without"),
    [
        ("editorFirst", ("CVL101",), ("CVL101",)),
        ("filesystemFirst", ("CVL102",), ("CVL101",)),
        ("editorOnly", ("CVL101",), ("CVL101",)),
    ],
)
def test_who_wins(preference, with_file, without, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "convlint.toml").write_text('ignore = ["CVL102"]\nmax-macs = "5M"')
    found = Configuration()
    found.set_general(EditorSettings(configuration={"ignore": ["CVL101"]}, configuration_preference=preference))
    found.set_folder(tmp_path)
    of_a = found.settings(str(tmp_path / "a" / "m.py")).of(tmp_path / "a" / "m.py")
    assert of_a.ignore == with_file
    assert (of_a.max_macs is None) == (preference == "editorOnly")
    assert found.settings(str(tmp_path / "b" / "m.py")).of(tmp_path / "b" / "m.py").ignore == without


def test_a_settings_file_may_be_named_and_paths_count_from_the_folder(tmp_path):
    (tmp_path / "mine.toml").write_text('ignore = ["CVL103"]\nsearch-path = ["lib"]')
    found = Configuration()
    found.set_general(EditorSettings(configuration="mine.toml"))
    found.set_folder(tmp_path)
    config = found.settings(str(tmp_path / "m.py")).of(tmp_path / "m.py")
    assert (config.ignore, config.search_path) == (("CVL103",), (str(tmp_path / "lib"),))


def test_the_innermost_folder_counts_and_what_is_no_file_belongs_to_the_first(tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "convlint.toml").write_text('ignore = ["CVL104"]')
    found = Configuration()
    found.set_folder(tmp_path)
    found.set_folder(inner, EditorSettings(enable=False))
    assert not found.editor(str(inner / "m.py")).enable
    assert found.editor(str(tmp_path / "m.py")).enable
    assert found.folder_of("/elsewhere/m.py") is None
    assert found.settings(None).of(Path("anything")).ignore == ("CVL104",)
    assert Configuration().settings(None).of(tmp_path / "m.py").ignore == ()


@pytest.mark.asyncio
async def test_several_folders_with_settings_of_their_own(tmp_path):
    """Settings files are read anew when they change, wrong ones are told of once, and the client's are asked for."""
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        (folder / "model.py").write_text(SOURCE)
    (one / "convlint.toml").write_text('ignore = ["CVL102"]')
    uris = [(folder / "model.py").as_uri() for folder in (one, two)]
    async with editor(folders=(one, two), options={"settings": {"configuration": {"ignore": []}}}) as it:
        for uri in uris:
            it.open(uri, SOURCE)
        assert [len(await it.told(uri)) for uri in uris] == [1, 1]
        given = {"convlint": {"configuration": {"severity": {"CVL102": "error"}}}}
        it.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(given))
        assert [len(await it.told(uri)) for uri in uris] == [0, 1]
        (one / "convlint.toml").write_text('ignor = ["CVL102"]')
        it.files_changed(one / "convlint.toml")
        assert [len(await it.told(uri)) for uri in uris] == [0, 1]
        (message,) = it.messages
        assert "the nearest known key is `ignore`" in message
        (one / "convlint.toml").write_text("")
        it.files_changed(one / "convlint.toml")
        assert [[found.severity for found in await it.told(uri)] for uri in uris] == [[1], [1]]


@pytest.mark.asyncio
async def test_a_client_that_answers_is_asked(tmp_path):
    uri = (tmp_path / "model.py").as_uri()
    async with editor(capabilities(configuration=True), folders=(tmp_path,)) as it:
        it.client.set_configuration({"convlint": {"configuration": {"ignore": ["CVL102"]}}})
        it.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        it.open(uri, SOURCE)
        while await it.told(uri):
            pass
        it.client.set_configuration({"convlint": {"enable": False}})
        it.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        assert await it.told(uri) == []
