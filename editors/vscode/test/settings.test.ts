import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { settingsOf } from "../src/settings";

test("what is set is sent, and nothing that is only the extension's", () => {
  const values: Record<string, unknown> = { inlayHints: true, configuration: null, path: ["x"], enable: false };
  const section = { get: <T>(name: string) => values[name] as T | undefined };
  assert.deepEqual(settingsOf(section), { enable: false, inlayHints: true });
});

test("every setting that is read has a description and a default", () => {
  const manifest = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf-8"));
  for (const [name, setting] of Object.entries<Record<string, unknown>>(manifest.contributes.configuration.properties)) {
    assert.ok(setting.description, name);
    assert.notEqual(setting.default, undefined, name);
  }
});
