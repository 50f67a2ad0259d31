/** The graph of a model as a picture: volumes laid out by dagre, drawn with D3, to be moved and enlarged. */

import dagre from "@dagrejs/dagre";
import { select } from "d3-selection";
import { zoom, zoomIdentity, type ZoomBehavior } from "d3-zoom";
import { edges, type Item } from "./folding";
import type { State } from "./model";
import { family, scaleOf, sides, volumeOf } from "./volumes";
import { shapeText } from "./wording";

export interface Actions {
  select: (call: number) => void;
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

const LABEL = 46;
const LETTER = 6.2;

/** A picture that is drawn anew when sizes change or modules open. */
export class Drawing {
  private readonly svg;
  private readonly layer;
  private readonly zooming: ZoomBehavior<SVGSVGElement, unknown>;
  private extent: [number, number] = [1, 1];

  constructor(
    host: HTMLElement,
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
    const place = (key: string, label: string, shape: Box["shape"], body: Box["shape"]) => {
      const volume = volumeOf(body, scale);
      const size = volume ? sides(volume) : { width: 14, height: 14 };
      const width = Math.max(size.width, Math.min(label.length, 21) * LETTER, shapeText(shape).length * LETTER * 0.9);
      graph.setNode(key, { width, height: size.height + 2 * LABEL });
    };
    place("-1", "input", input, input);
    items.forEach((item, at) => place(String(at), labelOf(item), shapes[at], drawn[at]));
    const joins = edges(state.page, items);
    joins.forEach(([from, to]) => graph.setEdge(String(from), String(to)));
    dagre.layout(graph);
    const size = graph.graph();
    this.extent = [size.width ?? 1, size.height ?? 1];
    this.layer.selectAll("*").remove();
    this.drawEdges(graph, joins);
    const box = (key: string, item: Item | null, shape: Box["shape"], body: Box["shape"]) =>
      ({ item, shape, body, ...graph.node(key) }) as Box;
    this.drawBox(state, box("-1", null, input, input), scale, false);
    items.forEach((item, at) =>
      this.drawBox(state, box(String(at), item, shapes[at], drawn[at]), scale, chosen !== null && item.calls.includes(chosen)),
    );
  }

  private drawEdges(graph: dagre.graphlib.Graph, joins: readonly [number, number][]): void {
    const group = this.layer.append("g").attr("class", "edges").attr("aria-hidden", "true");
    for (const [from, to] of joins) {
      const points = graph.edge(String(from), String(to)).points as { x: number; y: number }[];
      const path = points.map((point, at) => `${at ? "L" : "M"}${point.x.toFixed(1)},${point.y.toFixed(1)}`).join("");
      group.append("path").attr("d", path).classed("skip", points.length > 3);
    }
  }

  private drawBox(state: State, box: Box, scale: ReturnType<typeof scaleOf>, chosen: boolean): void {
    const { item } = box;
    const calls = item?.calls ?? [];
    const lossy = calls.some((call) => state.losses(state.page.nodes[call]).length > 0);
    const broken = state.broken?.node != null && calls.includes(state.broken.node);
    const group = this.layer.append("g").attr("transform", `translate(${box.x - box.width / 2},${box.y - box.height / 2})`);
    group.attr("class", `box ${item ? family(item.kind) : "input"}`);
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
    const text = (line: number, words: string, kind: string) =>
      group.append("text").attr("class", kind).attr("x", box.width / 2).attr("y", box.height - LABEL + 13 * line).text(words);
    const label = item ? labelOf(item) : "input";
    text(1, label.length > 21 ? `…${label.slice(-20)}` : label, "label");
    text(2, item ? item.kind.slice(0, 20) : "", "kind");
    text(3, shapeText(box.shape), "shape");
    group.append("title").text(describe(state, item, box.shape));
    if (item) this.listen(group.node() as SVGGElement, item, describe(state, item, box.shape));
  }

  private listen(node: SVGGElement, item: Item, label: string): void {
    const choose = () => this.actions.select(item.calls[item.calls.length - 1]);
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
    const view = this.svg.node()!.getBoundingClientRect();
    const [width, height] = this.extent;
    const factor = Math.min(1.4, Math.max(view.width / width, 0.28), view.height / height) || 1;
    const left = Math.max(0, (view.width - width * factor) / 2);
    const shift = zoomIdentity.translate(left, Math.max(0, (view.height - height * factor) / 2)).scale(factor);
    this.svg.call(this.zooming.transform as never, shift);
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

/** Return what an item is called: by its whole path as long as that is short. */
export function labelOf(item: Item): string {
  if (item.times > 1) return `${item.label} × ${item.times}`;
  return item.path && item.path.length <= 14 ? item.path : item.label;
}

function describe(state: State, item: Item | null, shape: (number | null)[] | null): string {
  if (!item) return `input ${shapeText(shape)}`;
  const lossy = item.calls.some((call) => state.losses(state.page.nodes[call]).length > 0);
  const broken = state.broken?.node != null && item.calls.includes(state.broken.node);
  const inside = item.children.length ? `, ${item.calls.length} calls inside` : "";
  return `${labelOf(item)}, ${item.kind}, ${shapeText(shape)}${inside}${lossy ? ", loses cells" : ""}${broken ? ", refused" : ""}`;
}
