/**
 * Install the editor in which the tests run: Visual Studio Code for servers, from its npm package (`npm run host`).
 *
 * Its install scripts fetch programs that no test needs (a search tool, terminals). So none of them is run, and the
 * parts without which it does not start are compiled here: that takes a C++ compiler, and Node of the version it wants.
 */

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const host = fileURLToPath(new URL("../host", import.meta.url));
const editor = join(host, "node_modules", "code-server");
const prefix = dirname(dirname(process.execPath));
const headers = existsSync(join(prefix, "include", "node", "node.h")) ? { npm_config_nodedir: prefix } : {};

function npm(folder, ...args) {
  execFileSync("npm", args, { cwd: folder, stdio: "inherit", env: { ...process.env, ...headers } });
}

npm(host, "ci", "--ignore-scripts");
npm(join(editor, "lib", "vscode"), "install", "--ignore-scripts", "--omit=dev");
npm(host, "rebuild", "argon2");
npm(join(editor, "lib", "vscode"), "rebuild", "@vscode/spdlog", "native-watchdog");
