/** The server as the extension starts it, driven by the protocol library of Visual Studio Code itself. */

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";

import { startOf } from "../src/command";
import { found } from "../src/finding";

const python = process.env.CONVLINT_PYTHON ?? "python3";
const there = spawnSync(python, ["-c", "import convlint, pygls"]).status === 0;
const MODEL = `from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return self.conv(x)
`;

test("diagnostics are pulled and hovers answered", { skip: there ? false : `${python} has no convlint` }, async () => {
  const start = await startOf(
    { path: [], interpreter: python, importStrategy: "fromEnvironment", trusted: true },
    found(mkdtempSync(join(tmpdir(), "convlint-"))),
  );
  assert.ok(start);
  const server = spawn(start.command, [...start.args], { env: { ...process.env, ...start.env } });
  const connection = createMessageConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  connection.listen();
  await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: null,
    capabilities: { textDocument: { diagnostic: {} }, general: { positionEncodings: ["utf-16"] } },
    initializationOptions: { settings: { codeLens: false } },
  });
  await connection.sendNotification("initialized", {});
  const textDocument = { uri: "untitled:Untitled-1", languageId: "python", version: 1, text: MODEL };
  await connection.sendNotification("textDocument/didOpen", { textDocument });
  const report = await connection.sendRequest<{ items: { code: string }[] }>("textDocument/diagnostic", { textDocument });
  assert.deepEqual(report.items.map((item) => item.code), ["CVL102"]);
  const position = { line: 8, character: 16 };
  const hover = await connection.sendRequest<{ contents: { value: string } }>("textDocument/hover", { textDocument, position });
  assert.match(hover.contents.value, /Conv2d/);
  assert.deepEqual(await connection.sendRequest("textDocument/codeLens", { textDocument }), []);
  await connection.sendRequest("shutdown");
  await connection.sendNotification("exit");
  const code = await new Promise((resolve) => server.on("exit", resolve));
  assert.equal(code, 0);
  connection.dispose();
});
