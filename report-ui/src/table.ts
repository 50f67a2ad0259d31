/** The table of all calls: sorted by any column, filtered by a text, copied as CSV or Markdown. */

import { copy, element } from "./dom";
import { lossText, type State } from "./model";
import type { Call } from "./types";
import { bytesText, countText, shapeText } from "./wording";

type Cell = string | number | null;

interface Column {
  name: string;
  value: (state: State, call: Call, at: number) => Cell;
  text: (value: Cell) => string;
  number?: boolean;
}

const plain = (value: Cell) => (value === null ? "–" : String(value));
const count = (value: Cell) => countText(value as number | null);

export const COLUMNS: Column[] = [
  { name: "#", value: (_state, _call, at) => at + 1, text: plain, number: true },
  { name: "layer", value: (_state, call) => call.path || call.name, text: plain },
  { name: "kind", value: (_state, call) => call.kind, text: plain },
  { name: "output", value: (state, call) => shapeText(state.shape(call)), text: plain },
  { name: "parameters", value: (state, call) => state.sizes.of(call.params), text: count, number: true },
  { name: "unshared", value: (state, call) => state.sizes.of(call.unshared), text: count, number: true },
  { name: "MACs", value: (state, call) => state.sizes.of(call.macs), text: count, number: true },
  { name: "bytes", value: (state, call) => state.bytes(call), text: (value) => bytesText(value as number | null), number: true },
  { name: "field", value: (_state, call) => call.field?.join("×") ?? null, text: plain },
  { name: "lost", value: (state, call) => lossText2(state, call), text: (value) => plain(value ?? "") },
];

function lossText2(state: State, call: Call): string {
  const losses = state.losses(call);
  return losses.length ? lossText(losses) : "";
}

/** Return the places of the calls that hold a text, in the order of a column. */
export function rowsOf(state: State, wanted: string, column: number, down: boolean): number[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const cells = state.page.nodes.map((call, at) => COLUMNS.map((it) => it.value(state, call, at)));
  const found = cells.flatMap((row, at) => (words.every((word) => row.join(" ").toLowerCase().includes(word)) ? [at] : []));
  const compare = (a: Cell, b: Cell) =>
    typeof a === "number" && typeof b === "number" ? a - b : a === null ? -1 : b === null ? 1 : String(a).localeCompare(String(b), "en", { numeric: true });
  found.sort((a, b) => (down ? -1 : 1) * compare(cells[a][column], cells[b][column]) || a - b);
  return found;
}

/** Return rows as CSV, values as they are. */
export function csv(state: State, rows: readonly number[]): string {
  const quote = (value: Cell) => (/[",\n]/.test(String(value ?? "")) ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? ""));
  const lines = rows.map((at) => COLUMNS.map((column) => quote(column.value(state, state.page.nodes[at], at))).join(","));
  return [COLUMNS.map((column) => column.name).join(","), ...lines].join("\n");
}

/** Return rows as a table of Markdown. */
export function markdown(state: State, rows: readonly number[]): string {
  const lines = rows.map((at) => COLUMNS.map((column) => column.text(column.value(state, state.page.nodes[at], at)).replaceAll("|", "\\|")));
  const head = [COLUMNS.map((column) => column.name), COLUMNS.map((column) => (column.number ? "---:" : "---"))];
  return [...head, ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The table on the page. */
export class Table {
  private column = 0;
  private down = false;
  private wanted = "";
  private state: State | null = null;
  private chosen: number | null = null;
  private readonly body = element("tbody");
  private readonly heads: HTMLElement[];

  constructor(
    host: HTMLElement,
    private readonly choose: (call: number) => void,
  ) {
    this.heads = COLUMNS.map((column, at) =>
      element("th", { scope: "col" }, element("button", { type: "button", onclick: () => this.sort(at) }, column.name)),
    );
    const button = (name: string, text: (state: State, rows: number[]) => string) =>
      element("button", { type: "button", onclick: () => this.state && copy(text(this.state, this.rows())) }, name);
    host.append(
      element("div", { class: "tools" }, button("copy as CSV", csv), button("copy as Markdown", markdown)),
      element("div", { class: "scroll" }, element("table", { class: "calls" }, element("thead", {}, element("tr", {}, ...this.heads)), this.body)),
    );
  }

  private sort(column: number): void {
    this.down = column === this.column ? !this.down : Boolean(COLUMNS[column].number && column);
    this.column = column;
    this.fill();
  }

  private rows(): number[] {
    return this.state ? rowsOf(this.state, this.wanted, this.column, this.down) : [];
  }

  filter(wanted: string): void {
    this.wanted = wanted;
    this.fill();
  }

  draw(state: State, chosen: number | null): void {
    this.state = state;
    this.chosen = chosen;
    this.fill();
  }

  private fill(): void {
    const { state } = this;
    if (!state) return;
    this.heads.forEach((head, at) => head.setAttribute("aria-sort", at !== this.column ? "none" : this.down ? "descending" : "ascending"));
    this.body.replaceChildren(
      ...this.rows().map((at) => {
        const call = state.page.nodes[at];
        const cells = COLUMNS.map((column) => element("td", { class: column.number ? "number" : false }, column.text(column.value(state, call, at))));
        const row = element("tr", { tabindex: 0, "data-call": at, "aria-selected": at === this.chosen, onclick: () => this.choose(at) }, ...cells);
        row.addEventListener("keydown", (event) => event.key === "Enter" && this.choose(at));
        row.classList.toggle("lossy", state.losses(call).length > 0);
        row.classList.toggle("broken", state.broken?.node === at);
        return row;
      }),
    );
  }
}
