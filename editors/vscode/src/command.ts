/** How the server is started: what the settings say, else the interpreter's convlint, else the one on the PATH. */

export interface Choices {
  /** `convlint.path`: the command and its arguments. */
  readonly path: readonly string[];
  /** `convlint.interpreter`, or what the Python extension has chosen; "" for neither. */
  readonly interpreter: string;
  readonly importStrategy: "fromEnvironment" | "useBundled";
  /** The folder of the convlint that came with the extension; "" for none. */
  readonly bundled: string;
  /** Whether the workspace is trusted: otherwise its settings do not say what is started. */
  readonly trusted: boolean;
}

export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Python looks for no module in the folder in which it starts, which may hold anything. */
export const SAFE = { PYTHONSAFEPATH: "1" } as const;

/**
 * Return what to start. `hasConvlint` tells whether an interpreter can import convlint with its language server.
 */
export function startOf(choices: Choices, hasConvlint: (interpreter: string) => boolean): Start {
  const interpreter = choices.trusted ? choices.interpreter : "";
  if (choices.trusted && choices.path.length > 0) {
    const [command, ...args] = choices.path;
    return { command, args: [...args, "server"], env: {} };
  }
  const bundled: Start = {
    command: interpreter || "python3",
    args: ["-m", "convlint", "server"],
    env: { PYTHONPATH: choices.bundled, ...SAFE },
  };
  if (choices.importStrategy === "useBundled" && choices.bundled !== "") {
    return bundled;
  }
  if (interpreter !== "" && hasConvlint(interpreter)) {
    return { command: interpreter, args: ["-m", "convlint", "server"], env: SAFE };
  }
  if (interpreter !== "" && choices.bundled !== "") {
    return bundled;
  }
  return { command: "convlint", args: ["server"], env: {} };
}
