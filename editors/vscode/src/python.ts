/** The interpreter that the Python extension has chosen, if that extension is there. */

import * as vscode from "vscode";

interface PythonExtension {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(path: { readonly path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
    onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

async function pythonExtension(): Promise<PythonExtension | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  return extension?.activate();
}

/** Return the path of the interpreter for the first workspace folder; "" for none. */
export async function chosenInterpreter(): Promise<string> {
  const python = await pythonExtension();
  const path = python?.environments.getActiveEnvironmentPath(vscode.workspace.workspaceFolders?.[0]?.uri);
  const environment = path && (await python?.environments.resolveEnvironment(path));
  return environment?.executable.uri?.fsPath ?? "";
}

/** Tell when another interpreter is chosen. */
export async function whenInterpreterChanges(changed: () => void): Promise<vscode.Disposable | undefined> {
  const python = await pythonExtension();
  return python?.environments.onDidChangeActiveEnvironmentPath(changed);
}
