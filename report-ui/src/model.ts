/** What a model does with one input: the sizes of all calls, what is lost where, and what it demands. */

import { Sizes, floorDivide, holds, missed, type Values } from "./expressions";
import type { Call, Demand, Page, WindowAxis } from "./types";

export const AXES: Record<number, string[]> = { 1: ["length"], 2: ["height", "width"], 3: ["depth", "height", "width"] };
export const CELLS: Record<string, string> = { length: "position", depth: "plane", height: "row", width: "column" };
const ITEM_BYTES: Record<string, number> = {
  float64: 8, float16: 2, bfloat16: 2, int64: 8, int16: 2, int8: 1, uint8: 1, bool: 1, complex64: 8,
};

/** The cells at the end of one axis that no window reads, and how that comes. */
export interface Loss {
  axis: string;
  cells: number;
  formula: string;
}

export type Verdict = "lossless" | "lossy" | "refused" | "other";

/** The state of a page for one input. */
export class State {
  readonly sizes: Sizes;
  readonly broken: Demand | null;

  constructor(
    readonly page: Page,
    readonly values: Values,
  ) {
    this.sizes = new Sizes(page.expressions, values);
    this.broken = page.conditions.find((demand) => !holds(demand.if, values)) ?? null;
  }

  /** Tell whether the input is taken, and read to the end. */
  get verdict(): Verdict {
    if (this.page.error && !this.page.symbols.length) return "refused";
    if (this.broken) return this.page.onlyWay || this.broken.node !== null ? "refused" : "other";
    return this.page.nodes.some((call) => this.losses(call).length > 0) ? "lossy" : "lossless";
  }

  /** Return why the input is refused, with the numbers of this input where the text has formulas; "" if it is not. */
  get refusal(): string {
    if (!this.broken) return "";
    const numbers = /[A-Za-z]\w*\s*[-+*/]|[-+*/(]\s*[A-Za-z]/.test(this.broken.text) ? missed(this.broken.if, this.values) : "";
    return `${this.broken.text}${numbers && ` (here ${numbers})`}`;
  }

  /** Whether the sizes are those that the page began with, on which the findings are. */
  get begun(): boolean {
    return this.page.symbols.every((symbol) => this.values.get(symbol.name) === symbol.value);
  }

  shape(call: Call): (number | null)[] | null {
    return this.sizes.shape(call.out);
  }

  /** Return the cells that a call leaves unread, as CVL101 counts them. */
  losses(call: Call): Loss[] {
    return call.windows
      .filter((window) => window.slides)
      .flatMap((window) => window.axes.map((axis, at) => this.loss(axis, axisName(window.axes.length, at))))
      .filter((loss): loss is Loss => loss !== null);
  }

  private loss(axis: WindowAxis, name: string): Loss | null {
    const known = this.axis(axis);
    if (known === null || axis.ceil) return null;
    const extent = known.dilation * (known.kernel - 1) + 1;
    if (known.stride > extent || known.out < 1) return null;
    const rest = (known.in + known.before + known.after - extent) % known.stride;
    return rest > known.after ? { axis: name, cells: rest - known.after, formula: formula(known) } : null;
  }

  /** Return the numbers of a window's axis, null if any of them is not known. */
  axis(axis: WindowAxis): Record<Exclude<keyof WindowAxis, "ceil">, number> | null {
    const names = ["in", "out", "kernel", "stride", "before", "after", "dilation"] as const;
    const numbers = names.map((name) => this.sizes.of(axis[name]));
    if (numbers.some((number) => number === null)) return null;
    return Object.fromEntries(names.map((name, at) => [name, numbers[at]])) as ReturnType<State["axis"]>;
  }

  /** Return the bytes of what a call puts out. */
  bytes(call: Call): number | null {
    const volume = this.volume(call);
    return volume === null ? null : volume * (ITEM_BYTES[call.dtype] ?? 4);
  }

  volume(call: Call): number | null {
    const shape = this.shape(call);
    if (shape === null || shape.some((size) => size === null)) return null;
    return (shape as number[]).reduce((product, size) => product * size, 1);
  }

  /** Return the sum of what is known of a column; null if any part of it is not. */
  total(column: (call: Call) => number | null): number | null {
    return this.page.nodes.reduce<number | null>((sum, call) => {
      const value = column(call);
      return sum === null || value === null ? null : sum + value;
    }, 0);
  }
}

/** Return what an axis of a window is called. */
export function axisName(count: number, at: number): string {
  return AXES[count]?.[at] ?? `axis ${at}`;
}

/** Return the formula of a window with its numbers: "(224 − 4 + 2·0)/3 + 1". */
export function formula(axis: { in: number; kernel: number; stride: number; before: number; after: number; dilation: number }): string {
  const kernel = axis.dilation === 1 ? `${axis.kernel}` : `${axis.dilation}·(${axis.kernel} − 1) − 1`;
  const padding = axis.before === axis.after ? `2·${axis.before}` : `${axis.before} + ${axis.after}`;
  return `(${axis.in} − ${kernel} + ${padding})/${axis.stride} + 1`;
}

/** Return a formula with its value: "… = 74.33…, rounded to 74", or "… = 75". */
export function withValue(axis: Parameters<typeof formula>[0] & { out: number }): string {
  const extent = axis.dilation * (axis.kernel - 1) + 1;
  const over = axis.in + axis.before + axis.after - extent;
  const rest = ((over % axis.stride) + axis.stride) % axis.stride;
  if (!rest) return `${formula(axis)} = ${axis.out}`;
  return `${formula(axis)} = ${quotient(over + axis.stride, axis.stride)}, rounded to ${axis.out}`;
}

/** Return a fraction with two decimals, cut off with "…". */
export function quotient(numerator: number, denominator: number): string {
  const whole = floorDivide(numerator, denominator);
  const hundredths = ((numerator - whole * denominator) * 100) / denominator;
  const cut = Math.floor(hundredths);
  const exact = cut === hundredths;
  const decimals = exact ? String(cut).padStart(2, "0").replace(/0+$/, "") : String(cut).padStart(2, "0");
  return `${whole}${decimals ? `.${decimals}` : ""}${exact ? "" : "…"}`;
}

/** Return what is lost as `check` tells it: "1 row and 1 column at the end are never read". */
export function lossText(losses: readonly Loss[]): string {
  const parts = losses.map((loss) => `${loss.cells} ${CELLS[loss.axis] ?? "cell"}${loss.cells === 1 ? "" : "s"}`);
  const verb = losses.length === 1 && losses[0].cells === 1 ? "is" : "are";
  return `${joined(parts)} at the end ${verb} never read`;
}

export function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}

/** Return the verdict on each size of one symbol, the others as they are; `linked` symbols get the same size. */
export function strip(page: Page, values: Values, linked: readonly string[], sizes: readonly number[]): Verdict[] {
  return sizes.map((size) => new State(page, new Map([...values, ...linked.map((name) => [name, size] as const)])).verdict);
}
