/** What is told of one call: formula with numbers, costs, receptive field, and what is never read. */

import { element } from "./dom";
import { axisName, lossText, withValue, type State } from "./model";
import { labelOf } from "./drawing";
import type { Item } from "./folding";
import type { Call, Finding } from "./types";
import { unread, unreadText, type Stretch } from "./unread";
import { bytesText, countText, shapeText } from "./wording";

/** Return the rows about a call: what, and how much. */
export function facts(state: State, call: Call): [string, string][] {
  const rows: [string, string][] = [
    ["input", call.in.map((shape) => shapeText(state.sizes.shape(shape))).join(", ") || "–"],
    ["output", shapeText(state.shape(call))],
  ];
  for (const window of call.windows) {
    window.axes.forEach((axis, at) => {
      const known = state.axis(axis);
      if (known && window.kind !== "conv_transpose" && !axis.ceil) rows.push([axisName(window.axes.length, at), withValue(known)]);
    });
  }
  rows.push(["parameters", countText(state.sizes.of(call.params))]);
  const unshared = state.sizes.of(call.unshared);
  if (unshared !== null) rows.push(["without sharing", countText(unshared)]);
  rows.push(["MACs", countText(state.sizes.of(call.macs))]);
  rows.push(["bytes put out", bytesText(state.bytes(call))]);
  if (call.field) rows.push(["receptive field", call.field.join("×")]);
  rows.push(["source", `${call.file}:${call.row}`]);
  return rows;
}

/** Return the panel about a module, or about several equal ones: all that is inside together. */
export function moduleDetails(state: State, item: Item, open: (item: Item) => void): HTMLElement {
  const calls = item.calls.map((at) => state.page.nodes[at]);
  const [first, last] = [calls[0], calls[calls.length - 1]];
  const sum = (column: (call: Call) => number | null) =>
    calls.reduce<number | null>((all, call) => ((value) => (all === null || value === null ? null : all + value))(column(call)), 0);
  const own = new Map(calls.map((call, at) => [call.path || `#${at}`, state.sizes.of(call.params)]));
  const params = [...own.values()].reduce<number | null>((all, count) => (all === null || count === null ? null : all + count), 0);
  const rows: [string, string][] = [
    ["input", first.in.map((shape) => shapeText(state.sizes.shape(shape))).join(", ") || "–"],
    ["output", shapeText(state.shape(last))],
    ["calls inside", countText(calls.length)],
    ["parameters", countText(params)],
    ["MACs", countText(sum((call) => state.sizes.of(call.macs)))],
    ["bytes put out", bytesText(sum((call) => state.bytes(call)))],
  ];
  if (last.field) rows.push(["receptive field", last.field.join("×")]);
  const lossy = calls.filter((call) => state.losses(call).length);
  const broken = item.calls.find((at) => state.broken?.node === at);
  const panel = element("section", { class: "details", "aria-label": "the chosen module" });
  const button = element("button", { type: "button", onclick: () => open(item) }, "open");
  panel.append(element("h2", {}, labelOf(item), " ", element("small", {}, item.kind), " ", button), factsTable(rows));
  const picture = fieldPicture(state, last);
  if (picture) panel.append(picture);
  lossy.forEach((call) => panel.append(element("p", { class: "loss" }, `${call.path || call.name}: ${lossText(state.losses(call))}`)));
  if (broken !== undefined) panel.append(element("p", { class: "refusal" }, `${state.page.nodes[broken].path}: torch raises: ${state.refusal}`));
  panel.append(...findingsOf(state, item.calls));
  return panel;
}

function factsTable(rows: readonly [string, string][]): HTMLElement {
  const table = element("table", { class: "facts" });
  for (const [name, text] of rows) table.append(element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, text)));
  return table;
}

/** Return the findings on calls, as long as the sizes are those that they were found with. */
function findingsOf(state: State, calls: readonly number[]): HTMLElement[] {
  const there = (one: Finding) => state.begun && one.node !== null && calls.includes(one.node);
  return state.page.findings.filter(there).map((one) => element("p", { class: one.severity }, `${one.code} ${one.message}`));
}

/** Return the panel about a call. */
export function details(state: State, at: number): HTMLElement {
  const call = state.page.nodes[at];
  const losses = state.losses(call);
  const panel = element("section", { class: "details", "aria-label": "the chosen layer" });
  const picture = fieldPicture(state, call);
  panel.append(element("h2", {}, call.path || call.name, " ", element("small", {}, call.kind)), factsTable(facts(state, call)));
  if (picture) panel.append(picture);
  if (losses.length) panel.append(element("p", { class: "loss" }, lossText(losses)));
  if (state.broken?.node === at) panel.append(element("p", { class: "refusal" }, `torch raises: ${state.refusal}`));
  panel.append(...findingsOf(state, [at]));
  return panel;
}

const SIDE = 170;

/** Draw the input with the receptive field of one output cell, and shaded the cells that no layer ever reads. */
function fieldPicture(state: State, call: Call): HTMLElement | null {
  const input = state.page.inputs[0] && state.sizes.shape(state.page.inputs[0]);
  if (!input || input.length < 4 || input.some((size) => size === null)) return null;
  const [high, wide] = (input as number[]).slice(-2);
  const field = call.field?.slice(-2);
  const missed = unread(state).filter((one) => one.axis !== "depth");
  if (!field && !missed.length) return null;
  const factor = SIDE / Math.max(high, wide);
  const [height, width] = [high * factor, wide * factor];
  const rect = (x: number, y: number, w: number, h: number, kind: string) =>
    `<rect class="${kind}" x="${x.toFixed(2)}" y="${y.toFixed(2)}" width="${Math.max(w, 0).toFixed(2)}" height="${Math.max(h, 0).toFixed(2)}"/>`;
  const figure = element("figure");
  const bar = ({ axis, first, last }: Stretch) => {
    const [start, thick] = [first * factor, Math.max((last - first + 1) * factor, missed.length > 8 ? 0 : 1.5)];
    const from = Math.min(start, (axis === "height" ? height : width) - thick);
    return axis === "height" ? rect(0, from, width, thick, "unread") : rect(from, 0, thick, height, "unread");
  };
  const inner = field ? [Math.min(field[1] * factor, width), Math.min(field[0] * factor, height)] : null;
  const middle = inner ? rect((width - inner[0]) / 2, (height - inner[1]) / 2, inner[0], inner[1], "field") : "";
  const beyond = field && (field[0] > high || field[1] > wide) ? ", more than all of it" : "";
  const label = `input ${high}×${wide}${field ? `, receptive field ${field.join("×")}${beyond}` : ""}${missed.length ? `; shaded: ${unreadText(missed)}` : ""}`;
  figure.innerHTML = `<svg role="img" width="${width + 2}" height="${height + 2}" viewBox="-1 -1 ${width + 2} ${height + 2}">${rect(0, 0, width, height, "whole")}${middle}${missed.map(bar).join("")}</svg>`;
  figure.querySelector("svg")!.setAttribute("aria-label", label);
  figure.append(element("figcaption", {}, label));
  return figure;
}
