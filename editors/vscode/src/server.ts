/** The server: started, stopped and started again, one after the other; its state is shown in the status of the language. */

import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions, State } from "vscode-languageclient/node";

import { type Start, startOf } from "./command";
import { found } from "./finding";
import { settingsOf } from "./settings";

const ABSENT = "convlint is not installed: `pip install 'convlint[lsp]'`, or set `convlint.path`.";

export class Server implements vscode.Disposable {
  readonly status: vscode.LanguageStatusItem;
  private client: LanguageClient | undefined;
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly extension: string,
    private readonly interpreter: () => Promise<string>,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.status = vscode.languages.createLanguageStatusItem("convlint", { language: "python" });
    this.status.name = "convlint";
    this.status.command = { title: "Restart", command: "convlint.restart" };
  }

  /** Start it, or start it again. Whoever asks several times at once gets one start after the other. */
  restart(): Promise<void> {
    this.last = this.last.then(async () => {
      await this.end();
      await this.begin();
    });
    return this.last;
  }

  /** Stop it for good. */
  stop(): Promise<void> {
    this.last = this.last.then(() => this.end());
    return this.last;
  }

  dispose(): void {
    this.status.dispose();
  }

  private async begin(): Promise<void> {
    this.show("convlint is starting", "", { busy: true });
    const section = vscode.workspace.getConfiguration("convlint");
    try {
      const start = await startOf(
        {
          path: section.get<string[]>("path", []),
          interpreter: section.get<string>("interpreter", "") || (await this.interpreter()),
          importStrategy: section.get<"fromEnvironment" | "useBundled">("importStrategy", "fromEnvironment"),
          trusted: vscode.workspace.isTrusted,
        },
        found(this.extension),
      );
      if (start === undefined) {
        this.broken(ABSENT);
        this.offerLog(ABSENT);
        return;
      }
      this.log.info(`starting ${[start.command, ...start.args].join(" ")} (from ${start.from})`);
      this.client = this.made(start, settingsOf(section));
      await this.client.start();
    } catch (error) {
      this.log.error(String(error)); // which the client has shown, too
      await this.end();
      this.broken("convlint could not be started");
    }
  }

  private made(start: Start, settings: Record<string, unknown>): LanguageClient {
    const server: ServerOptions = {
      command: start.command,
      args: [...start.args],
      options: { cwd: this.extension, env: { ...process.env, ...start.env } },
    };
    const options: LanguageClientOptions = {
      documentSelector: [{ language: "python" }],
      outputChannel: this.log,
      initializationOptions: { settings },
      synchronize: { configurationSection: "convlint" },
      middleware: {
        workspace: {
          // A change may end this server before it is told of: the next one is told at its start.
          didChangeConfiguration: (sections, next) => next(sections).catch((error) => this.log.warn(String(error))),
        },
      },
    };
    const client = new LanguageClient("convlint", "convlint", server, options);
    client.onDidChangeState(({ newState }) => {
      if (client !== this.client) {
        return;
      }
      if (newState === State.Running) {
        this.show(`convlint ${client.initializeResult?.serverInfo?.version ?? ""}`, `from ${start.from}`);
      } else if (newState === State.Stopped) {
        this.show("convlint has stopped", "", { severity: vscode.LanguageStatusSeverity.Error });
      }
    });
    return client;
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      if (client?.needsStop()) {
        await client.stop();
      }
      await client?.dispose();
    } catch (error) {
      this.log.warn(String(error)); // it did not answer in time, or had never started
    }
  }

  private broken(text: string): void {
    this.show("convlint does not run", text, { severity: vscode.LanguageStatusSeverity.Error });
  }

  private offerLog(text: string): void {
    void vscode.window.showErrorMessage(text, "Show Log").then((shown) => {
      if (shown !== undefined) {
        this.log.show();
      }
    });
  }

  private show(text: string, detail: string, how: { busy?: boolean; severity?: vscode.LanguageStatusSeverity } = {}): void {
    this.status.text = text;
    this.status.detail = detail;
    this.status.busy = how.busy ?? false;
    this.status.severity = how.severity ?? vscode.LanguageStatusSeverity.Information;
  }
}
