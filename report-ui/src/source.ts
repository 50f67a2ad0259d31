/** The source with what each line holds, computed for the sizes of the moment. */

import { element } from "./dom";
import type { State } from "./model";
import type { Finding, Held, Seen } from "./types";
import { shapeText } from "./wording";

export function seenText(state: State, seen: Seen): string {
  if (typeof seen === "string") return seen;
  if (Array.isArray(seen)) return `(${seen.map((part) => seenText(state, part)).join(", ")})`;
  const text = shapeText(state.sizes.shape(seen.shape));
  return seen.dtype ? `${text} ${seen.dtype}` : text;
}

export function heldText(state: State, row: readonly Held[]): string {
  return row
    .map((held) => {
      const texts = [...new Set(held.values.map((one) => seenText(state, one.value)))];
      const runs = held.values.reduce((sum, one) => sum + one.runs, 0);
      const shown = texts.length > 3 ? `${texts[0]} … ${texts[texts.length - 1]}` : texts.join(", ");
      const text = runs > 1 && !(texts.length === 1 && runs === held.values.length) ? `${shown} (${runs} runs)` : shown;
      return row.length > 1 ? `${held.name || "value"} ${text}` : text;
    })
    .join(", ");
}

export const SIGNS = { error: "✗", warning: "!", note: "·" };

/** Return the listing; rows that no line of the model is near are left out. That of the chosen call is marked. */
export function source(state: State, chosen: number | null = null): HTMLElement {
  const { file, lines, held } = state.page.source;
  const here = state.page.findings.filter((finding) => finding.file === file);
  const marks = new Map<number, Finding>(here.map((finding) => [finding.row, finding]));
  const call = chosen === null ? null : state.page.nodes[chosen];
  const own = call?.file === file ? call.row : null;
  const told = [...Object.keys(held).map(Number), ...marks.keys(), ...(own === null ? [] : [own])];
  const shown = new Set(told.flatMap((row) => [-2, -1, 0, 1, 2].map((by) => row + by)));
  const body = element("tbody");
  let gap = false;
  lines.forEach((line, at) => {
    const row = at + 1;
    if (!shown.has(row)) {
      gap = true;
      return;
    }
    if (gap) body.append(element("tr", { class: "gap" }, element("td", {}, "⋮"), element("td"), element("td"), element("td")));
    gap = false;
    const mark = marks.get(row);
    const sign = mark ? element("span", { class: mark.severity, title: `${mark.code} ${mark.message}` }, SIGNS[mark.severity]) : null;
    const shape = held[row] ? heldText(state, held[row]) : "";
    body.append(
      element("tr", { id: `L${row}`, "aria-current": row === own && "true" }, element("td", { class: "number" }, String(row)), element("td", {}, sign), element("td", { class: "code" }, line.replaceAll("\t", "    ")), element("td", { class: "held" }, shape)),
    );
  });
  const caption = element("caption", {}, file);
  const head = element("thead", { class: "unseen" }, element("tr", {}, ...["line", "mark", "source", "shapes"].map((name) => element("th", { scope: "col" }, name))));
  return element("table", { class: "source" }, caption, head, body);
}
