/** What the editor calls to run the tests in its extension host. Their outcome is written to the file in CONVLINT_RESULTS. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import Mocha from "mocha";

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "tdd", timeout: 120_000 });
  for (const name of ["editing", "settings", "starting", "notebook"]) {
    mocha.addFile(join(__dirname, `${name}.js`));
  }
  const lines: string[] = [];
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on("pass", (test) => lines.push(`ok ${test.fullTitle()}`))
      .on("pending", (test) => lines.push(`left out ${test.fullTitle()}`))
      .on("fail", (test, error) => lines.push(`not ok ${test.fullTitle()}: ${error.stack ?? error.message}`));
  });
  writeFileSync(process.env.CONVLINT_RESULTS ?? "results.txt", `${lines.join("\n")}\n`);
}
