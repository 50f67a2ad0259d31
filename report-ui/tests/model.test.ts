import { describe, expect, it } from "vitest";
import { spans } from "../src/controls";
import { State, lossText, quotient, strip, withValue } from "../src/model";
import { csv, markdown, rowsOf } from "../src/table";
import { scaleOf, volumeOf } from "../src/volumes";
import { bytesText, shortCount } from "../src/wording";
import { page } from "./page";

const at = (size: number) => new State(page(), new Map([["H", size]]));

describe("a state", () => {
  it("tells what is lost, as check does", () => {
    const losses = at(10).losses(page().nodes[0]);
    expect(lossText(losses)).toBe("1 row and 1 column at the end are never read");
    expect(losses[0].formula).toBe("(10 − 3 + 2·0)/2 + 1");
    expect(at(9).losses(page().nodes[0])).toEqual([]);
  });

  it("knows what becomes of every size", () => {
    expect([2, 3, 4].map((size) => at(size).verdict)).toEqual(["refused", "lossless", "lossy"]);
    expect(strip(page(), new Map([["H", 9]]), ["H"], [1, 2, 3, 4])).toEqual(["refused", "refused", "lossless", "lossy"]);
    expect(spans(["refused", "lossless", "lossless", "lossy"])).toBe("2…3 accepted, and read to the end; 4 accepted, and cells are lost");
  });

  it("does not call refused what goes another way", () => {
    const other = { ...page(), onlyWay: false, conditions: [{ node: null, if: ["==", "H", 9] as never, text: "", needs: "" }] };
    expect(new State(other, new Map([["H", 8]])).verdict).toBe("other");
  });

  it("adds up what is known", () => {
    expect(at(9).total((call) => at(9).sizes.of(call.macs))).toBe(1300);
    expect(at(9).bytes(page().nodes[0])).toBe(8 * 4 * 4 * 4);
  });
});

describe("formulas", () => {
  const axis = { in: 224, kernel: 4, stride: 3, before: 0, after: 0, dilation: 1, out: 74 };
  it("have values", () => {
    expect(withValue(axis)).toBe("(224 − 4 + 2·0)/3 + 1 = 74.33…, rounded to 74");
    expect(withValue({ ...axis, in: 225, kernel: 3, out: 75 })).toBe("(225 − 3 + 2·0)/3 + 1 = 75");
    expect([quotient(7, 2), quotient(1, 3), quotient(8, 2), quotient(1, 16)]).toEqual(["3.5", "0.33…", "4", "0.06…"]);
  });
});

describe("the table", () => {
  it("filters and sorts", () => {
    expect(rowsOf(at(9), "blocks.1", 0, false)).toEqual([2, 11, 12]);
    expect(rowsOf(at(9), "", 0, true)[0]).toBe(12);
  });

  it("is copied", () => {
    expect(csv(at(10), [0]).split("\n")[1]).toBe("1,stem,Conv2d,1×8×4×4,10,,100,512,3×3,1 row and 1 column at the end are never read");
    expect(markdown(at(9), [0]).split("\n")[2]).toContain("| stem | Conv2d | 1×8×4×4 |");
  });
});

describe("volumes", () => {
  it("are to scale", () => {
    const scale = scaleOf([[1, 3, 224, 224], [1, 64, 112, 56]]);
    const [large, small] = [volumeOf([1, 3, 224, 224], scale)!, volumeOf([1, 64, 112, 56], scale)!];
    expect(large.high / small.high).toBeCloseTo(2);
    expect(large.deep / small.deep).toBeCloseTo(4);
    expect(volumeOf([null, 3], scale)).toBeNull();
  });
});

it("counts are short", () => {
  expect([shortCount(25557032), shortCount(999), bytesText(7838315315), bytesText(0)]).toEqual(["25.6 M", "999", "7.3 GiB", "0 B"]);
});
