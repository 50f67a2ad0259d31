/** Findings while a model is written, and what is shown and done there. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as vscode from "vscode";

import { actions, at, close, codeOf, found, MODEL, open, status, type, until } from "./person";

suite("editing", () => {
  teardown(close);

  test("the extension starts by itself and says so", async () => {
    const editor = await open("starts.py", MODEL);
    const shown = await status();
    await until("the status", () => /^convlint \d+\.\d+\.\d+/.test(shown.text));
    assert.equal(shown.severity, vscode.LanguageStatusSeverity.Information);
    await found(editor.document, "CVL102");
  });

  test("a finding says what, where, why and where to read more", async () => {
    const editor = await open("finding.py", MODEL);
    const [finding] = await found(editor.document, "CVL102");
    assert.match(finding.message, /shrinks the map/);
    assert.equal(finding.severity, vscode.DiagnosticSeverity.Warning);
    assert.equal(editor.document.getText(finding.range), "nn.Conv2d(3, 8, 3)"); // behind a character of two units
    assert.ok(typeof finding.code === "object" && /CVL102/i.test(finding.code.target.toString()));
    assert.ok(finding.relatedInformation?.some((it) => it.location.range.start.line === 9));
  });

  test("it goes when the model is mended, and comes back when that is undone", async () => {
    const editor = await open("edited.py", MODEL);
    await found(editor.document, "CVL102");
    await type(editor, "8, 3)", "8, 3, padding=1)");
    await found(editor.document, "");
    await vscode.commands.executeCommand("undo");
    await found(editor.document, "CVL102");
  });

  test("a text that cannot be parsed is told, and the hover stays", async () => {
    const editor = await open("broken.py", MODEL);
    await found(editor.document, "CVL102");
    await type(editor, "name = ", "name = (");
    await until("the syntax error", () => vscode.languages.getDiagnostics(editor.document.uri).some((it) => codeOf(it) === "CVL900"));
    assert.match(await hover(editor.document, "self.conv(x)", 6), /Conv2d/);
  });

  test("its quick fix mends it", async () => {
    const editor = await open("fixed.py", MODEL);
    const [finding] = await found(editor.document, "CVL102");
    const fix = (await actions(editor.document, finding.range)).find((it) => /padding/.test(it.title));
    assert.ok(fix?.edit);
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.match(editor.document.getText(), /nn\.Conv2d\(3, 8, 3, padding=1\)/);
    await found(editor.document, "");
  });

  test("a comment silences it", async () => {
    const editor = await open("silenced.py", MODEL);
    const [finding] = await found(editor.document, "CVL102");
    const ignore = (await actions(editor.document, finding.range)).find((it) => /ignore CVL102/.test(it.title));
    assert.ok(ignore?.edit);
    assert.ok(await vscode.workspace.applyEdit(ignore.edit));
    await found(editor.document, "");
  });

  test("saving makes all safe fixes, if the settings say so", async () => {
    const mended = MODEL.replace("8, 3)", "8, 3, padding=1)");
    const editor = await open("saved.py", mended);
    await found(editor.document, "");
    const settings = vscode.workspace.getConfiguration("editor", editor.document);
    await settings.update("codeActionsOnSave", { "source.fixAll.convlint": "explicit" }, vscode.ConfigurationTarget.Workspace);
    try {
      await type(editor, "padding=1)", "padding=1)  # convlint: ignore[CVL102]");
      await found(editor.document, "CVL901"); // it silences nothing
      assert.ok(await editor.document.save());
      assert.equal(readFileSync(editor.document.uri.fsPath, "utf-8"), mended);
    } finally {
      await settings.update("codeActionsOnSave", undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  test("a hover tells of a layer", async () => {
    const editor = await open("hovered.py", MODEL);
    await found(editor.document, "CVL102");
    const told = await hover(editor.document, "self.conv(x)", 6);
    assert.match(told, /Conv2d/);
    assert.match(told, /parameters 224/);
  });

  test("lenses tell of a model, and show its summary", async () => {
    const editor = await open("lenses.py", MODEL);
    await found(editor.document, "CVL102");
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", editor.document.uri, 10);
    const titles = lenses.map((it) => it.command?.title ?? "").join("\n");
    assert.match(titles, /parameters/);
    const lens = lenses.find((it) => it.command?.title === "show summary")?.command;
    assert.ok(lens);
    await vscode.commands.executeCommand(lens.command, ...(lens.arguments ?? []));
    const shown = await until("the summary", () => vscode.window.visibleTextEditors.find((it) => it.document.uri.path.endsWith("Net.txt")));
    assert.match(shown.document.getText(), /conv.*Conv2d/);
    await close();
  });

  test("a layer is in the outline, and the way from a finding to it is open", async () => {
    const editor = await open("outline.py", MODEL);
    await found(editor.document, "CVL102");
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>("vscode.executeDocumentSymbolProvider", editor.document.uri);
    assert.deepEqual(symbols.map((it) => [it.name, it.children.map((child) => child.name)]), [["Net", ["conv"]]]);
    const call = at(editor.document, "self.conv(x)");
    const again = MODEL.replace("8, 3)", "8, 3, padding=1); self.next = nn.Conv2d(9, 4, 1)").replace("self.conv(x)", "self.next(self.conv(x))");
    await editor.edit((builder) => builder.replace(new vscode.Range(0, 0, editor.document.lineCount, 0), again));
    const [finding] = await found(editor.document, "CVL201");
    assert.equal(finding.range.start.line, call.line);
    const way = await vscode.commands.executeCommand<vscode.Location[]>("vscode.executeDefinitionProvider", editor.document.uri, finding.range.start);
    assert.deepEqual(way.map((it) => it.range.start.line), [6]);
  });

  test("a document that was never saved is linted", async () => {
    const document = await vscode.workspace.openTextDocument({ language: "python", content: MODEL });
    await vscode.window.showTextDocument(document);
    await found(document, "CVL102");
  });

  test("an import sees the text of another open file that is not saved", async () => {
    const part = await open("part.py", "from torch import nn\n\n\ndef layer():\n    return nn.Conv2d(3, 8, 1)\n");
    const whole = "import torch\nfrom torch import nn\nfrom part import layer\n\nnet = nn.Sequential(layer(), nn.Conv2d(8, 4, 1))\nnet(torch.randn(1, 3, 8, 8))\n";
    const user = await open("user.py", whole);
    await found(user.document, "");
    const again = await vscode.window.showTextDocument(part.document, { preview: false });
    await type(again, "3, 8, 1", "3, 9, 1");
    await found(user.document, "CVL201");
    await close();
    await found(user.document, "");
  });
});

async function hover(document: vscode.TextDocument, text: string, inside: number): Promise<string> {
  const place = at(document, text).translate(0, inside);
  const shown = await vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", document.uri, place);
  return shown.flatMap((it) => it.contents.map((content) => (typeof content === "string" ? content : content.value))).join("\n");
}
