/**
 * Put convlint and what it needs into the extension: `npm run bundle -- PYTHON...`.
 *
 * Parts of it are compiled: a bundle is for one platform and one version of Python, that of the interpreter whose pip
 * makes it. Several interpreters make several bundles, and the extension takes the one that fits.
 */

import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const extension = fileURLToPath(new URL("..", import.meta.url));
const project = join(extension, "..", "..");
const interpreters = process.argv.slice(2);

for (const python of interpreters.length > 0 ? interpreters : ["python3"]) {
  const print = "import sys; print('%d.%d' % sys.version_info[:2])";
  const version = execFileSync(python, ["-c", print], { encoding: "utf-8" }).trim();
  const folder = join(extension, "bundled", `${process.platform}-${process.arch}-${version}`);
  rmSync(folder, { recursive: true, force: true });
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile", "--target", folder];
  execFileSync(python, [...pip, `${project}[lsp]`], { stdio: "inherit" });
  rmSync(join(folder, "bin"), { recursive: true, force: true });
  console.log(`bundled for Python ${version}: ${folder}`);
}
