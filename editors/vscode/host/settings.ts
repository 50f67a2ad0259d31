/** Settings hold at once. */

import assert from "node:assert/strict";
import * as vscode from "vscode";

import { close, found, MODEL, open, set, until } from "./person";

suite("settings", () => {
  teardown(async () => {
    for (const name of ["enable", "configuration", "inlayHints", "codeLens"]) {
      await set(name, undefined);
    }
    await close();
  });

  test("rules can be turned off", async () => {
    const editor = await open("ignored.py", MODEL);
    await found(editor.document, "CVL102");
    await set("configuration", { ignore: ["CVL102"] });
    await found(editor.document, "");
    await set("configuration", undefined);
    await found(editor.document, "CVL102");
  });

  test("a folder can be left alone", async () => {
    const editor = await open("alone.py", MODEL);
    await found(editor.document, "CVL102");
    await set("enable", false);
    await found(editor.document, "");
  });

  test("shapes stand beside the lines that store them, if wanted", async () => {
    const editor = await open("hints.py", MODEL.replace("return self.conv(x)", "y = self.conv(x)\n        return y"));
    await found(editor.document, "CVL102");
    assert.deepEqual(await hints(editor.document), []);
    await set("inlayHints", true);
    await until("the hints", async () => (await hints(editor.document)).some((it) => /8/.test(it)));
  });

  test("lenses can be turned off", async () => {
    const editor = await open("unlensed.py", MODEL);
    await found(editor.document, "CVL102");
    const count = async () => (await vscode.commands.executeCommand<unknown[]>("vscode.executeCodeLensProvider", editor.document.uri)).length;
    assert.ok((await count()) > 0);
    await set("codeLens", false);
    await until("no lenses", async () => (await count()) === 0);
  });
});

async function hints(document: vscode.TextDocument): Promise<string[]> {
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const shown = await vscode.commands.executeCommand<vscode.InlayHint[]>("vscode.executeInlayHintProvider", document.uri, whole);
  return shown.map((it) => (typeof it.label === "string" ? it.label : it.label.map((part) => part.value).join("")));
}
