import { describe, expect, it } from "vitest";
import { State } from "../src/model";
import { unread, unreadText } from "../src/unread";
import { call, page } from "./page";

const at = (size: number, over = {}) => unread(new State({ ...page(0), outputs: [0], ...over }, new Map([["H", size]])));
const windowed = (over = {}) => ({ nodes: [{ ...page(0).nodes[0], reads: "window" as const, ...over }] });

describe("what is never read", () => {
  it("is what no window reaches", () => {
    expect(at(9, windowed())).toEqual([]);
    expect(at(10, windowed())).toEqual([{ axis: "height", first: 9, last: 9 }, { axis: "width", first: 9, last: 9 }]);
  });

  it("is nothing where another call reads it all, or a reader is not known", () => {
    const other = call("other", { sources: [-1], reads: "all" });
    expect(at(10, { nodes: [...windowed().nodes, other], outputs: [0, 1] })).toEqual([]);
    expect(at(10, { ...windowed(), tracked: false })).toEqual([]);
    expect(at(10, windowed({ reads: "all" }))).toEqual([]);
  });

  it("goes through calls that keep the place of cells", () => {
    const act = call("act", { sources: [0], in: [[1, 8, [1], [1]]], out: [1, 8, [1], [1]], reads: "same" });
    expect(at(10, { nodes: [...windowed().nodes, act], outputs: [1] })).toHaveLength(2);
  });

  it("is told up to where the input is refused", () => {
    const last = call("last", { sources: [0], in: [[1, 8, [1], [1]]] });
    const over = { nodes: [...windowed().nodes, last], outputs: [1] };
    expect(at(10, { ...over, conditions: [{ node: 1, if: ["==", "H", 9], text: "refused", needs: "H == 9" }] })).toHaveLength(2);
    expect(at(10, { ...over, conditions: [{ node: null, if: ["==", "H", 9], text: "refused", needs: "H == 9" }] })).toEqual([]);
  });

  it("is told in words", () => {
    expect(unreadText([])).toBe("");
    expect(unreadText([{ axis: "height", first: 3, last: 3 }])).toBe("1 row of the input is never read");
    expect(unreadText(at(10, windowed()))).toBe("1 row and 1 column of the input are never read");
  });
});
