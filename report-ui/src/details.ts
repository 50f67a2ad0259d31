/** What is told of one call: formula with numbers, costs, receptive field, and what is never read. */

import { element } from "./dom";
import { axisName, lossText, withValue, type Loss, type State } from "./model";
import type { Call } from "./types";
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

/** Return the panel about a call. */
export function details(state: State, at: number): HTMLElement {
  const call = state.page.nodes[at];
  const losses = state.losses(call);
  const table = element("table", { class: "facts" });
  for (const [name, text] of facts(state, call)) {
    table.append(element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, text)));
  }
  const panel = element("section", { class: "details", "aria-label": "the chosen layer" });
  const picture = fieldPicture(state, call, losses);
  panel.append(element("h2", {}, call.path || call.name, " ", element("small", {}, call.kind)), table);
  if (picture) panel.append(picture);
  if (losses.length) panel.append(element("p", { class: "loss" }, lossText(losses)));
  if (state.broken?.node === at) panel.append(element("p", { class: "refusal" }, `torch raises: ${state.broken.text}`));
  const begun = state.page.symbols.every((symbol) => state.values.get(symbol.name) === symbol.value);
  for (const finding of state.page.findings.filter((one) => begun && one.node === at)) {
    panel.append(element("p", { class: finding.severity }, `${finding.code} ${finding.message}`));
  }
  return panel;
}

/** Draw the input with the receptive field of one output cell, and the cells at its end that a first layer never reads. */
function fieldPicture(state: State, call: Call, losses: readonly Loss[]): HTMLElement | null {
  const input = state.page.inputs[0] && state.sizes.shape(state.page.inputs[0]);
  if (!input || input.length < 4 || input.some((size) => size === null)) return null;
  const [high, wide] = (input as number[]).slice(-2);
  const field = call.field?.slice(-2);
  const first = call.sources.length === 1 && call.sources[0] === -1;
  const lost = first ? losses : [];
  if (!field && !lost.length) return null;
  const factor = 140 / Math.max(high, wide);
  const [height, width] = [high * factor, wide * factor];
  const cells = (axis: string) => (lost.find((loss) => loss.axis === axis)?.cells ?? 0) * factor;
  const rect = (x: number, y: number, w: number, h: number, kind: string) =>
    `<rect class="${kind}" x="${x.toFixed(2)}" y="${y.toFixed(2)}" width="${Math.max(w, 0).toFixed(2)}" height="${Math.max(h, 0).toFixed(2)}"/>`;
  const figure = element("figure");
  const bars = [
    cells("height") ? rect(0, height - Math.max(cells("height"), 1.5), width, Math.max(cells("height"), 1.5), "unread") : "",
    cells("width") ? rect(width - Math.max(cells("width"), 1.5), 0, Math.max(cells("width"), 1.5), height, "unread") : "",
  ];
  const inner = field ? [Math.min(field[1] * factor, width), Math.min(field[0] * factor, height)] : null;
  const middle = inner ? rect((width - inner[0]) / 2, (height - inner[1]) / 2, inner[0], inner[1], "field") : "";
  const label = `input ${high}×${wide}${field ? `, receptive field ${field.join("×")}` : ""}${lost.length ? `, ${lossText(lost)}` : ""}`;
  figure.innerHTML = `<svg role="img" width="${width + 2}" height="${height + 2}" viewBox="-1 -1 ${width + 2} ${height + 2}">${rect(0, 0, width, height, "whole")}${middle}${bars.join("")}</svg>`;
  figure.querySelector("svg")!.setAttribute("aria-label", label);
  figure.append(element("figcaption", {}, label));
  return figure;
}
