/** What a person does in the editor, and sees there. */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";

import type { Api } from "../src/extension";

const PATIENCE = 60_000;

export const MODEL = `from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        name = "😋"; self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return self.conv(x)
`;

/** Wait until something holds, and return it; what never holds fails. */
export async function until<T>(what: string, get: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    const value = await get();
    if (value !== undefined && value !== false) {
      return value;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`in vain: ${what}`);
}

export async function status(): Promise<vscode.LanguageStatusItem> {
  const extension = vscode.extensions.getExtension<Api>("convlint.convlint");
  assert.ok(extension, "the extension is not installed");
  return (await extension.activate()).status;
}

export function folder(): string {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(root);
  return root;
}

/** Open a file of the workspace that holds a text. */
export async function open(name: string, text: string): Promise<vscode.TextEditor> {
  const path = join(folder(), name);
  writeFileSync(path, text);
  return vscode.window.showTextDocument(vscode.Uri.file(path), { preview: false });
}

export async function close(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
}

export function diagnostics(document: vscode.TextDocument): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(document.uri).filter((it) => it.source === "convlint");
}

export function codes(document: vscode.TextDocument): string {
  return diagnostics(document).map(codeOf).sort().join(" ");
}

export function codeOf(diagnostic: vscode.Diagnostic): string {
  return String(typeof diagnostic.code === "object" ? diagnostic.code.value : diagnostic.code);
}

/** Wait until a document has the findings of these codes, no more and no less. */
export async function found(document: vscode.TextDocument, expected: string): Promise<vscode.Diagnostic[]> {
  await until(`${expected || "no findings"} in ${document.uri}`, () => codes(document) === expected).catch((error) => {
    throw new Error(`${error.message}, but ${codes(document)}`);
  });
  return diagnostics(document);
}

/** Replace a piece of text that is there once. */
export async function type(editor: vscode.TextEditor, before: string, after: string): Promise<void> {
  const start = editor.document.getText().indexOf(before);
  assert.ok(start >= 0, before);
  const range = new vscode.Range(editor.document.positionAt(start), editor.document.positionAt(start + before.length));
  assert.ok(await editor.edit((builder) => builder.replace(range, after)));
}

export function at(document: vscode.TextDocument, text: string): vscode.Position {
  const start = document.getText().indexOf(text);
  assert.ok(start >= 0, text);
  return document.positionAt(start);
}

export async function actions(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> {
  return vscode.commands.executeCommand<vscode.CodeAction[]>("vscode.executeCodeActionProvider", document.uri, range);
}

export async function set(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration("convlint").update(name, value, vscode.ConfigurationTarget.Workspace);
}
