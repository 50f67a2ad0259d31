/** A small page for tests: two convolutions, a pooling, and twelve equal blocks. */

import type { Call, Page } from "../src/types";

export function call(name: string, over: Partial<Call> = {}): Call {
  return {
    name, kind: "Conv2d", path: name, parent: "", layer: true, sources: [-1], in: [[1, 3, [0], [0]]], out: [1, 8, [1], [1]], dtype: "float32",
    params: 10, unshared: null, macs: 100, field: [3, 3], windows: [], reads: "all", file: "net.py", row: 3, ...over,
  };
}

const axis = { in: [0] as [number], out: [1] as [number], kernel: 3, stride: 2, before: 0, after: 0, dilation: 1, ceil: false };

/** A convolution of stride 2 on an open size H, whose rows must be at least 3, behind it blocks that keep the size. */
export function page(blocks = 12): Page {
  const stem = call("stem", { windows: [{ kind: "conv", slides: true, axes: [axis, axis] }] });
  const inner = Array.from({ length: blocks }, (_, at) => call("conv", { path: `blocks.${at}.conv`, parent: `blocks.${at}`, sources: [at] }));
  return {
    version: 1, name: "Net", target: "net.py:Net", mode: "evaluation", fixed: "", onlyWay: true, complete: true, inputs: [[1, 3, [0], [0]]], outputs: [blocks], tracked: true,
    nodes: [stem, ...inner],
    modules: [{ path: "", kind: "Net" }, { path: "blocks", kind: "Sequential" }, ...inner.map((_, at) => ({ path: `blocks.${at}`, kind: "Block" }))],
    params: 130, memory: null, conditions: [{ node: 0, if: [">=", "H", 3], text: "too small", needs: "H >= 3" }], accepted: [], error: "", gaps: [], findings: [],
    source: { file: "net.py", lines: ["a", "b", "c"], held: {} },
    expressions: ["H", ["/", ["+", [1, ["H", 1]], [-1]], 2]],
    symbols: [{ name: "H", value: 9, least: 1, batch: false }],
  };
}
