"""Neovim, without a screen, set up as the guide says: what a person sees and does there."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from tests.editors.guide import block
from tests.editors.programs import MODEL, program, run

SCRIPT = """
local told = {}
local function found() return vim.diagnostic.get(0) end
local function codes() return vim.tbl_map(function(it) return it.code end, found()) end
local function wait(what, holds) assert(vim.wait(120000, holds, 50), what) end
local function shown() return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n") end
local function clients() return #(vim.lsp.get_clients or vim.lsp.get_active_clients)() end
local function finds() wait("no finding", function() return codes()[1] == "CVL102" end) end
local function clean() wait("the finding stays", function() return #found() == 0 end) end

finds()
local first = found()[1]
told.code, told.row, told.column, told.severity = first.code, first.lnum, first.col, first.severity
told.message = first.message

-- hover, as a person asks for it
vim.api.nvim_win_set_cursor(0, { 10, 16 })
vim.lsp.buf.hover()
wait("no hover", function()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      told.hover = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), "\\n")
      vim.api.nvim_win_close(window, true)
      return true
    end
  end
end)

-- the shapes beside the lines, which Neovim shows from 0.10 on
if vim.lsp.inlay_hint then
  vim.lsp.inlay_hint.enable(true)
  wait("no hints", function() return #vim.lsp.inlay_hint.get({ bufnr = 0 }) > 0 end)
  told.hints = vim.tbl_map(function(it) return it.inlay_hint.label end, vim.lsp.inlay_hint.get({ bufnr = 0 }))
end

-- typing mends it, undoing brings it back
vim.api.nvim_buf_set_lines(0, 6, 7, false, { "        self.conv = nn.Conv2d(3, 8, 3, padding=1)" })
clean()
vim.cmd("undo")
finds()

-- a text that cannot be parsed
vim.api.nvim_buf_set_lines(0, 9, 10, false, { "        return self.conv(x" })
wait("no syntax error", function() return vim.tbl_contains(codes(), "CVL900") end)
vim.cmd("undo")
finds()

-- a quick fix, picked from the menu
vim.api.nvim_win_set_cursor(0, { 7, first.col })
vim.ui.select = function(items, options, choose)
  told.offered = vim.tbl_map(options.format_item, items)
  for index, item in ipairs(items) do
    if options.format_item(item):find("padding=1", 1, true) then choose(item, index) end
  end
end
vim.lsp.buf.code_action()
wait("not fixed", function() return shown():find("nn.Conv2d(3, 8, 3, padding=1)", 1, true) end)
clean()
vim.cmd("undo")
finds()

-- ended, and started again
vim.lsp.stop_client((vim.lsp.get_clients or vim.lsp.get_active_clients)(), true)
wait("it does not end", function() return clients() == 0 end)
vim.cmd("edit!")
finds()
assert(clients() == 1, "several servers")

io.stdout:write("RESULT " .. vim.json.encode(told) .. "\\n")
vim.cmd("qall!")
"""


def version(neovim: str) -> tuple[int, int]:
    said = subprocess.run([neovim, "--version"], capture_output=True, text=True, check=True).stdout
    major, minor = re.search(r"NVIM v(\d+)\.(\d+)", said).groups()
    return int(major), int(minor)


@pytest.mark.parametrize("variable", ["", "CONVLINT_NEOVIM"])
def test_in_neovim(tmp_path, variable):
    """The Neovim on the PATH; and a second one, of another age, if the variable names one."""
    neovim = program("nvim" if not variable else f"${variable}", variable)
    config = tmp_path / ".config" / "nvim"
    if version(neovim) >= (0, 11):
        files = {"lsp/convlint.lua": block("Neovim", "lua", 0), "init.lua": block("Neovim", "lua", 1)}
    else:
        files = {"ftplugin/python.lua": block("Neovim", "lua", 2)}
    for name, text in files.items():
        (config / name).parent.mkdir(parents=True, exist_ok=True)
        (config / name).write_text(text)
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "drive.lua").write_text(SCRIPT)
    said = run([neovim, "--headless", "model.py", "-c", "luafile drive.lua", "-c", "cquit"], tmp_path)
    line = next(line for line in said.splitlines() if line.startswith("RESULT "))
    told = json.loads(line.removeprefix("RESULT "))
    column = len(MODEL.splitlines()[6].partition("nn.Conv2d")[0].encode())
    assert (told["code"], told["row"], told["column"], told["severity"]) == ("CVL102", 6, column, 2)
    assert "shrinks the map" in told["message"]
    assert "Conv2d" in told["hover"]
    assert any("ignore CVL102" in offer for offer in told["offered"])
    assert version(neovim) < (0, 10) or any(hint.startswith("→ N×8×") for hint in told["hints"])
