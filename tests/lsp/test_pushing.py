"""Diagnostics that are sent: when they come, where they stand, and when they go."""

from __future__ import annotations

import pytest
from lsprotocol import types

from tests.analysis.test_state import ASKING, PATCHING
from tests.lsp.editor import CLEAN, SOURCE, capabilities, editor

COLUMNS = {"utf-8": 15, "utf-16": 13, "utf-32": 12}


@pytest.mark.asyncio
@pytest.mark.parametrize("encoding", list(COLUMNS))
async def test_open_change_save_close(encoding, tmp_path):
    """Columns count the unit that was agreed on (bug 2), and a closed document shows nothing (bug 4)."""
    uri = (tmp_path / "model.py").as_uri()
    async with editor(capabilities(encoding)) as it:
        assert it.capabilities.position_encoding == encoding
        it.open(uri, SOURCE.replace("self.conv =", 'name = "😋"; self.conv ='))
        (found,) = await it.told(uri)
        assert (found.code, found.source, found.severity) == ("CVL102", "convlint", types.DiagnosticSeverity.Warning)
        assert found.code_description.href.endswith("/rules/CVL102-shrinking-layer/")
        start = SOURCE.splitlines()[6].index("nn.Conv2d") + COLUMNS[encoding]
        assert found.range.start == types.Position(6, start)
        it.change(uri, ((6, 20, 6, start), ""), ((6, 20, 6, 20), "= "))
        assert (await it.told(uri))[0].range.start.line == 6
        it.save(uri)
        it.close(uri)
        assert await it.told(uri) == []
        assert it.messages == []


@pytest.mark.asyncio
async def test_the_newest_version_wins(tmp_path):
    """What was typed on the way is not told of (bug 5), and each publication says of which version it is."""
    uri = (tmp_path / "model.py").as_uri()
    async with editor() as it:
        it.open(uri, SOURCE)
        await it.told(uri)
        for text in (CLEAN, "class Net(nn.Module:\n", SOURCE):
            it.change(uri, text)
        assert len(await it.told(uri)) == 1
        assert [params.version for params in it.published] == [1, 4]
        it.close(uri)
        it.open(uri, CLEAN)  # the version is lower now
        assert await it.told(uri) == []
        assert await it.told(uri) == []
        assert [params.version for params in it.published] == [1, 4, None, 1]


@pytest.mark.asyncio
async def test_syntax_errors_line_ends_and_what_is_no_file(tmp_path):
    """A syntax error is not shown as clean (bug 3). A form feed and U+2028 are no line ends (bug 1), and an unsaved
    buffer is no file, not even one of that name in the folder where the server runs (bug 9)."""
    (tmp_path / "Untitled-1").write_text("raise SystemExit")
    (tmp_path / "convlint.toml").write_text('ignore = ["ALL"]')
    uri = "untitled:Untitled-1"
    async with editor(cwd=tmp_path) as it:
        it.open(uri, "from torch import nn\nclass Net(nn.Module:\n    pass\n")
        (found,) = await it.told(uri)
        assert found.code == "CVL900"
        assert found.range.start.line == 1
        it.change(uri, "a = 1\x0c\r\nb = '\u2028'\r" + SOURCE)
        (found,) = await it.told(uri)
        assert (found.code, found.range.start.line) == ("CVL102", 8)
        for other in ("vscode-notebook-cell:/a%20b/n.ipynb#W0", "git:/a/model.py?%7B%7D"):
            it.open(other, SOURCE)
            assert len(await it.told(other)) == 1
        assert it.messages == []


@pytest.mark.asyncio
async def test_documents_in_other_languages_and_about_other_things(tmp_path):
    async with editor() as it:
        it.open("file:///a.toml", SOURCE, language="toml")
        it.change("file:///a.toml", "x")
        it.open((tmp_path / "a.py").as_uri(), "print 'this has nothing to do with it'")
        assert await it.told((tmp_path / "a.py").as_uri()) == []
        assert {params.uri for params in it.published} == {(tmp_path / "a.py").as_uri()}


@pytest.mark.asyncio
async def test_unused_layers_are_marked_and_shapes_have_their_chain(tmp_path):
    uri = (tmp_path / "model.py").as_uri()
    more = "8, 3, padding=1)\n        self.next = nn.Conv2d({}, 8, 1)\n        self.idle = nn.Conv2d(8, 8, 1)"
    source = SOURCE.replace("8, 3)", more).replace("return self.conv(x)", "return self.next(self.conv(x))")
    async with editor() as it:
        it.open(uri, source.replace("{}", "8"))
        (found,) = await it.told(uri)
        assert (found.code, list(found.tags)) == ("CVL401", [types.DiagnosticTag.Unnecessary])
        it.change(uri, source.replace("{}", "16"))
        (found,) = await it.told(uri)
        assert (found.code, found.severity, found.tags) == ("CVL201", types.DiagnosticSeverity.Error, None)
        chain = [(related.location.range.start.line, related.message) for related in found.related_information]
        assert chain[0][0] == 7  # where it is defined
        made = [(11, "`conv` gives N×8×H×W here"), (6, "`conv` is built to give 8"), (3, "`Net` is given N×C×H×W")]
        assert chain[1:] == made
        assert {related.location.uri for related in found.related_information} == {uri}


@pytest.mark.asyncio
async def test_open_files_see_each_other_as_they_are_in_the_editor(tmp_path):
    """A model in one file imports a block from another, which is changed without being saved."""
    block, model = tmp_path / "block.py", tmp_path / "model.py"
    block.write_text("from torch import nn\n\ndef block():\n    return nn.Conv2d(3, 8, 1)\n")
    text = SOURCE.replace("nn.Conv2d(3, 8, 3)", "nn.Sequential(block(), nn.Conv2d(8, 4, 1))")
    model.write_text(text.replace("from torch import nn", "from torch import nn\nfrom block import block"))
    async with editor(folders=(tmp_path,)) as it:
        it.open(model.as_uri(), model.read_text())
        assert await it.told(model.as_uri()) == []
        it.open(block.as_uri(), block.read_text())
        assert await it.told(block.as_uri()) == []
        it.change(block.as_uri(), ((3, 24, 3, 25), "9"))
        found = [await it.told(model.as_uri())]
        assert [one.code for one in found[-1]] == ["CVL201"]
        it.close(block.as_uri())
        assert await it.told(model.as_uri()) == []
        block.write_text(block.read_text().replace("8", "7"))
        it.files_changed(block)
        assert [one.code for one in await it.told(model.as_uri())] == ["CVL201"]


@pytest.mark.asyncio
async def test_open_files_do_not_see_what_the_other_does_to_torch(tmp_path):
    """Two documents in one process: what one sets on torch is not there for the other, whichever comes first."""
    asking, patching = (tmp_path / "asking.py").as_uri(), (tmp_path / "patching.py").as_uri()
    async with editor() as it:
        it.open(patching, PATCHING)
        assert await it.told(patching) == []
        it.open(asking, ASKING)
        assert await it.told(asking) == []
        it.change(patching, PATCHING + "nn.Linear.marker = 2\n")
        assert await it.told(patching) == []
        it.change(asking, ASKING.replace("nn.Linear(8, 2)", "nn.Linear(7, 2)"))
        assert [one.code for one in await it.told(asking)] == ["CVL202"]


@pytest.mark.asyncio
async def test_a_module_that_exists_only_in_the_editor_is_found(tmp_path):
    block, model = tmp_path / "block.py", tmp_path / "model.py"
    text = SOURCE.replace("nn.Conv2d(3, 8, 3)", "nn.Sequential(block(), nn.Conv2d(8, 4, 1))")
    async with editor(folders=(tmp_path,)) as it:
        it.open(block.as_uri(), "from torch import nn\n\ndef block():\n    return nn.Conv2d(3, 9, 1)\n")
        await it.told(block.as_uri())
        it.open(model.as_uri(), text.replace("from torch import nn", "from torch import nn\nfrom block import block"))
        assert [one.code for one in await it.told(model.as_uri())] == ["CVL201"]


@pytest.mark.asyncio
async def test_deep_input_and_odd_characters_leave_the_server_alive(tmp_path):
    """Deep nesting does not end the process (bug 11), nor does a lone surrogate."""
    uri = (tmp_path / "model.py").as_uri()
    async with editor() as it:
        it.open(uri, f"import torch\nx = {'f(' * 3000}{')' * 3000}\n")
        (found,) = await it.told(uri)
        assert found.code == "CVL900"
        it.change(uri, "import torch\nx = '\ud800'\n")
        assert len(await it.told(uri)) <= 1
        it.change(uri, SOURCE)
        assert len(await it.told(uri)) == 1


@pytest.mark.asyncio
async def test_errors_in_notifications_are_not_shown(tmp_path):
    """pygls shows a message box for each (bug 8)."""
    uri = (tmp_path / "model.py").as_uri()
    async with editor() as it:
        it._versions["file:///never-opened.py"] = 1
        it.change("file:///never-opened.py", "x")
        it.save("file:///never-opened.py")
        it.close("file:///never-opened.py")
        it.open(uri, SOURCE)
        assert len(await it.told(uri)) == 1
        assert it.messages == []


@pytest.mark.asyncio
async def test_the_alias_lsp_and_a_client_that_just_goes(tmp_path):
    uri = (tmp_path / "model.py").as_uri()
    async with editor(command="lsp") as it:
        it.open(uri, SOURCE)
        assert len(await it.told(uri)) == 1
        process = it.client._server
    assert process.returncode == 0
