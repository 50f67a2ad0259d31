/** Which rows and columns of the input no output depends on, followed back from the outputs through all calls. */

import { AXES, CELLS, joined as listed, type State } from "./model";
import type { Call } from "./types";

/** The cells of one axis of a result: whether anything depends on them. */
type Live = boolean[];

/** A stretch of the input that is never read: from its first cell to its last, which count from 0. */
export interface Stretch {
  axis: string;
  first: number;
  last: number;
}

/** Return the stretches that are never read, axis by axis; none where that is not known. */
export function unread(state: State): Stretch[] {
  const { page } = state;
  const shape = page.inputs.length ? state.sizes.shape(page.inputs[0]) : null;
  const axes = (shape?.length ?? 0) - 2;
  if (!page.tracked || state.broken?.node === null || !AXES[axes] || shape!.some((size) => size === null)) return [];
  const sizes = (shape as number[]).slice(2);
  return sizes.flatMap((size, axis) => {
    const live = readOnAxis(state, axis, axes, size);
    return live ? stretches(live, AXES[axes][axis]) : [];
  });
}

/** Return which cells of an axis of the input are read; null if all of them are, or that is not known. */
function readOnAxis(state: State, axis: number, axes: number, size: number): Live | null {
  const { nodes, outputs } = state.page;
  const read = new Map<number, Live | "all">();
  outputs.forEach((at) => read.set(at, "all"));
  const refused = state.broken?.node ?? nodes.length;
  const used = new Set(nodes.flatMap((call) => call.sources));
  for (let at = nodes.length - 1; at >= 0; at--) {
    const live = used.has(at) ? read.get(at) : "all";
    if (at >= refused) {
      nodes[at].sources.forEach((source) => read.set(source, "all")); // what it is given is there, what it gives is not
      continue;
    }
    if (!live || (live !== "all" && !live.includes(true))) continue;
    for (const source of nodes[at].sources) {
      const length = source < 0 ? size : lengthOf(state, nodes[source], axis, axes);
      const now = length === null ? "all" : through(state, nodes[at], live, axis, length);
      read.set(source, joined(read.get(source), now));
    }
  }
  const live = read.get(-1);
  return live === undefined || live === "all" ? null : live;
}

function lengthOf(state: State, call: Call, axis: number, axes: number): number | null {
  const shape = state.shape(call);
  return shape && shape.length === axes + 2 ? shape[axis + 2] : null;
}

/** Return which cells of what a call takes are read for the cells that are wanted of its result. */
function through(state: State, call: Call, live: Live | "all", axis: number, length: number): Live | "all" {
  if (call.reads === "same") return live === "all" || live.length !== length ? "all" : live;
  const window = call.reads === "window" ? state.axis(call.windows[0].axes[axis]) : null;
  if (!window || window.in !== length) return "all";
  const found = new Array<boolean>(length).fill(false);
  for (let out = 0; out < window.out; out++) {
    if (live !== "all" && !live[out]) continue;
    for (let tap = 0; tap < window.kernel; tap++) {
      const cell = out * window.stride - window.before + tap * window.dilation;
      if (cell >= 0 && cell < length) found[cell] = true;
    }
  }
  return found;
}

function joined(one: Live | "all" | undefined, other: Live | "all"): Live | "all" {
  if (one === undefined) return other;
  if (one === "all" || other === "all" || one.length !== other.length) return "all";
  return one.map((cell, at) => cell || other[at]);
}

function stretches(live: Live, axis: string): Stretch[] {
  const found: Stretch[] = [];
  live.forEach((cell, at) => {
    const last = found[found.length - 1];
    if (cell) return;
    if (last && last.last === at - 1) last.last = at;
    else found.push({ axis, first: at, last: at });
  });
  return found;
}

/** Return in words what is never read of the input: "2 rows and 2 columns of the input are never read". */
export function unreadText(found: readonly Stretch[]): string {
  const counts = new Map<string, number>();
  found.forEach(({ axis, first, last }) => counts.set(axis, (counts.get(axis) ?? 0) + last - first + 1));
  const parts = [...counts].map(([axis, count]) => `${count} ${CELLS[axis]}${count === 1 ? "" : "s"}`);
  if (!parts.length) return "";
  const alone = counts.size === 1 && [...counts.values()][0] === 1;
  return `${listed(parts)} of the input ${alone ? "is" : "are"} never read`;
}
