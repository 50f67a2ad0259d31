/** The graph of a model as a picture: volumes laid out by dagre, drawn with D3, to be moved and enlarged. */

import dagre from "@dagrejs/dagre";
import { select, type Selection } from "d3-selection";
import { zoom, zoomIdentity, type ZoomBehavior } from "d3-zoom";
import { edges, type Item } from "./folding";
import type { State } from "./model";
import { SIGNS } from "./source";
import { family, scaleOf, sides, volumeOf } from "./volumes";
import { shapeText } from "./wording";

export interface Actions {
  select: (item: Item) => void;
  toggle: (item: Item) => void;
}

interface Box {
  item: Item | null;
  shape: (number | null)[] | null;
  /** What is drawn as a volume: nothing for what leaves its input's shape. */
  body: (number | null)[] | null;
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Point {
  x: number;
  y: number;
}

/** Where edges leave and meet what is drawn of a box. */
interface Reach {
  left: number;
  right: number;
  y: number;
}

const LABEL = 46;
/** How wide a letter of a label, of a kind and of a shape is. */
const [LETTER, KIND_LETTER, SHAPE_LETTER] = [6.4, 5.5, 5.9];
/** How small all of it may become, so that one can still read it; what then does not fit is there to be moved to. */
const SMALLEST = 0.7;
const LOWEST = 230;
const HIGHEST = 440;
const MOST_LETTERS = 16;

/** A picture that is drawn anew when sizes change or modules open. */
export class Drawing {
  private readonly svg;
  private readonly layer;
  private readonly zooming: ZoomBehavior<SVGSVGElement, unknown>;
  private extent: [number, number] = [1, 1];
  /** How far down the input stands. */
  private begin = 0;

  constructor(
    private readonly host: HTMLElement,
    private readonly actions: Actions,
  ) {
    this.svg = select(host).append("svg").attr("role", "group").attr("aria-label", "graph of the model");
    this.layer = this.svg.append("g");
    this.zooming = zoom<SVGSVGElement, unknown>()
      .scaleExtent([0.05, 6])
      .on("zoom", (event) => this.layer.attr("transform", event.transform.toString()));
    this.svg.call(this.zooming as never);
  }

  /** Draw the items with the sizes of a state; `chosen` is the call that is looked at. */
  draw(state: State, items: readonly Item[], chosen: number | null): void {
    const shapes = items.map((item) => shapeOf(item, state));
    const drawn = items.map((item, at) => (isPointwise(item, state) ? null : shapes[at]));
    const input = state.page.inputs[0] ? state.sizes.shape(state.page.inputs[0]) : null;
    const scale = scaleOf([input, ...drawn]);
    const graph = new dagre.graphlib.Graph().setGraph({ rankdir: "LR", nodesep: 18, ranksep: 26, marginx: 12, marginy: 12 });
    graph.setDefaultEdgeLabel(() => ({}));
    const place = (key: string, item: Item | null, shape: Box["shape"], body: Box["shape"]) => {
      const volume = volumeOf(body, scale);
      const size = volume ? sides(volume) : { width: 14, height: 14 };
      const width = Math.max(size.width, ...captions(item, shape, body).map(([text, , letter]) => text.length * letter));
      graph.setNode(key, { width, height: size.height + 2 * LABEL });
    };
    place("-1", null, input, input);
    items.forEach((item, at) => place(String(at), item, shapes[at], drawn[at]));
    const joins = edges(state.page, items);
    joins.forEach(([from, to]) => graph.setEdge(String(from), String(to)));
    dagre.layout(graph);
    const size = graph.graph();
    this.extent = [size.width ?? 1, size.height ?? 1];
    this.layer.selectAll("*").remove();
    const box = (key: string, item: Item | null, shape: Box["shape"], body: Box["shape"]) =>
      ({ item, shape, body, ...graph.node(key) }) as Box;
    const boxes = [box("-1", null, input, input), ...items.map((item, at) => box(String(at), item, shapes[at], drawn[at]))];
    this.begin = boxes[0].y;
    this.drawEdges(graph, joins, boxes.map((one) => reach(one, scale)));
    boxes.forEach((one) => this.drawBox(state, one, scale, chosen !== null && Boolean(one.item?.calls.includes(chosen))));
  }

  /** Draw arrows from volume to volume, through the points that the layout leaves free; `reaches` begins with the input's. */
  private drawEdges(graph: dagre.graphlib.Graph, joins: readonly [number, number][], reaches: readonly Reach[]): void {
    const group = this.layer.append("g").attr("class", "edges").attr("aria-hidden", "true");
    for (const [from, to] of joins) {
      const bends = (graph.edge(String(from), String(to)).points as Point[]).slice(1, -1);
      const [start, end] = [reaches[from + 1], reaches[to + 1]];
      const free = bends.filter((point) => point.x > start.right && point.x < end.left);
      const skips = bends.length > 1;
      const points = [{ x: start.right, y: start.y }, ...(skips ? free : []), { x: end.left - 5, y: end.y }];
      group.append("path").attr("d", curve(points)).classed("skip", skips);
      group.append("path").attr("class", skips ? "tip skip" : "tip").attr("d", `M${end.left - 1},${end.y}l-6,-3.2v6.4z`);
    }
  }

  private drawBox(state: State, box: Box, scale: ReturnType<typeof scaleOf>, chosen: boolean): void {
    const { item } = box;
    const calls = item?.calls ?? [];
    const lossy = calls.some((call) => state.losses(state.page.nodes[call]).length > 0);
    const broken = state.broken?.node != null && calls.includes(state.broken.node);
    const group = this.layer.append("g").attr("transform", `translate(${box.x - box.width / 2},${box.y - box.height / 2})`);
    group.attr("class", `box ${item ? familyOf(item, state) : "input"}`);
    group.classed("chosen", chosen).classed("lossy", lossy).classed("broken", broken).classed("folded", Boolean(item?.children.length));
    const volume = volumeOf(box.body, scale);
    if (volume) {
      const shown = sides(volume);
      const inner = group.append("g").attr("transform", `translate(${(box.width - shown.width) / 2},${LABEL})`);
      if (item && item.children.length) inner.append("polygon").attr("class", "behind").attr("points", shown.front).attr("transform", "translate(4,-4)");
      inner.append("polygon").attr("class", "top").attr("points", shown.top);
      inner.append("polygon").attr("class", "side").attr("points", shown.side);
      inner.append("polygon").attr("class", "front").attr("points", shown.front);
    } else {
      group.append("circle").attr("class", "front").attr("cx", box.width / 2).attr("cy", LABEL + 7).attr("r", 7);
    }
    captions(item, box.shape, box.body).forEach(([text, kind], line) =>
      group.append("text").attr("class", kind).attr("x", box.width / 2).attr("y", box.height - LABEL + 13 * (line + 1)).text(text));
    const label = describe(state, item, box.shape);
    group.append("title").text(item?.children.length ? `${label}; double click opens it` : label);
    if (!item) return;
    const sign = signOf(item, state);
    if (sign) group.append("text").attr("class", `sign ${sign}`).attr("x", box.width / 2 - (volume ? sides(volume).width : 14) / 2 - 7).attr("y", LABEL - 2).text(SIGNS[sign]);
    if (item.children.length) this.drawOpener(group as never, box, volume ? sides(volume).width : 14, item);
    this.listen(group.node() as SVGGElement, item, label);
  }

  /** Draw the sign that opens a module, for those who do not try a double click. */
  private drawOpener(group: Selection<SVGGElement, unknown, null, undefined>, box: Box, width: number, item: Item): void {
    const sign = group.append("g").attr("class", "opener").attr("aria-hidden", "true").attr("transform", `translate(${box.width / 2 + width / 2 + 3},${LABEL - 9})`);
    sign.append("circle").attr("r", 6.5);
    sign.append("path").attr("d", "M-3.5,0h7M0,-3.5v7");
    sign.append("title").text(`open ${labelOf(item)}`);
    sign.on("click", (event: Event) => {
      event.stopPropagation();
      this.actions.toggle(item);
    });
  }

  private listen(node: SVGGElement, item: Item, label: string): void {
    const choose = () => this.actions.select(item);
    node.setAttribute("tabindex", "0");
    node.setAttribute("role", "button");
    node.setAttribute("aria-label", label);
    node.dataset.key = item.key;
    node.addEventListener("click", choose);
    node.addEventListener("dblclick", (event) => {
      event.stopPropagation();
      this.actions.toggle(item);
    });
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter") choose();
      else if (event.key === " " || event.key === "+") this.actions.toggle(item);
      else if (event.key === "ArrowRight" || event.key === "ArrowLeft") this.move(node, event.key === "ArrowRight" ? 1 : -1);
      else return;
      event.preventDefault();
    });
  }

  private move(node: SVGGElement, by: number): void {
    const all = [...this.svg.node()!.querySelectorAll<SVGGElement>("g.box[tabindex]")];
    all[all.indexOf(node) + by]?.focus();
  }

  /** Show all of it. */
  fit(): void {
    const [width, height] = this.extent;
    const room = this.host.getBoundingClientRect().width;
    const wanted = height * Math.min(1.4, Math.max(room / width, SMALLEST)) + 12;
    this.host.style.height = `${Math.min(HIGHEST, Math.max(LOWEST, wanted))}px`;
    const view = this.svg.node()!.getBoundingClientRect();
    const factor = Math.min(1.4, Math.max(view.width / width, SMALLEST), Math.max(view.height / height, SMALLEST)) || 1;
    const left = Math.max(0, (view.width - width * factor) / 2);
    const over = height * factor - view.height;
    const top = over < 0 ? -over / 2 : -Math.min(over, Math.max(0, this.begin * factor - view.height / 2));
    const shift = zoomIdentity.translate(left, top).scale(factor);
    this.svg.call(this.zooming.transform as never, shift);
  }

  /** Make all of it fit the paper, whatever its width is, until `printing` is over. */
  print(printing: boolean): void {
    if (!printing) {
      this.svg.attr("viewBox", null);
      return this.fit();
    }
    this.svg.call(this.zooming.transform as never, zoomIdentity);
    this.svg.attr("viewBox", `0 0 ${this.extent[0]} ${this.extent[1]}`);
  }

  /** Bring the item that is looked at into the middle, unless it is in sight. */
  show(): void {
    const node = this.layer.select<SVGGElement>("g.chosen").node();
    if (!node) return;
    const [whole, part] = [this.svg.node()!, node].map((one) => one.getBoundingClientRect());
    if (part.left >= whole.left && part.right <= whole.right && part.top >= whole.top && part.bottom <= whole.bottom) return;
    const [x, y] = /translate\(([-\d.]+),([-\d.]+)\)/.exec(node.getAttribute("transform") ?? "")?.slice(1).map(Number) ?? [0, 0];
    this.svg.call(this.zooming.translateTo as never, x, y + 60);
  }
}

/** Return the gravest that is found in an item, with the sizes that it was found with; null for nothing, or for notes. */
function signOf(item: Item, state: State): "error" | "warning" | null {
  const there = state.begun ? state.page.findings.filter((one) => one.node !== null && item.calls.includes(one.node)) : [];
  return there.some((one) => one.severity === "error") ? "error" : there.some((one) => one.severity === "warning") ? "warning" : null;
}

/** Return the lines below a box: text, class, and how wide a letter is. Of what leaves the shape, its kind is enough. */
function captions(item: Item | null, shape: Box["shape"], body: Box["shape"]): [string, string, number][] {
  if (item && !body && shape && !item.children.length) return [[item.kind.slice(0, 20), "kind", KIND_LETTER]];
  const [name, kind] = item ? [shortLabel(item), item.kind === item.label ? "" : item.kind] : ["input", ""];
  const lines: [string, string, number][] = [[name, "label", LETTER], [kind.slice(0, 20), "kind", KIND_LETTER], [shapeText(shape), "shape", SHAPE_LETTER]];
  return lines.filter(([text]) => text);
}

/** Return where edges may touch a box: at half the height of the front, and at the edge of the side. */
function reach(box: Box, scale: ReturnType<typeof scaleOf>): Reach {
  const volume = volumeOf(box.body, scale);
  const top = box.y - box.height / 2 + LABEL;
  if (!volume) return { left: box.x - 7, right: box.x + 7, y: top + 7 };
  const { width, height } = sides(volume);
  return { left: box.x - width / 2, right: box.x + width / 2, y: top + height / 2 };
}

/** Return a smooth path through points from left to right. */
function curve(points: readonly Point[]): string {
  const text = (value: number) => value.toFixed(1);
  return points
    .map((point, at) => {
      if (!at) return `M${text(point.x)},${text(point.y)}`;
      const before = points[at - 1];
      const middle = (before.x + point.x) / 2;
      return `C${text(middle)},${text(before.y)} ${text(middle)},${text(point.y)} ${text(point.x)},${text(point.y)}`;
    })
    .join("");
}

/** Return the class of colour of an item: of a module that of the layers inside which compute most. */
function familyOf(item: Item, state: State): string {
  if (!item.children.length) return family(item.kind);
  const costs = new Map<string, number>();
  for (const at of item.calls) {
    const call = state.page.nodes[at];
    const of = family(call.kind);
    costs.set(of, (costs.get(of) ?? 0) + (state.sizes.of(call.macs) ?? 0) + (state.sizes.of(call.params) ?? 0));
  }
  const [most] = [...costs].sort((one, other) => other[1] - one[1]);
  return most && most[1] ? most[0] : family(item.kind);
}

/** Tell whether an item is one call that leaves the shape of what it takes, as a norm, an activation or a sum does. */
function isPointwise(item: Item, state: State): boolean {
  const call = state.page.nodes[item.calls[0]];
  if (item.calls.length > 1 || ["conv", "pool", "linear", "attention"].includes(family(item.kind))) return false;
  const out = shapeText(state.shape(call));
  return call.in.length > 0 && call.in.every((shape) => shapeText(state.sizes.shape(shape)) === out);
}

/** Return the result of an item: that of its last call. */
export function shapeOf(item: Item, state: State): (number | null)[] | null {
  return state.shape(state.page.nodes[item.calls[item.calls.length - 1]]);
}

/** Return what an item is called: by its path, or the paths of the first and the last of equal ones. */
export function labelOf(item: Item): string {
  if (item.times === 1) return item.path || item.label;
  const around = item.path.slice(0, item.path.lastIndexOf(".") + 1);
  return `${around}${item.label} × ${item.times}`;
}

/** Return what an item is called in the picture: as much of the end of its path as there is room for. */
export function shortLabel(item: Item): string {
  const times = item.times > 1 ? ` × ${item.times}` : "";
  const parts = labelOf(item).slice(0, -times.length || undefined).split(".");
  while (parts.length > 1 && parts.join(".").length > MOST_LETTERS) parts.shift();
  const name = parts.join(".");
  return (name.length > MOST_LETTERS + 4 ? `…${name.slice(-MOST_LETTERS - 3)}` : name) + times;
}

function describe(state: State, item: Item | null, shape: (number | null)[] | null): string {
  if (!item) return `input ${shapeText(shape)}`;
  const lossy = item.calls.some((call) => state.losses(state.page.nodes[call]).length > 0);
  const broken = state.broken?.node != null && item.calls.includes(state.broken.node);
  const inside = item.children.length ? `, ${item.calls.length} calls inside` : "";
  return `${labelOf(item)}, ${item.kind}, ${shapeText(shape)}${inside}${lossy ? ", loses cells" : ""}${broken ? ", refused" : ""}`;
}
