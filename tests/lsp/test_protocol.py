"""The beginning and the end of a connection, and messages that make no sense."""

from __future__ import annotations

import json
import os
import sys
import time

import pytest

from tests.lsp.editor import SOURCE
from tests.lsp.raw import INITIALIZE, raw
from tests.lsp.test_pulling import SLOW

NOT_INITIALIZED, INVALID_REQUEST, NOT_FOUND, INVALID_PARAMS = -32002, -32600, -32601, -32602
HOVER = {"textDocument": {"uri": "file:///a.py"}, "position": {"line": 0, "character": 0}}


def opened(text: str, uri: str = "file:///a.py") -> dict[str, object]:
    return {"textDocument": {"uri": uri, "languageId": "python", "version": 1, "text": text}}


def test_requests_out_of_turn_are_answered_with_errors():
    with raw() as client:
        client.send("textDocument/didOpen", opened(SOURCE))  # a notification is dropped
        assert client.ask("textDocument/hover", HOVER)["error"]["code"] == NOT_INITIALIZED
        assert client.ask("initialize", INITIALIZE)["result"]["serverInfo"]["name"] == "convlint"
        assert client.ask("initialize", INITIALIZE)["error"]["code"] == INVALID_REQUEST
        client.send("initialized", {})
        assert client.ask("textDocument/hover", HOVER)["result"] is None
        assert client.ask("shutdown")["result"] is None
        assert client.ask("textDocument/hover", HOVER)["error"]["code"] == INVALID_REQUEST
        client.send("exit")
        assert client.ended() == 0


def test_exit_without_shutdown_is_a_failure():
    for begins in (False, True):
        with raw() as client:
            if begins:
                client.ask("initialize", INITIALIZE)
            client.send("exit")
            assert client.ended() == 1


def test_messages_that_make_no_sense_are_answered_and_end_nothing():
    with raw() as client:
        client.ask("initialize", INITIALIZE)
        client.send("initialized", {})
        assert client.ask("textDocument/hover", {"position": 7})["error"]["code"] == INVALID_PARAMS
        assert client.ask("textDocument/tea", {})["error"]["code"] == NOT_FOUND
        unknown = {"command": "convlint.nosuch", "arguments": []}
        assert client.ask("workspace/executeCommand", unknown)["error"]["code"] == INVALID_PARAMS
        client.write(b"{no JSON}")
        client.send("$/tea", {})
        client.send("textDocument/didOpen", {"textDocument": 3})
        client.send("$/cancelRequest", {"id": 77})
        client.send("textDocument/didOpen", opened(SOURCE))
        message = client.read()
        assert message["method"] == "textDocument/publishDiagnostics"
        assert [one["code"] for one in message["params"]["diagnostics"]] == ["CVL102"]


@pytest.mark.skipif(os.name != "posix", reason="Windows does not tell what a child has cost")
@pytest.mark.parametrize("way", ["exit", "hang up"])
def test_it_ends_at_once_though_it_is_at_work(way):
    """The look under way would take ten seconds of processor time: nobody waits for it."""
    before = spent()
    with raw() as client:
        client.ask("initialize", {**INITIALIZE, "capabilities": {"window": {"workDoneProgress": True}}})
        client.send("initialized", {})
        client.send("textDocument/didOpen", opened(SLOW))
        assert client.read()["method"] == "window/workDoneProgress/create"  # it has begun
        if way == "exit":
            assert client.ask("shutdown")["result"] is None
            client.send("exit")
        else:
            client.hang_up()
        assert client.ended(120) == 0
    assert spent() - before < 8


def spent() -> float:
    """Return the processor seconds of all processes that this one has started and that have ended."""
    import resource

    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime


@pytest.mark.skipif(os.name != "posix", reason="Windows tells of a parent that has ended as if it had not")
def test_it_ends_with_the_process_that_started_it():
    """Somebody else may hold the pipe open, as this test does."""
    between = (
        "import subprocess, sys, time\nsubprocess.Popen([sys.executable, '-m', 'convlint', 'server'])\ntime.sleep(60)\n"
    )
    with raw(sys.executable, "-c", between) as client:
        client.ask("initialize", {**INITIALIZE, "processId": client.process.pid})
        information = {"command": "convlint.printDebugInformation", "arguments": []}
        server = json.loads(client.ask("workspace/executeCommand", information)["result"])["process"]
        client.process.kill()
        client.process.wait()
        deadline = time.monotonic() + 20
        while is_alive(server) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not is_alive(server)


def is_alive(process: int) -> bool:
    """Tell whether a process runs; one that has ended may wait for its parent to ask for its exit code."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as file:  # noqa: PTH123
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return True
