/** How large the volume of a result is drawn: to scale in height and width, by the root in channels. */

export interface Volume {
  /** Pixels: how thick (channels), how high, and how deep into the picture (width). */
  thick: number;
  high: number;
  deep: number;
}

export interface Scale {
  spatial: number;
  channels: number;
  features: number;
}

const MOST = 120;
const SLANT = 0.45;

/** Return the largest sizes among shapes, which are drawn at full length. */
export function scaleOf(shapes: readonly ((number | null)[] | null)[]): Scale {
  const scale = { spatial: 1, channels: 1, features: 1 };
  for (const shape of shapes) {
    const parts = split(shape);
    if (!parts) continue;
    scale.spatial = Math.max(scale.spatial, parts.high, parts.wide);
    if (parts.flat) scale.features = Math.max(scale.features, parts.channels);
    else scale.channels = Math.max(scale.channels, parts.channels);
  }
  return scale;
}

interface Parts {
  channels: number;
  high: number;
  wide: number;
  flat: boolean;
}

/** Take a shape apart: the batch is left out, N×L×C is L high and C thick. */
function split(shape: (number | null)[] | null): Parts | null {
  if (!shape || shape.length < 2 || shape.some((size) => size === null)) return null;
  const sizes = shape as number[];
  if (sizes.length === 2) return { channels: sizes[1], high: 0, wide: 0, flat: true };
  if (sizes.length === 3) return { channels: sizes[2], high: sizes[1], wide: 1, flat: false };
  return { channels: sizes[1], high: sizes[sizes.length - 2], wide: sizes[sizes.length - 1], flat: false };
}

/** Return the pixels of a shape; null for what is not drawn as a volume. */
export function volumeOf(shape: (number | null)[] | null, scale: Scale): Volume | null {
  const parts = split(shape);
  if (!parts) return null;
  if (parts.flat) return { thick: 7, high: 12 + (MOST - 12) * Math.sqrt(parts.channels / scale.features), deep: 4 };
  return {
    thick: 3 + 42 * Math.sqrt(parts.channels / scale.channels),
    high: Math.max(3, (MOST * parts.high) / scale.spatial),
    deep: Math.max(2, (MOST * SLANT * parts.wide) / scale.spatial),
  };
}

/** Return the corners of the three sides that one sees, as points of polygons; (0, 0) is the top left of it all. */
export function sides(volume: Volume): { front: string; top: string; side: string; width: number; height: number } {
  const { thick, high, deep } = volume;
  const rise = deep * 0.6;
  const points = (list: [number, number][]) => list.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  return {
    front: points([[0, rise], [thick, rise], [thick, rise + high], [0, rise + high]]),
    top: points([[0, rise], [deep, 0], [deep + thick, 0], [thick, rise]]),
    side: points([[thick, rise], [thick + deep, 0], [thick + deep, high], [thick, rise + high]]),
    width: thick + deep,
    height: high + rise,
  };
}

/** Return the class of colour of a kind of layer. */
export function family(kind: string): string {
  if (/pool/i.test(kind)) return "pool";
  if (/conv/i.test(kind)) return "conv";
  if (/norm/i.test(kind)) return "norm";
  if (/attention/i.test(kind)) return "attention";
  if (/^(LSTM|GRU|RNN)(Cell)?$/.test(kind)) return "recurrent";
  if (/linear|embedding|bilinear/i.test(kind)) return "linear";
  if (/^(cat|concat|add|iadd|mul|imul|stack|sum|matmul)$/i.test(kind)) return "join";
  return "other";
}

/** The classes of colour, and what they are called. */
export const FAMILIES: [string, string][] = [
  ["conv", "convolution"], ["pool", "pooling"], ["norm", "norm"], ["linear", "linear, embedding"], ["attention", "attention"],
  ["recurrent", "recurrent"], ["join", "sum, product, concatenation"], ["other", "other"],
];
