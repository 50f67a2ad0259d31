import assert from "node:assert/strict";
import { test } from "node:test";

import { type Choices, SAFE, startOf } from "../src/command";

const CHOICES: Choices = { path: [], interpreter: "", importStrategy: "fromEnvironment", bundled: "", trusted: true };
const yes = () => true;
const no = () => false;

test("the settings say what to start", () => {
  const start = startOf({ ...CHOICES, path: ["uvx", "convlint"], interpreter: "/py" }, yes);
  assert.deepEqual(start, { command: "uvx", args: ["convlint", "server"], env: {} });
});

test("the interpreter's convlint comes before the bundled one, and that before the one on the PATH", () => {
  const choices = { ...CHOICES, interpreter: "/py", bundled: "/libs" };
  assert.deepEqual(startOf(choices, yes), { command: "/py", args: ["-m", "convlint", "server"], env: SAFE });
  assert.equal(startOf(choices, no).env.PYTHONPATH, "/libs");
  assert.deepEqual(startOf({ ...choices, bundled: "" }, no), { command: "convlint", args: ["server"], env: {} });
});

test("the bundled one may be preferred, if there is one", () => {
  const choices: Choices = { ...CHOICES, interpreter: "/py", importStrategy: "useBundled" };
  assert.equal(startOf({ ...choices, bundled: "/libs" }, yes).env.PYTHONPATH, "/libs");
  assert.deepEqual(startOf(choices, yes).env, SAFE);
});

test("nothing that an untrusted workspace names is started", () => {
  const choices = { ...CHOICES, path: ["./evil"], interpreter: "./evil", trusted: false };
  assert.equal(startOf(choices, yes).command, "convlint");
});
