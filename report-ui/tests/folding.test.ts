import { describe, expect, it } from "vitest";
import { around, edges, nested, usuallyOpen, visible } from "../src/folding";
import { labelOf } from "../src/drawing";
import { call, page } from "./page";

describe("folding", () => {
  it("makes one of equal neighbours", () => {
    const root = nested(page());
    const [stem, blocks] = root.children;
    expect([stem.label, blocks.label, blocks.children.map(labelOf)]).toEqual(["stem", "blocks", ["blocks.0…11 × 12"]]);
  });

  it("keeps apart what differs", () => {
    const changed = page(3);
    changed.nodes[2] = call("conv", { ...changed.nodes[2], params: 11 });
    expect(nested(changed).children[1].children.map(labelOf)).toEqual(["blocks.0", "blocks.1", "blocks.2"]);
  });

  it("opens what a call is in", () => {
    const root = nested(page());
    const open = new Set(around(root, 5));
    expect(visible(root, open).some((item) => item.calls.length === 1 && item.calls[0] === 5)).toBe(true);
    expect(visible(root, usuallyOpen(root)).map(labelOf)).toEqual(["stem", "blocks.0…11 × 12"]);
  });

  it("joins what is shown, each pair once", () => {
    const root = nested(page());
    expect(edges(page(), visible(root, usuallyOpen(root)))).toEqual([[-1, 0], [0, 1]]);
  });
});

describe("functions", () => {
  const functions = (count: number) => Array.from({ length: count }, (_, at) => call("add", { kind: "add", path: "", layer: false, sources: [at] }));
  const items = (count: number) => nested({ ...page(0), nodes: [page(0).nodes[0], ...functions(count), call("last", { sources: [count] })] }).children;

  it("that are many, one after the other, are one item", () => {
    expect(items(5).map((item) => item.label)).toEqual(["stem", "add … add", "last"]);
    expect(items(5)[1]).toMatchObject({ kind: "5 functions", calls: [1, 2, 3, 4, 5] });
  });

  it("that are few stay", () => {
    expect(items(3)).toHaveLength(5);
  });
});
