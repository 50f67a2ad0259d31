import { describe, expect, it } from "vitest";
import { shortLabel } from "../src/drawing";
import { missed } from "../src/expressions";
import { itemAt, nested, type Item } from "../src/folding";
import { page } from "./page";

const item = (over: Partial<Item>): Item => ({ key: "", label: "", kind: "Conv2d", calls: [0], children: [], times: 1, path: "", ...over });

describe("labels", () => {
  it("lose the beginning of a path, part by part", () => {
    expect(shortLabel(item({ path: "layer2.0.conv1" }))).toBe("layer2.0.conv1");
    expect(shortLabel(item({ path: "layer2.0.downsample.0" }))).toBe("0.downsample.0");
    expect(shortLabel(item({ path: "a.very_long_name_of_a_layer_indeed" }))).toBe("…e_of_a_layer_indeed");
  });

  it("never lose how often there is one", () => {
    expect(shortLabel(item({ path: "encoder.layers.encoder_layer_0", label: "encoder_layer_0…11", times: 12 }))).toBe("encoder_layer_0…11 × 12");
  });

  it("find modules by key or path", () => {
    const root = nested(page());
    expect(itemAt(root, "blocks")?.calls).toHaveLength(12);
    expect(itemAt(root, "blocks.0…blocks.11")?.times).toBe(12);
    expect(itemAt(root, "nothing")).toBeNull();
  });
});

describe("what a condition misses", () => {
  const values = new Map([["H", 10]]);
  it("is told in numbers", () => {
    expect(missed(["==", ["+", [4, ["H", 1]]], 50], values)).toBe("40 ≠ 50");
    expect(missed([">=", "H", 11], values)).toBe("10 < 11");
    expect(missed(["|", 4, "H"], values)).toBe("10 is no multiple of 4");
    expect(missed(["and", [">=", "H", 1], ["==", "H", 9]], values)).toBe("10 ≠ 9");
    expect(missed(["or", ["==", "H", 1]], values)).toBe("");
  });
});
