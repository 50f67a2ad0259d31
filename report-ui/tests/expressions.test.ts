import { describe, expect, it } from "vitest";
import { Sizes, evaluate, floorDivide, holds, type Tree } from "../src/expressions";

const values = new Map([["H", 7], ["W", 10]]);

describe("expressions", () => {
  it("divide towards minus infinity, as Python does", () => {
    expect([floorDivide(7, 2), floorDivide(-7, 2), floorDivide(7, -2), floorDivide(-8, 2)]).toEqual([3, -4, -4, -4]);
    expect(() => floorDivide(1, 0)).toThrow(RangeError);
  });

  it.each<[Tree, number]>([
    [5, 5],
    ["H", 7],
    [["+", [2, ["H", 1]], [3]], 17],
    [["+", [3, ["H", 2], ["W", 1]]], 1470],
    [["/", ["+", [1, ["H", 1]], [-1]], 2], 3],
    [["max", "H", 3, "W"], 10],
    [["min", "H", 3], 3],
  ])("%j is %d", (tree, value) => expect(evaluate(tree, values)).toBe(value));

  it.each<[Tree, boolean]>([
    [["==", "H", 7], true],
    [["!=", "H", 7], false],
    [[">=", "H", 8], false],
    [["|", 5, "W"], true],
    [["!|", 5, "W"], false],
    [["and", [">=", "H", 1], [">=", "W", 11]], false],
    [["or", [">=", "H", 1], [">=", "W", 11]], true],
    [["==", ["/", "H", ["+", [1, ["H", 1]], [-7]]], 1], false],
  ])("%j is %s", (condition, value) => expect(holds(condition, values)).toBe(value));

  it("are computed once for each input, and unknown where they divide by zero", () => {
    const sizes = new Sizes([["/", "H", ["+", [1, ["H", 1]], [-7]]], "W"], values);
    expect([sizes.of(null), sizes.of(3), sizes.of([1]), sizes.of([0]), sizes.of([0])]).toEqual([null, 3, 10, null, null]);
  });
});
