/** The extension: it starts convlint's language server, and starts it again when what it was started with changes. */

import * as vscode from "vscode";

import { chosenInterpreter, whenInterpreterChanges } from "./python";
import { Server } from "./server";

const NEEDS_RESTART = ["convlint.path", "convlint.interpreter", "convlint.importStrategy"];

/** What other extensions may ask of this one. */
export interface Api {
  /** The state of the server, as it is shown. */
  readonly status: vscode.LanguageStatusItem;
}

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<Api> {
  const log = vscode.window.createOutputChannel("convlint", { log: true });
  const started = new Server(context.extensionPath, chosenInterpreter, log);
  server = started;
  const restart = () => started.restart();
  context.subscriptions.push(
    log,
    started,
    vscode.commands.registerCommand("convlint.restart", restart),
    vscode.commands.registerCommand("convlint.showLog", () => log.show()),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (NEEDS_RESTART.some((name) => change.affectsConfiguration(name))) {
        void restart();
      }
    }),
  );
  const watching = await whenInterpreterChanges(() => void restart());
  if (watching !== undefined) {
    context.subscriptions.push(watching);
  }
  await restart();
  return { status: started.status };
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
