/** What is started, and what happens when it cannot be. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";

import { close, found, MODEL, open, set, status, until } from "./person";

suite("starting", () => {
  teardown(async () => {
    for (const name of ["path", "interpreter", "importStrategy"]) {
      await set(name, undefined);
    }
    await close();
  });

  test("the command starts it again, several times at once even", async () => {
    const editor = await open("again.py", MODEL);
    await found(editor.document, "CVL102");
    const before = await process_();
    const restart = () => vscode.commands.executeCommand("convlint.restart");
    await Promise.all([restart(), restart(), restart()]);
    assert.notEqual(await process_(), before);
    await found(editor.document, "CVL102");
  });

  test("what cannot be started is told, and started when the settings are right again", async () => {
    const editor = await open("wrong.py", MODEL);
    await found(editor.document, "CVL102");
    await set("path", ["/nowhere/convlint"]);
    const shown = await status();
    await until("the fault", () => shown.severity === vscode.LanguageStatusSeverity.Error);
    await found(editor.document, "");
    await set("path", undefined);
    await found(editor.document, "CVL102");
    await until("the status", () => shown.severity === vscode.LanguageStatusSeverity.Information);
  });

  test("an interpreter that is named is used", async () => {
    const editor = await open("named.py", MODEL);
    const python = process.env.CONVLINT_PYTHON ?? "";
    await set("interpreter", python);
    const shown = await status();
    await until("the interpreter's", () => shown.detail === `from ${python}`);
    await found(editor.document, "CVL102");
  });

  test("a command that is named is used", async () => {
    const editor = await open("commanded.py", MODEL);
    await set("path", [process.env.CONVLINT_PYTHON, "-m", "convlint"]);
    const shown = await status();
    await until("the command's", () => shown.detail === "from convlint.path");
    await found(editor.document, "CVL102");
  });

  test("the convlint of the extension can be preferred", async function () {
    const extension = vscode.extensions.getExtension("convlint.convlint");
    assert.ok(extension);
    if (!existsSync(join(extension.extensionPath, "bundled"))) {
      this.skip();
    }
    const editor = await open("bundled.py", MODEL);
    await set("interpreter", process.env.CONVLINT_PYTHON);
    await set("importStrategy", "useBundled");
    const shown = await status();
    await until("the extension's", () => shown.detail === "from the extension");
    await found(editor.document, "CVL102");
    const { location } = await information();
    assert.ok(location.startsWith(extension.extensionPath), location);
  });
});

async function information(): Promise<{ location: string; process: number }> {
  return JSON.parse(await vscode.commands.executeCommand<string>("convlint.printDebugInformation"));
}

async function process_(): Promise<number> {
  return (await information()).process;
}
