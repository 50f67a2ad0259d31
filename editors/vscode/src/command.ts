/** How the server is started: what the settings say, else the interpreter's convlint, else the one on the PATH or in the extension. */

export interface Choices {
  /** `convlint.path`: the command and its arguments. */
  readonly path: readonly string[];
  /** `convlint.interpreter`, or what the Python extension has chosen; "" for neither. */
  readonly interpreter: string;
  readonly importStrategy: "fromEnvironment" | "useBundled";
  /** Whether the workspace is trusted: otherwise its settings do not say what is started. */
  readonly trusted: boolean;
}

/** What is there to be started. */
export interface Found {
  /** What an interpreter says of itself; undefined if it does not run. */
  python(interpreter: string): Promise<Python | undefined>;
  /** By version of Python ("3.12") the folder of the extension with convlint and what it needs, built for this platform. */
  readonly bundled: ReadonlyMap<string, string>;
  /** The `convlint` on the PATH; "" for none. */
  readonly onPath: string;
}

export interface Python {
  readonly version: string;
  /** Whether it can import convlint with its language server. */
  readonly hasConvlint: boolean;
}

export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where this convlint is from, for the person who asks. */
  readonly from: string;
}

/** Python looks for no module in the folder in which it starts, which may hold anything. */
export const SAFE = { PYTHONSAFEPATH: "1" } as const;

const MODULE = ["-m", "convlint", "server"] as const;

/** Return what to start; undefined if there is no convlint anywhere. */
export async function startOf(choices: Choices, found: Found): Promise<Start | undefined> {
  if (choices.trusted && choices.path.length > 0) {
    const [command, ...args] = choices.path;
    return { command, args: [...args, "server"], env: {}, from: "convlint.path" };
  }
  const chosen = choices.trusted ? choices.interpreter : "";
  const interpreter = chosen || defaultInterpreter(process.platform);
  const python = await found.python(interpreter);
  const bundled = bundledFor(interpreter, python, found);
  if (choices.importStrategy === "useBundled" && bundled !== undefined) {
    return bundled;
  }
  if (chosen !== "" && python?.hasConvlint) {
    return { command: chosen, args: MODULE, env: SAFE, from: chosen };
  }
  if (found.onPath !== "") {
    return { command: found.onPath, args: ["server"], env: {}, from: "the PATH" };
  }
  return bundled;
}

function bundledFor(interpreter: string, python: Python | undefined, found: Found): Start | undefined {
  const libs = python === undefined ? undefined : found.bundled.get(python.version);
  if (libs === undefined) {
    return undefined;
  }
  return { command: interpreter, args: MODULE, env: { ...SAFE, PYTHONPATH: libs }, from: "the extension" };
}

function defaultInterpreter(platform: NodeJS.Platform): string {
  return platform === "win32" ? "python" : "python3";
}
