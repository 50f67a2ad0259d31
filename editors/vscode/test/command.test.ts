import assert from "node:assert/strict";
import { test } from "node:test";

import { type Choices, type Found, type Python, SAFE, startOf } from "../src/command";

const CHOICES: Choices = { path: [], interpreter: "", importStrategy: "fromEnvironment", trusted: true };
const WITH: Python = { version: "3.12", hasConvlint: true };
const WITHOUT: Python = { version: "3.12", hasConvlint: false };

function there(python: Python | undefined, more: Partial<Found> = {}): Found {
  return { python: async () => python, bundled: new Map(), onPath: "", ...more };
}

const BUNDLE = { bundled: new Map([["3.11", "/libs/3.11"], ["3.12", "/libs/3.12"]]) };

test("the settings say what to start", async () => {
  const start = await startOf({ ...CHOICES, path: ["uvx", "convlint"], interpreter: "/py" }, there(WITH));
  assert.deepEqual(start, { command: "uvx", args: ["convlint", "server"], env: {}, from: "convlint.path" });
});

test("the interpreter's convlint comes first, then the one on the PATH, then the bundled one", async () => {
  const choices = { ...CHOICES, interpreter: "/py" };
  const onPath = "/bin/convlint";
  const own = await startOf(choices, there(WITH, { ...BUNDLE, onPath }));
  assert.deepEqual(own, { command: "/py", args: ["-m", "convlint", "server"], env: SAFE, from: "/py" });
  const installed = await startOf(choices, there(WITHOUT, { ...BUNDLE, onPath }));
  assert.deepEqual(installed, { command: onPath, args: ["server"], env: {}, from: "the PATH" });
  const bundled = await startOf(choices, there(WITHOUT, BUNDLE));
  assert.equal(bundled?.env.PYTHONPATH, "/libs/3.12");
  assert.equal(bundled?.command, "/py");
  assert.equal(await startOf(choices, there(WITHOUT)), undefined);
});

test("the bundled one may be preferred, if there is one for this Python", async () => {
  const choices: Choices = { ...CHOICES, interpreter: "/py", importStrategy: "useBundled" };
  assert.equal((await startOf(choices, there(WITH, BUNDLE)))?.from, "the extension");
  assert.equal((await startOf(choices, there(WITH, { bundled: new Map([["3.9", "/libs/3.9"]]) })))?.from, "/py");
  assert.equal((await startOf(choices, there(undefined, { ...BUNDLE, onPath: "/bin/convlint" })))?.from, "the PATH");
});

test("so it is without an interpreter, too", async () => {
  assert.equal((await startOf(CHOICES, there(WITHOUT, { ...BUNDLE, onPath: "/bin/convlint" })))?.from, "the PATH");
  const bundled = await startOf(CHOICES, there(WITHOUT, BUNDLE));
  assert.equal(bundled?.from, "the extension");
  assert.match(bundled?.command ?? "", /^python3?$/);
});

test("nothing that an untrusted workspace names is started, or asked", async () => {
  const asked: string[] = [];
  const found = { ...there(WITH, { onPath: "/bin/convlint" }), python: async (name: string) => void asked.push(name) };
  const choices = { ...CHOICES, path: ["./evil"], interpreter: "./evil", trusted: false };
  assert.equal((await startOf(choices, found))?.command, "/bin/convlint");
  assert.ok(!asked.includes("./evil"));
});
