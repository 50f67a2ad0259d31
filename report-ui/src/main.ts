/** The page: sizes above, the picture, what is chosen, findings, source and table. */

import { Controls, VERDICTS } from "./controls";
import { details, moduleDetails } from "./details";
import { element } from "./dom";
import { Drawing } from "./drawing";
import { around, itemAt, nested, usuallyOpen, visible, type Item } from "./folding";
import { joined, lossText, State } from "./model";
import { source } from "./source";
import { Table } from "./table";
import type { Page } from "./types";
import { unread, unreadText, type Stretch } from "./unread";
import { FAMILIES, family } from "./volumes";
import { bytesText, countText, shortCount } from "./wording";
import "./page.css";

const page = JSON.parse(document.getElementById("model")!.textContent!) as Page;
const root = nested(page);
const open = usuallyOpen(root);
/** The call that is looked at, and the module around it where that was chosen as a whole. */
let chosen: number | null = null;
let module: Item | null = null;
let painting = 0;

const app = document.getElementById("app")!;
const status = element("p", { id: "status", role: "status", "aria-live": "polite" });
const totals = element("dl", { class: "totals" });
const sizes = element("div", { class: "sizes" });
const picture = element("div", { class: "picture" });
const panel = element("div", { id: "panel" });
const listing = element("div", { class: "scroll" });
const calls = element("div");
const search = element("input", { type: "search", id: "search", placeholder: "layer, kind, shape …", "aria-label": "search layers" });
const matches = element("span", { class: "matches", role: "status" });

const button = (name: string, act: () => void, label = name) => element("button", { type: "button", onclick: act, "aria-label": label }, name);
app.append(
  element("header", {}, element("h1", {}, page.name), element("p", { class: "target" }, `${page.target}, in ${page.mode} mode`), button("◐", theme, "light or dark")),
  element("section", { class: "top", "aria-label": "sizes of the input" }, sizes, totals),
  status,
  element("section", { class: "model", "aria-label": "the model" },
    element("div", { class: "tools" }, search, matches, button("fit", () => drawing.fit(), "show all of it"), button("open all", () => unfold(true)), button("fold", () => unfold(false))),
    picture, legend()),
  panel,
  section(page.symbols.length ? `Findings at ${page.symbols.map((symbol) => `${symbol.name} = ${symbol.value}`).join(", ")}` : "Findings", findings()),
  section("Source", listing),
  section("Calls", calls),
  section("Accepted inputs", element("pre", {}, page.accepted.join("\n"))),
);
const drawing = new Drawing(picture, { select, toggle });
const table = new Table(calls, (call) => choose(call, true));
const controls = new Controls(sizes, page, () => draw());
if (page.fixed) sizes.append(element("p", { class: "fixed" }, `The sizes are fixed: ${page.fixed}.`));
search.addEventListener("input", () => {
  table.filter(search.value);
  find(search.value);
});

function section(title: string, content: HTMLElement): HTMLElement {
  return element("section", {}, element("h2", {}, title), content);
}

/** Tell what the colours mean, of those that the picture has. */
function legend(): HTMLElement {
  const there = new Set(page.nodes.map((call) => family(call.kind)));
  return element("p", { class: "legend" },
    ...FAMILIES.filter(([name]) => there.has(name)).map(([name, text]) => element("span", { class: name }, text)),
    element("span", { class: "hint" }, "drag to move, scroll to enlarge, + or a double click opens a module"));
}

function theme(): void {
  const now = document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
  controls.paint();
}

function state(): State {
  return new State(page, controls.values);
}

function draw(): void {
  const now = state();
  drawing.draw(now, visible(root, open), chosen);
  table.draw(now, chosen);
  panel.replaceChildren(...(module ? [moduleDetails(now, module, toggle)] : chosen === null ? [] : [details(now, chosen)]));
  listing.replaceChildren(source(now, chosen));
  tell(now);
  remember();
  clearTimeout(painting);
  painting = window.setTimeout(() => controls.paint(), 60);
}

function tell(now: State): void {
  const at = [...controls.values].map(([name, value]) => `${name} = ${value}`).join(", ");
  const missed = unreadText(unread(now));
  // Strides that are longer than their kernel read to the end, and skip cells on the way.
  const verdict = now.verdict === "lossless" && missed ? "lossy" : now.verdict;
  status.className = verdict;
  const lossy = page.nodes.filter((call) => now.losses(call).length);
  const first = lossy[0];
  const more = lossy.length > 1 ? `; ${lossy.length - 1} more layer${lossy.length > 2 ? "s" : ""} lose cells` : "";
  const reason = now.broken
    ? `${now.broken.node === null ? "" : `${page.nodes[now.broken.node].path || page.nodes[now.broken.node].name}: `}${now.refusal}`
    : first
      ? `${first.path || first.name}: ${lossOf(now, first)}${more}${missed && lossy.length > 1 ? `; in all, ${missed}` : ""}`
      : page.error || missed;
  status.replaceChildren(element("b", {}, VERDICTS[verdict]), ` ${at ? `at ${at}` : ""}${reason ? `: ${reason}` : ""}`);
  const rows: [string, string, string][] = [
    ["parameters", shortCount(now.sizes.of(page.params)), countText(now.sizes.of(page.params))],
    ["MACs", shortCount(now.total((call) => now.sizes.of(call.macs))), countText(now.total((call) => now.sizes.of(call.macs)))],
    ["results", bytesText(now.total((call) => now.bytes(call))), "bytes of all results together"],
  ];
  if (page.memory) {
    const parts = Object.values(page.memory).map((part) => now.sizes.of(part));
    const whole = parts.reduce<number | null>((sum, part) => (sum === null || part === null ? null : sum + part), 0);
    rows.push(["training", bytesText(whole), "parameters, gradients, Adam's state and what is saved for backward, in float32"]);
  }
  totals.replaceChildren(...rows.flatMap(([name, text, title]) => [element("dt", {}, name), element("dd", { title }, text)]));
}

/** Tell what a call loses as `check` does, axes of which the same is to be said together. */
function lossOf(now: State, call: (typeof page.nodes)[number]): string {
  const losses = now.losses(call);
  const formulas = [...new Set(losses.map((loss) => loss.formula))];
  const axes = formulas.length === 1 ? `${joined(losses.map((loss) => loss.axis))}: ` : "";
  return `${axes}${lossText(losses)}`;
}

/** Look at what was chosen in the picture: a call, or a module with all that is inside. */
function select(item: Item): void {
  chosen = item.calls[item.calls.length - 1];
  module = item.children.length ? item : null;
  draw();
}

function choose(call: number, show = false): void {
  chosen = call;
  module = null;
  if (show) around(root, call).forEach((key) => open.add(key));
  draw();
  if (show) drawing.show();
}

function toggle(item: Item): void {
  if (!item.children.length) {
    const outer = around(root, item.calls[0]);
    open.delete(outer[outer.length - 1]);
  } else open.add(item.key);
  if (module && open.has(module.key)) module = null;
  draw();
}

function unfold(all: boolean): void {
  open.clear();
  const every = (item: Item): string[] => item.children.flatMap((child) => (child.children.length ? [child.key, ...every(child)] : []));
  if (all) every(root).forEach((key) => open.add(key));
  draw();
  drawing.fit();
}

function find(wanted: string): void {
  const words = wanted.toLowerCase();
  const found = words ? page.nodes.flatMap((call, at) => (`${call.path} ${call.kind}`.toLowerCase().includes(words) ? [at] : [])) : [];
  matches.textContent = words ? `${found.length} found` : "";
  if (found.length && words.length > 1) choose(found[0], true);
}

function findings(): HTMLElement {
  const list = element("ul", { class: "findings" });
  for (const finding of page.findings) {
    const where = finding.node === null ? null : button("show", () => choose(finding.node as number, true), `show the layer of ${finding.code}`);
    list.append(element("li", { class: finding.severity }, element("b", {}, finding.code), ` ${finding.message} `, element("small", {}, `${finding.file}:${finding.row} `), where));
  }
  return page.findings.length ? list : element("p", {}, "none");
}

/** Keep what is shown in the address: a link to it shows the same. */
function remember(): void {
  const parts = [...controls.values].map(([name, value]) => `${name}=${value}`);
  if (chosen !== null) parts.push(`layer=${encodeURIComponent(module?.key || page.nodes[chosen].path || `#${chosen}`)}`);
  history.replaceState(null, "", `#${parts.join("&")}`);
}

function recall(): void {
  const wanted = new URLSearchParams(location.hash.slice(1));
  for (const [name, value] of wanted) if (name !== "layer" && controls.values.has(name)) controls.set(name, Number(value));
  const layer = wanted.get("layer");
  if (layer === null) return;
  const at = layer.startsWith("#") ? Number(layer.slice(1)) : page.nodes.findIndex((call) => call.path === layer);
  if (page.nodes[at]) return choose(at, true);
  const item = itemAt(root, layer);
  if (!item) return;
  around(root, item.calls[0]).slice(0, around(root, item.calls[0]).indexOf(item.key)).forEach((key) => open.add(key));
  open.delete(item.key);
  select(item);
  drawing.show();
}

const asked = location.hash;
draw();
drawing.fit();
if (asked.length > 1) {
  history.replaceState(null, "", asked);
  recall();
}
window.addEventListener("hashchange", recall);
window.addEventListener("beforeprint", () => drawing.print(true));
window.addEventListener("afterprint", () => drawing.print(false));

/** Return what the page shows for other sizes, for programs and tests. */
export function at(values: Record<string, number>): { verdict: string; broken: string | null; shapes: unknown[]; losses: string[]; unread: Stretch[]; macs: number | null } {
  const other = new State(page, new Map([...controls.values, ...Object.entries(values)]));
  return {
    verdict: other.verdict,
    broken: other.broken && (other.broken.node === null ? "" : page.nodes[other.broken.node].path),
    shapes: page.nodes.map((call) => other.shape(call)),
    losses: page.nodes.map((call) => (other.losses(call).length ? lossOf(other, call) : "")),
    unread: unread(other),
    macs: other.total((call) => other.sizes.of(call.macs)),
  };
}
