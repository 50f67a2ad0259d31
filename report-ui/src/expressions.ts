/** Sizes and conditions as trees, as `convlint/report/page/expressions.py` writes them, and their values. */

export type Tree = number | string | [string, ...unknown[]];
export type Values = ReadonlyMap<string, number>;
/** A number, the place of an expression in the table, or null for what is not known. */
export type Size = number | [number] | null;

/** Return floor(a / b), exact for whole numbers below 2^53. */
export function floorDivide(a: number, b: number): number {
  if (b === 0) throw new RangeError("division by zero");
  const rest = ((a % b) + b) % b;
  return (a - rest) / b;
}

/** Return the value of an expression; RangeError for a division by zero. */
export function evaluate(tree: Tree, values: Values): number {
  if (typeof tree === "number") return tree;
  if (typeof tree === "string") {
    const value = values.get(tree);
    if (value === undefined) throw new RangeError(`${tree} has no value`);
    return value;
  }
  const [kind, ...parts] = tree;
  if (kind === "+") return (parts as Term[]).reduce((sum, term) => sum + termValue(term, values), 0);
  const numbers = (parts as Tree[]).map((part) => evaluate(part, values));
  if (kind === "/") return floorDivide(numbers[0], numbers[1]);
  return kind === "max" ? Math.max(...numbers) : Math.min(...numbers);
}

type Term = [number, ...[Tree, number][]];

function termValue([coefficient, ...powers]: Term, values: Values): number {
  return powers.reduce((product, [atom, exponent]) => product * evaluate(atom, values) ** exponent, coefficient);
}

/** Tell whether a condition holds; one that divides by zero does not. */
export function holds(condition: Tree, values: Values): boolean {
  if (!Array.isArray(condition)) return true;
  const [kind, ...parts] = condition;
  if (kind === "and") return (parts as Tree[]).every((part) => holds(part, values));
  if (kind === "or") return (parts as Tree[]).some((part) => holds(part, values));
  try {
    const [a, b] = (parts as Tree[]).map((part) => evaluate(part, values));
    if (kind === "==") return a === b;
    if (kind === "!=") return a !== b;
    if (kind === ">=") return a >= b;
    const divides = a !== 0 && b % a === 0;
    return kind === "|" ? divides : !divides;
  } catch {
    return false;
  }
}

/** Return what a condition that does not hold compares, in numbers: "6400 ≠ 9216"; "" for what has no such form. */
export function missed(condition: Tree, values: Values): string {
  if (!Array.isArray(condition)) return "";
  const [kind, ...parts] = condition;
  if (kind === "and") return (parts as Tree[]).filter((part) => !holds(part, values)).map((part) => missed(part, values))[0] ?? "";
  if (kind === "or") return "";
  try {
    const [a, b] = (parts as Tree[]).map((part) => evaluate(part, values));
    const signs: Record<string, string> = { "==": `${a} ≠ ${b}`, ">=": `${a} < ${b}`, "|": `${b} is no multiple of ${a}` };
    return signs[kind as string] ?? "";
  } catch {
    return "";
  }
}

/** The values of all expressions of a page for one input, each computed when it is first asked for. */
export class Sizes {
  private readonly known = new Map<number, number | null>();

  constructor(
    private readonly table: readonly Tree[],
    readonly values: Values,
  ) {}

  /** Return a size as a number, null if it is not known or cannot be computed. */
  of(size: Size | undefined): number | null {
    if (size === null || size === undefined || typeof size === "number") return size ?? null;
    const place = size[0];
    let value = this.known.get(place);
    if (value === undefined) {
      try {
        value = evaluate(this.table[place], this.values);
      } catch {
        value = null;
      }
      this.known.set(place, value);
    }
    return value;
  }

  shape(sizes: readonly Size[] | null): (number | null)[] | null {
    return sizes === null ? null : sizes.map((size) => this.of(size));
  }
}
