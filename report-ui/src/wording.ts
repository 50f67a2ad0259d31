/** Numbers and shapes as text. */

export const UNKNOWN = "–";

export function shapeText(shape: readonly (number | null)[] | null): string {
  if (shape === null) return UNKNOWN;
  return shape.length ? shape.map((size) => size ?? "?").join("×") : "scalar";
}

export function countText(count: number | null): string {
  return count === null ? UNKNOWN : count.toLocaleString("en-US");
}

/** Return a count in few characters: "25.6 M". */
export function shortCount(count: number | null): string {
  if (count === null) return UNKNOWN;
  const units = ["", " k", " M", " G", " T", " P"];
  const unit = count ? Math.min(Math.floor(Math.log10(count) / 3), units.length - 1) : 0;
  return unit ? `${(count / 1000 ** unit).toPrecision(3)}${units[unit]}` : String(count);
}

export function bytesText(bytes: number | null): string {
  if (bytes === null) return UNKNOWN;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const unit = bytes ? Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1) : 0;
  return unit ? `${(bytes / 1024 ** unit).toFixed(1)} ${units[unit]}` : `${bytes} B`;
}
