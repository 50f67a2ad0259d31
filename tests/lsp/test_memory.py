"""A server runs all day: what it holds does not grow with what was typed, asked and closed."""

from __future__ import annotations

import json

from tests.lsp.raw import INITIALIZE, Raw, raw
from tests.lsp.test_features import MODEL

VERSIONS = [
    *(MODEL.replace("max_pool2d(self.conv(x), 2)", f"max_pool2d(self.conv(x), {2 + number % 2})") for number in (0, 1)),
    MODEL.replace("import torch\n", "import torch\n\n", 1),
    MODEL.replace("super().__init__()", "super().__init__("),
    MODEL.replace("nn.Conv2d(1, 32, 3)", "nn.Conv2d(1, 32, 5)"),
]
DOCUMENT = {"uri": "untitled:model"}
PLACE = {"position": {"line": 12, "character": 34}}
EVERYTHING = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}}


def objects_after(client: Raw, times: int) -> int:
    """Open a document, change it and ask about every state, close it, and return how many objects there are."""
    item = {"uri": "untitled:model", "languageId": "python", "version": 0, "text": MODEL}
    client.send("textDocument/didOpen", {"textDocument": item})
    for number in range(1, times + 1):
        change = {"text": VERSIONS[number % len(VERSIONS)]}
        document = {**DOCUMENT, "version": number}
        client.send("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        for method, more in (("hover", PLACE), ("inlayHint", EVERYTHING), ("codeLens", {}), ("documentSymbol", {})):
            assert "error" not in client.ask(f"textDocument/{method}", {"textDocument": DOCUMENT, **more})
    client.send("textDocument/didClose", {"textDocument": DOCUMENT})
    information = {"command": "convlint.printDebugInformation", "arguments": []}
    told = json.loads(client.ask("workspace/executeCommand", information)["result"])
    assert told["documents"] == {}
    return int(told["objects"])


def test_objects_do_not_pile_up():
    settings = {"settings": {"inlayHints": True}}
    with raw() as client:
        client.ask("initialize", {**INITIALIZE, "initializationOptions": settings})
        client.send("initialized", {})
        objects_after(client, 20)  # on a busy machine not all states are looked at the first time
        before = objects_after(client, 20)
        assert objects_after(client, 60) < before + 100  # two for each state would be more
