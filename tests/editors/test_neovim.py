"""Neovim, without a screen: its own client starts the server as the guide says, and shows what it finds."""

from __future__ import annotations

import json

from tests.editors.programs import MODEL, program, run

SCRIPT = """
vim.cmd("edit model.py | set filetype=python")
local config = { name = "convlint", cmd = { "convlint", "server" }, root_dir = vim.fn.getcwd() }
if vim.lsp.start then vim.lsp.start(config) else vim.lsp.buf_attach_client(0, vim.lsp.start_client(config)) end
local function found() return vim.diagnostic.get(0) end
assert(vim.wait(120000, function() return #found() > 0 end, 50), "no diagnostics")
local first = found()[1]
local place = { textDocument = { uri = vim.uri_from_bufnr(0) }, position = { line = 9, character = 16 } }
local hover = vim.lsp.buf_request_sync(0, "textDocument/hover", place, 60000)
local _, answer = next(hover)
vim.api.nvim_buf_set_lines(0, 6, 7, false, { "        self.conv = nn.Conv2d(3, 8, 3, padding=1)" })
assert(vim.wait(120000, function() return #found() == 0 end, 50), "the diagnostic stays")
print("RESULT " .. vim.json.encode({
  code = first.code, row = first.lnum, column = first.col, severity = first.severity,
  hover = answer.result.contents.value,
}))
vim.cmd("qall!")
"""


def test_neovim_shows_findings(tmp_path):
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "drive.lua").write_text(SCRIPT)
    said = run([program("nvim"), "--headless", "-u", "NONE", "-c", "luafile drive.lua", "-c", "cquit"], tmp_path)
    line = next(line for line in said.splitlines() if line.startswith("RESULT "))
    result = json.loads(line.removeprefix("RESULT "))
    column = len(MODEL.splitlines()[6].partition("nn.Conv2d")[0].encode())
    assert (result["code"], result["row"], result["column"], result["severity"]) == ("CVL102", 6, column, 2)
    assert "Conv2d" in result["hover"]
