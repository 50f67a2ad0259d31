/** The cells of a notebook are one program. */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";

import { codes, folder, until } from "./person";

const CELLS = [
  "import torch\nfrom torch import nn",
  "net = nn.Sequential(nn.Conv2d(3, 8, 1), nn.Conv2d(9, 4, 1))",
  "net(torch.randn(1, 3, 8, 8))",
];

suite("notebook", () => {
  test("a finding stands in the cell that it is about, and goes with an edit of another one", async () => {
    const path = join(folder(), "book.ipynb");
    const cells = CELLS.map((source) => ({ cell_type: "code", source, metadata: {}, outputs: [], execution_count: null }));
    writeFileSync(path, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
    const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(path));
    await vscode.window.showNotebookDocument(notebook);
    const all = () => notebook.getCells().map((cell) => codes(cell.document)).join("|");
    await until("the finding", () => /CVL201/.test(all()));
    const edit = new vscode.WorkspaceEdit();
    const cell = notebook.cellAt(1).document;
    edit.replace(cell.uri, new vscode.Range(0, 0, 1, 0), CELLS[1].replace("9", "8"));
    assert.ok(await vscode.workspace.applyEdit(edit));
    await until("no finding", () => !/CVL/.test(all()));
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });
});
