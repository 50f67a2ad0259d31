/** The calls of a model nested in its modules; equal neighbours are folded to one, "× 12". */

import type { Call, Page } from "./types";

/** A call, a module, or several equal modules one after the other. */
export interface Item {
  key: string;
  label: string;
  kind: string;
  /** The places of the calls inside, in order. */
  calls: number[];
  children: Item[];
  times: number;
  path: string;
}

/** Return the model as a tree. */
export function nested(page: Page): Item {
  const kinds = new Map(page.modules.map((module) => [module.path, module.kind]));
  const root: Item = { key: "", label: page.name, kind: page.name, calls: [], children: [], times: 1, path: "" };
  const byPath = new Map<string, Item>([["", root]]);
  page.nodes.forEach((call, at) => {
    const holder = holderOf(call.parent, byPath, kinds);
    const key = `#${at}`;
    holder.children.push({ key, label: call.name, kind: call.kind, calls: [at], children: [], times: 1, path: call.path });
  });
  count(root);
  return folded(root, page);
}

function holderOf(path: string, byPath: Map<string, Item>, kinds: Map<string, string>): Item {
  const known = byPath.get(path);
  if (known) return known;
  const cut = path.lastIndexOf(".");
  const parent = holderOf(cut < 0 ? "" : path.slice(0, cut), byPath, kinds);
  const item: Item = { key: path, label: path.slice(cut + 1), kind: kinds.get(path) ?? "", calls: [], children: [], times: 1, path };
  parent.children.push(item);
  byPath.set(path, item);
  return item;
}

function count(item: Item): number[] {
  if (item.children.length) item.calls = item.children.flatMap(count);
  return item.calls;
}

/** How many functions, one after the other, are one item until they are opened. */
const RUN = 4;

/** Put functions that are called one after the other, without a layer between them, into an item of their own. */
function gathered(children: readonly Item[], page: Page): Item[] {
  const runs: Item[][] = [];
  for (const child of children) {
    const last = runs[runs.length - 1];
    if (last && isFunction(child, page) && isFunction(last[0], page)) last.push(child);
    else runs.push([child]);
  }
  return runs.flatMap((run) => (run.length < RUN || run.length === children.length ? run : [functions(run)]));
}

function isFunction(item: Item, page: Page): boolean {
  return !item.children.length && !page.nodes[item.calls[0]].layer;
}

function functions(run: Item[]): Item {
  const [first, last] = [run[0], run[run.length - 1]];
  const label = `${first.label} … ${last.label}`;
  return { key: `${first.key}…${last.key}`, label, kind: `${run.length} functions`, calls: run.flatMap((item) => item.calls), children: run, times: 1, path: "" };
}

function folded(item: Item, page: Page): Item {
  const children = gathered(item.children.map((child) => folded(child, page)), page);
  const groups: Item[][] = [];
  for (const child of children) {
    const last = groups[groups.length - 1];
    if (last && child.children.length && look(child, page) === look(last[0], page)) last.push(child);
    else groups.push([child]);
  }
  return { ...item, children: groups.map((group) => (group.length === 1 ? group[0] : together(group))) };
}

function together(group: Item[]): Item {
  const [first, last] = [group[0], group[group.length - 1]];
  return {
    key: `${first.key}…${last.key}`,
    label: `${first.label}…${last.label.slice(shared(first.label, last.label))}`,
    kind: first.kind,
    calls: group.flatMap((item) => item.calls),
    children: group,
    times: group.length,
    path: first.path,
  };
}

/** Return how many characters two names have in common at the beginning, digits at the end of these left out. */
function shared(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  while (length > 0 && /\d/.test(one[length - 1])) length -= 1;
  return length;
}

/** What makes two items equal: what their calls are, cost, and put out. */
function look(item: Item, page: Page): string {
  return JSON.stringify([item.kind, item.calls.map((at) => callLook(page.nodes[at]))]);
}

function callLook(call: Call): unknown[] {
  return [call.kind, call.name, call.out, call.params, call.macs];
}

/** Return the items to show: those that are not inside of a closed one. */
export function visible(root: Item, open: ReadonlySet<string>): Item[] {
  return root.children.flatMap((item) => (item.children.length && open.has(item.key) ? visible(item, open) : [item]));
}

/** Return which items to open at first: level by level, as long as there are no more than `most` to show. */
export function usuallyOpen(root: Item, most = 32): Set<string> {
  const open = new Set<string>();
  let shown = root.children.length;
  let level = root.children.filter((item) => item.children.length && item.times === 1);
  while (level.length) {
    shown += level.reduce((sum, item) => sum + item.children.length - 1, 0);
    if (shown > most) break;
    level.forEach((item) => open.add(item.key));
    level = level.flatMap((item) => item.children).filter((item) => item.children.length && item.times === 1);
  }
  return open;
}

/** Return the keys of all items around a call, so that opening them shows it. */
export function around(root: Item, call: number): string[] {
  const inside = root.children.find((item) => item.calls.includes(call));
  return inside && inside.children.length ? [inside.key, ...around(inside, call)] : [];
}

/** Return the module, or the equal modules, of a key or a path; null if there are none. */
export function itemAt(item: Item, wanted: string): Item | null {
  for (const child of item.children) {
    if (child.children.length && (child.key === wanted || child.path === wanted)) return child;
    const found = itemAt(child, wanted);
    if (found) return found;
  }
  return null;
}

/** Return the connections between shown items, each once; -1 is the input. */
export function edges(page: Page, items: readonly Item[]): [number, number][] {
  const at = new Map<number, number>();
  items.forEach((item, place) => item.calls.forEach((call) => at.set(call, place)));
  const found = new Map<string, [number, number]>();
  page.nodes.forEach((call, place) => {
    const to = at.get(place);
    for (const source of call.sources) {
      const from = source < 0 ? -1 : at.get(source);
      if (to !== undefined && from !== undefined && from !== to) found.set(`${from}:${to}`, [from, to]);
    }
  });
  return [...found.values()];
}
