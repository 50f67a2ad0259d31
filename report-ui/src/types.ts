/** The data of a page, as `convlint/report/page/data.py` writes them. */

import type { Size, Tree } from "./expressions";

export interface WindowAxis {
  in: Size;
  out: Size;
  kernel: Size;
  stride: Size;
  before: Size;
  after: Size;
  dilation: Size;
  ceil: boolean;
}

export interface SlidingWindow {
  kind: string;
  /** Whether cells that it leaves out at the end are lost. */
  slides: boolean;
  axes: WindowAxis[];
}

export interface Call {
  name: string;
  kind: string;
  path: string;
  parent: string;
  layer: boolean;
  /** The calls whose results it takes; -1 is the input. */
  sources: number[];
  in: Size[][];
  out: Size[] | null;
  dtype: string;
  params: Size;
  unshared: Size;
  macs: Size;
  field: number[] | null;
  windows: SlidingWindow[];
  /** How a cell of the result hangs on what it takes: on a window of it, on the cell at the same place, or on all. */
  reads: "window" | "same" | "all";
  file: string;
  row: number;
}

export interface Demand {
  node: number | null;
  if: Tree;
  text: string;
  needs: string;
}

export interface Finding {
  code: string;
  severity: "error" | "warning" | "note";
  message: string;
  help: string;
  file: string;
  row: number;
  node: number | null;
  url: string;
}

export interface OpenSize {
  name: string;
  value: number;
  least: number;
  batch: boolean;
}

export type Seen = string | { shape: Size[]; dtype: string } | Seen[];

export interface Held {
  name: string;
  values: { value: Seen; runs: number }[];
}

export interface Page {
  version: number;
  name: string;
  target: string;
  mode: string;
  fixed: string;
  onlyWay: boolean;
  complete: boolean;
  inputs: Size[][];
  outputs: number[];
  /** Whether every reader of every result is known. */
  tracked: boolean;
  nodes: Call[];
  modules: { path: string; kind: string }[];
  params: Size;
  memory: { parameters: Size; gradients: Size; optimizer: Size; saved: Size } | null;
  conditions: Demand[];
  accepted: string[];
  error: string;
  gaps: string[];
  findings: Finding[];
  source: { file: string; lines: string[]; held: Record<string, Held[]> };
  expressions: Tree[];
  symbols: OpenSize[];
}
