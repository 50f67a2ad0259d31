"""What the editor says of itself and of each workspace folder, and which settings a document has by that.

An editor's settings are `configuration` (a settings file, or settings as in such a file), `configurationPreference`
(whether they or the nearest settings file win: "editorFirst", "filesystemFirst", "editorOnly"), `enable`, `inlayHints`
and `codeLens`. Others are the editor's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from convlint.config import Config, load
from convlint.config.files import overridden_by
from convlint.config.resolve import Settings
from convlint.errors import ConfigError


class EditorSettings(msgspec.Struct, frozen=True, rename="camel"):
    """The settings of one workspace folder, as an editor sends them."""

    enable: bool = True
    configuration: str | dict[str, Any] | None = None
    configuration_preference: Literal["editorFirst", "filesystemFirst", "editorOnly"] = "editorFirst"
    inlay_hints: bool = False
    code_lens: bool = True


def read(given: object) -> EditorSettings:
    """Read what an editor sends: its settings, alone or under `convlint` or `settings`. Raises ConfigError."""
    for name in ("settings", "convlint"):
        if isinstance(given, Mapping) and isinstance(given.get(name), Mapping):
            given = given[name]
    try:
        return msgspec.convert(given if isinstance(given, Mapping) else {}, EditorSettings)
    except msgspec.ValidationError as error:
        raise ConfigError(f"the editor's settings: {error}") from error


def resolved(editor: EditorSettings, folder: Path) -> Settings:
    """Return which settings files and tables hold for the documents of a workspace folder. Raises ConfigError."""
    given, preference = editor.configuration, editor.configuration_preference
    if not given:
        return Settings(Config() if preference == "editorOnly" else None)

    def said(config: Config) -> Config:
        if isinstance(given, str):
            return load(folder / Path(given).expanduser(), root=folder)
        named = config if config.root else config.changed(root=str(folder))
        return overridden_by(named, given or {}, Path("the editor's settings"))

    if preference == "filesystemFirst":
        return Settings(None, lambda config: config if config.source else said(config))
    return Settings(Config(), said) if preference == "editorOnly" or isinstance(given, str) else Settings(None, said)


class Configuration:
    """The settings of every document. Settings files are read once, until `forget` says that they may have changed."""

    def __init__(self) -> None:
        self._general = EditorSettings()
        self._by_folder: dict[Path, EditorSettings | None] = {}
        self._resolved: dict[Path | None, Settings] = {}

    @property
    def folders(self) -> tuple[Path, ...]:
        """The workspace folders, in the editor's order."""
        return tuple(self._by_folder)

    def set_general(self, editor: EditorSettings) -> None:
        self._general = editor
        self.forget()

    def set_folder(self, folder: Path, editor: EditorSettings | None = None) -> None:
        """Note a workspace folder, with settings of its own if it has any."""
        self._by_folder[folder] = editor
        self.forget()

    def remove_folder(self, folder: Path) -> None:
        self._by_folder.pop(folder, None)
        self.forget()

    def forget(self) -> None:
        """Read the settings files anew."""
        self._resolved.clear()

    def folder_of(self, path: str | None) -> Path | None:
        """Return the innermost workspace folder around a file; the first one for what is no file."""
        if path is None:
            return next(iter(self._by_folder), None)
        around = [folder for folder in self._by_folder if Path(path).is_relative_to(folder)]
        return max(around, key=lambda folder: len(folder.parts), default=None)

    def editor(self, path: str | None) -> EditorSettings:
        """Return what the editor says for a file, or for what is no file."""
        folder = self.folder_of(path)
        own = self._by_folder[folder] if folder is not None else None
        return own or self._general

    def settings(self, path: str | None) -> Settings:
        """Return the settings for a file; no file is looked for above what is none. Raises ConfigError."""
        folder = self.folder_of(path)
        if folder not in self._resolved:
            self._resolved[folder] = resolved(self.editor(path), folder or Path.cwd())
        found = self._resolved[folder]
        if path is not None:
            return found
        return Settings(found.of(folder) if folder is not None else Config())
