"""Editors that are not driven here: the guide's configuration of each, given to the server as that editor would."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from lsprotocol import types

from tests.editors.guide import block
from tests.lsp.editor import SOURCE, capabilities, editor

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def helix() -> tuple[list[str], dict[str, Any]]:
    told = tomllib.loads(block("Helix", "toml"))
    assert "convlint" in told["language"][0]["language-servers"]
    server = told["language-server"]["convlint"]
    return [server["command"], *server["args"]], server["config"]


def zed() -> tuple[list[str], dict[str, Any]]:
    told = json.loads(block("Zed", "json"))
    assert "convlint" in told["languages"]["Python"]["language_servers"]
    server = told["lsp"]["convlint"]
    return [server["binary"]["path"], *server["binary"]["arguments"]], server["initialization_options"]


def pycharm() -> tuple[list[str], dict[str, Any]]:
    return ["convlint", "server"], json.loads(block("PyCharm", "json"))


def sublime() -> tuple[list[str], dict[str, Any]]:
    server = json.loads(block("Sublime Text", "json"))["clients"]["convlint"]
    assert (server["enabled"], server["selector"]) == (True, "source.python")
    return server["command"], server["initializationOptions"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("configured", "encoding"), [(helix, "utf-8"), (zed, "utf-16"), (pycharm, "utf-16"), (sublime, "utf-16")]
)
async def test_configuration(tmp_path, configured, encoding):
    command, options = configured()
    assert command == ["convlint", "server"]
    path = tmp_path / "model.py"
    text = SOURCE.replace("self.conv =", '"😋"; self.conv =')
    path.write_text(text, encoding="utf-8")
    everything = types.Range(types.Position(0, 0), types.Position(99, 0))
    async with editor(capabilities(encoding), (tmp_path,), options, command=command[1]) as it:
        it.open(path.as_uri(), text)
        (found,) = await it.told(path.as_uri())
        before = text.splitlines()[found.range.start.line].partition("nn.Conv2d")[0]
        assert found.range.start.character == len(before.encode(encoding.replace("16", "16-le"))) // (
            1 if encoding == "utf-8" else 2
        )
        document = types.TextDocumentIdentifier(path.as_uri())
        hints = await it.client.text_document_inlay_hint_async(types.InlayHintParams(document, everything))
        assert hints  # which are off unless the configuration was understood
        assert it.messages == []
