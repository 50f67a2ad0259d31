import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";

import { askPython, found, whichOf } from "../src/finding";

const python = process.env.CONVLINT_PYTHON ?? "python3";

test("an interpreter says which it is, one that does not run says nothing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "convlint-"));
  assert.match((await askPython(python, folder))?.version ?? "", /^3\.\d+$/);
  assert.equal(await askPython(join(folder, "absent"), folder), undefined);
});

test("a program is sought in the folders of the PATH, and only there", () => {
  const folder = mkdtempSync(join(tmpdir(), "convlint-"));
  mkdirSync(join(folder, "a", "convlint"), { recursive: true }); // a folder is no program
  mkdirSync(join(folder, "b"));
  writeFileSync(join(folder, "b", "convlint"), "");
  chmodSync(join(folder, "b", "convlint"), 0o755);
  const path = ["", ".", "b", join(folder, "absent"), join(folder, "a"), join(folder, "b")].join(delimiter);
  assert.equal(whichOf("convlint", path), join(folder, "b", "convlint"));
  assert.equal(whichOf("convlint", ""), "");
});

test("the bundles for this platform are seen, and no others", () => {
  const folder = mkdtempSync(join(tmpdir(), "convlint-"));
  assert.equal(found(folder).bundled.size, 0);
  const own = join(folder, "bundled", `${process.platform}-${process.arch}-3.12`);
  mkdirSync(own, { recursive: true });
  mkdirSync(join(folder, "bundled", "another-z80-3.11"));
  assert.deepEqual([...found(folder).bundled], [["3.12", own]]);
});
