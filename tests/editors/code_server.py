"""code-server, which is Visual Studio Code for servers: the editor in Chromium, its extension host in Node."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.editors.programs import ROOT, environment, free_port, program, run, serving

EXTENSION = ROOT / "editors" / "vscode"
EDITOR = EXTENSION / "host" / "node_modules" / "code-server" / "out" / "node" / "entry.js"
SETTINGS = {
    "editor.accessibilitySupport": "off",
    "extensions.autoCheckUpdates": False,
    "git.enabled": False,
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "window.commandCenter": False,
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    **{f"{tool}.autoDetect": "off" for tool in ("grunt", "gulp", "jake", "npm", "typescript.tsc")},
}


@dataclass(frozen=True, slots=True)
class Editor:
    """A running editor."""

    port: int

    def address(self, folder: Path, **payload: Path) -> str:
        """Return where a folder is shown. `payload` are files of the editor's machine, for its workbench."""
        files = [[name, f"vscode-remote://127.0.0.1:{self.port}{path}"] for name, path in payload.items()]
        return f"http://127.0.0.1:{self.port}/?" + urlencode({"folder": folder, "payload": json.dumps(files)})


def packaged() -> Path:
    """Return the extension as it is given to people, made anew."""
    npm = program("npm")
    if not (EXTENSION / "node_modules").is_dir():
        pytest.skip("NOT TESTED: `npm ci` was not run in editors/vscode")
    subprocess.run([npm, "run", "package"], cwd=EXTENSION, check=True, capture_output=True, timeout=300)
    return EXTENSION / "convlint.vsix"


@contextmanager
def editor(folder: Path, **variables: str) -> Iterator[Editor]:
    """Start the editor with the packaged extension, in a folder that is its home."""
    if not EDITOR.is_file():
        pytest.skip("NOT TESTED: `npm run host` was not run in editors/vscode")
    user, port = folder / "user", free_port()
    (user / "User").mkdir(parents=True)
    (user / "User" / "settings.json").write_text(json.dumps(SETTINGS))
    places = ["--user-data-dir", str(user), "--extensions-dir", str(folder / "extensions")]
    command = [program("node"), str(EDITOR), "--config", str(folder / "config.yaml"), *places]
    env = environment(folder, EXTENSIONS_GALLERY="{}", CONVLINT_PYTHON=sys.executable, VSCODE_CLI="1", **variables)
    run([*command, "--install-extension", str(packaged())], folder, EXTENSIONS_GALLERY="{}")
    serve = ["--auth", "none", "--bind-addr", f"127.0.0.1:{port}", "--disable-telemetry", "--disable-update-check"]
    with serving([*command, *serve], port, folder, env):
        yield Editor(port)


def console(page: Any) -> list[str]:
    """Return a list to which is added what the page says."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    return said
