/** The sliders for open sizes, each with a strip of all sizes in the colour of what becomes of them. */

import { element } from "./dom";
import { strip, type Verdict } from "./model";
import type { OpenSize, Page } from "./types";

export const VERDICTS: Record<Verdict, string> = {
  lossless: "accepted, and read to the end",
  lossy: "accepted, and cells are lost",
  refused: "refused",
  other: "taken another way, which is not drawn here",
};
const MOST_BATCH = 256;
const LEAST_RANGE = 512;

export class Controls {
  readonly values: Map<string, number>;
  private readonly linked: string[];
  private joined: boolean;
  private readonly inputs = new Map<string, HTMLInputElement[]>();
  private readonly strips = new Map<string, HTMLCanvasElement>();

  constructor(
    host: HTMLElement,
    private readonly page: Page,
    private readonly changed: () => void,
  ) {
    this.values = new Map(page.symbols.map((symbol) => [symbol.name, symbol.value]));
    const spatial = page.symbols.filter((symbol) => /^[HW]$/.test(symbol.name)).map((symbol) => symbol.name);
    this.linked = spatial.length === 2 ? spatial : [];
    this.joined = this.linked.length === 2 && this.values.get("H") === this.values.get("W");
    page.symbols.forEach((symbol) => host.append(this.row(symbol)));
    if (this.linked.length) host.append(this.joining());
  }

  private row(symbol: OpenSize): HTMLElement {
    const most = symbol.batch ? MOST_BATCH : Math.max(LEAST_RANGE, 2 * symbol.value);
    const set = (event: Event) => this.set(symbol.name, Number((event.target as HTMLInputElement).value));
    const shared = { min: symbol.least, max: most, value: symbol.value, oninput: set };
    const range = element("input", { type: "range", id: `range-${symbol.name}`, "aria-label": `size ${symbol.name}`, ...shared });
    const number = element("input", { type: "number", "aria-label": `size ${symbol.name} as a number`, ...shared, max: null });
    this.inputs.set(symbol.name, [range, number]);
    const canvas = symbol.batch ? null : element("canvas", { class: "strip", width: most, height: 1, role: "img" });
    if (canvas) {
      this.strips.set(symbol.name, canvas);
      canvas.addEventListener("click", (event) => {
        const box = canvas.getBoundingClientRect();
        this.set(symbol.name, Math.max(symbol.least, Math.ceil(((event.clientX - box.left) / box.width) * most)));
      });
    }
    return element("div", { class: "size" }, element("label", { for: `range-${symbol.name}` }, symbol.name), element("div", { class: "track" }, range, canvas), number);
  }

  private joining(): HTMLElement {
    const box = element("input", { type: "checkbox", id: "joined", onchange: (event: Event) => {
      this.joined = (event.target as HTMLInputElement).checked;
      if (this.joined) this.set("W", this.values.get("H") as number);
      else this.changed();
    } });
    box.checked = this.joined;
    return element("label", { class: "joined" }, box, " H = W");
  }

  /** Give a size a value, and with H = W the other one, too. */
  set(name: string, value: number): void {
    if (!Number.isInteger(value) || value < 1 || !this.values.has(name)) return;
    const names = this.joined && this.linked.includes(name) ? this.linked : [name];
    for (const one of names) {
      this.values.set(one, value);
      for (const input of this.inputs.get(one) ?? []) if (input.value !== String(value)) input.value = String(value);
    }
    this.changed();
  }

  /** Paint the strips; called when the picture is done. */
  paint(): void {
    const style = getComputedStyle(document.documentElement);
    const colours = Object.fromEntries(Object.keys(VERDICTS).map((verdict) => [verdict, style.getPropertyValue(`--${verdict}`)]));
    for (const [name, canvas] of this.strips) {
      const sizes = Array.from({ length: canvas.width }, (_, at) => at + 1);
      const names = this.joined && this.linked.includes(name) ? this.linked : [name];
      const verdicts = strip(this.page, this.values, names, sizes);
      const context = canvas.getContext("2d");
      verdicts.forEach((verdict, at) => {
        if (!context) return;
        context.fillStyle = colours[verdict];
        context.fillRect(at, 0, 1, 1);
      });
      canvas.setAttribute("aria-label", `sizes ${name}: ${spans(verdicts)}`);
    }
  }
}

/** Return in words which sizes become of what: "32…35 accepted, and read to the end". */
export function spans(verdicts: readonly Verdict[], most = 6): string {
  const found: string[] = [];
  let start = 0;
  for (let at = 1; at <= verdicts.length; at++) {
    if (at < verdicts.length && verdicts[at] === verdicts[start]) continue;
    if (verdicts[start] !== "refused") found.push(`${start + 1 === at ? at : `${start + 1}…${at}`} ${VERDICTS[verdicts[start]]}`);
    start = at;
  }
  const shown = found.slice(0, most).join("; ") || "all refused";
  return found.length > most ? `${shown}; and ${found.length - most} more stretches` : shown;
}
