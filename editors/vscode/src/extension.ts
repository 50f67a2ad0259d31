/** The extension: it starts convlint's language server, and starts it again when what it was started with changes. */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";

import { startOf } from "./command";
import { settingsOf } from "./settings";

const NEEDS_RESTART = ["convlint.path", "convlint.interpreter", "convlint.importStrategy"];

const FINDS = "import importlib.util as u; assert u.find_spec('convlint') and u.find_spec('pygls')";

let client: LanguageClient | undefined;
let log: vscode.LogOutputChannel;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  log = vscode.window.createOutputChannel("convlint", { log: true });
  const restart = () => start(context);
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand("convlint.restart", restart),
    vscode.commands.registerCommand("convlint.showLog", () => log.show()),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (NEEDS_RESTART.some((name) => change.affectsConfiguration(name))) {
        void restart();
      }
    }),
  );
  await watchInterpreter(context, restart);
  await start(context);
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function start(context: vscode.ExtensionContext): Promise<void> {
  await client?.stop();
  const section = vscode.workspace.getConfiguration("convlint");
  const bundled = join(context.extensionPath, "bundled", "libs");
  const chosen = startOf(
    {
      path: section.get<string[]>("path", []),
      interpreter: section.get<string>("interpreter", "") || (await chosenInterpreter()),
      importStrategy: section.get<"fromEnvironment" | "useBundled">("importStrategy", "fromEnvironment"),
      bundled: existsSync(bundled) ? bundled : "",
      trusted: vscode.workspace.isTrusted,
    },
    hasConvlint,
  );
  log.info(`starting ${[chosen.command, ...chosen.args].join(" ")}`);
  const server: ServerOptions = {
    command: chosen.command,
    args: [...chosen.args],
    options: { cwd: context.extensionPath, env: { ...process.env, ...chosen.env } },
  };
  const options: LanguageClientOptions = {
    documentSelector: [{ language: "python" }],
    outputChannel: log,
    initializationOptions: { settings: settingsOf(section) },
    synchronize: { configurationSection: "convlint" },
  };
  client = new LanguageClient("convlint", "convlint", server, options);
  try {
    await client.start();
  } catch (error) {
    log.error(String(error));
    const shown = await vscode.window.showErrorMessage(
      "convlint could not be started: install it with `pip install 'convlint[lsp]'`, or set `convlint.path`.",
      "Show Log",
    );
    if (shown !== undefined) {
      log.show();
    }
  }
}

function hasConvlint(interpreter: string): boolean {
  const done = spawnSync(interpreter, ["-I", "-c", FINDS]);
  return done.status === 0;
}

interface PythonExtension {
  readonly environments: {
    getActiveEnvironmentPath(): { readonly path: string };
    resolveEnvironment(path: { readonly path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
    onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

async function pythonExtension(): Promise<PythonExtension | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  return extension?.activate();
}

async function chosenInterpreter(): Promise<string> {
  const python = await pythonExtension();
  const path = python?.environments.getActiveEnvironmentPath();
  const environment = path && (await python?.environments.resolveEnvironment(path));
  return environment?.executable.uri?.fsPath ?? "";
}

async function watchInterpreter(context: vscode.ExtensionContext, changed: () => void): Promise<void> {
  const python = await pythonExtension();
  if (python !== undefined) {
    context.subscriptions.push(python.environments.onDidChangeActiveEnvironmentPath(changed));
  }
}
