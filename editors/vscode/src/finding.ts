/** What of convlint is there: in an interpreter, in the extension, on the PATH. */

import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

import { type Found, type Python, SAFE } from "./command";

const ASKED =
  "import sys, importlib.util as u; print('%d.%d' % sys.version_info[:2], all(map(u.find_spec, ('convlint', 'pygls'))))";
const PATIENCE = 20_000;

/** Ask an interpreter for its version and for convlint. It starts in a folder of ours, in which there are no modules. */
export function askPython(interpreter: string, folder: string): Promise<Python | undefined> {
  const options = { cwd: folder, env: { ...process.env, ...SAFE }, timeout: PATIENCE };
  return new Promise((resolve) => {
    execFile(interpreter, ["-c", ASKED], options, (error, output) => {
      const [version, there] = output.trim().split(" ");
      resolve(error === null && there !== undefined ? { version, hasConvlint: there === "True" } : undefined);
    });
  });
}

/** Return what there is, seen from the extension in a folder. */
export function found(extension: string): Found {
  return {
    python: (interpreter) => askPython(interpreter, extension),
    bundled: bundlesIn(join(extension, "bundled")),
    onPath: whichOf(process.platform === "win32" ? "convlint.exe" : "convlint", process.env.PATH ?? ""),
  };
}

/** Return the bundles for this platform by version of Python; `npm run bundle` makes them. */
export function bundlesIn(folder: string): Map<string, string> {
  const platform = `${process.platform}-${process.arch}-`;
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(platform)) : [];
  return new Map(names.map((name) => [name.slice(platform.length), join(folder, name)]));
}

/** Return the first program of a name in the folders of a PATH; "" for none. Folders without a root are the workspace's to fill. */
export function whichOf(name: string, path: string): string {
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
    } catch {
      continue;
    }
    if (statSync(file).isFile()) {
      return file;
    }
  }
  return "";
}
