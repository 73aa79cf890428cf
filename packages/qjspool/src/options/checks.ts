// SPDX-License-Identifier: MIT
// Checks of single values. Each takes a value and the name of its option, and returns the value
// with its type or throws a TypeError that names the option. `undefined` counts as left out, and
// gives the fallback. Knows no option by name.

/** Longest timeout, in ms: more microseconds than this are not exact in a double (285 years). */
const MAX_MS = Number.MAX_SAFE_INTEGER / 1000;

/** A value in an error message: short, on one line, and nobody's code runs for it. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
    case "bigint":
      return `${value}n`;
    case "function":
      return "a function";
    case "object":
      if (value === null) return "null";
      return Array.isArray(value) ? "an array" : "an object";
    default:
      return String(value);
  }
}

/** The TypeError for an option with a wrong value. */
export function badOption(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`option "${name}" must be ${expected}; got ${describe(value)}`);
}

export function toBoolean(value: unknown, name: string, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value !== "boolean") throw badOption(name, "a boolean", value);
  return value;
}

export function toInteger(
  value: unknown,
  name: string,
  fallback: number,
  min: number,
  max: number,
): number {
  if (value === undefined) return fallback;
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    throw badOption(name, `an integer from ${min} to ${max}`, value);
  }
  return (value as number) + 0; // -0 becomes 0
}

/** Milliseconds, 0 for none. Times that no clock will see are cut to the longest exact one. */
export function toMilliseconds(value: unknown, name: string, fallback: number): number {
  if (value === undefined) return fallback;
  if (typeof value !== "number" || !(value >= 0) || value === Infinity) {
    throw badOption(name, "a finite number of milliseconds, 0 or more (0: none)", value);
  }
  return value > MAX_MS ? MAX_MS : value + 0;
}

/** A string that can be passed on to C. */
export function toText(value: unknown, name: string, fallback: string): string {
  if (value === undefined) return fallback;
  if (typeof value !== "string") throw badOption(name, "a string", value);
  if (value.includes("\0")) throw badOption(name, "a string without NUL characters", value);
  return value;
}

export function toChoice<T extends string>(
  value: unknown,
  name: string,
  fallback: T,
  choices: readonly T[],
): T {
  if (value === undefined) return fallback;
  if (!choices.includes(value as T)) {
    throw badOption(name, choices.map((choice) => `"${choice}"`).join(" or "), value);
  }
  return value as T;
}

/** A function, as the type that its option has. */
export function toFunction<T>(value: unknown, name: string): T | null {
  if (value === undefined) return null;
  if (typeof value !== "function") throw badOption(name, "a function", value);
  return value as T;
}

/** An object made by `{}`, `Object.create(null)` or `import *`; of any realm. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

export function toPlainObject(value: unknown, name: string): Record<string, unknown> | null {
  if (value === undefined) return null;
  if (!isPlainObject(value)) throw badOption(name, "a plain object", value);
  return value;
}

/** What a bag of options must be: an object, of any class. */
export function toBag(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${what} must be an object; got ${describe(value)}`);
  }
  return value as Record<string, unknown>;
}

/** Throws for the first own key that is not known. */
export function checkKeys(bag: object, known: readonly string[], prefix = ""): void {
  for (const key of Object.keys(bag)) {
    if (!known.includes(key)) throw unknownOption(key, known, prefix);
  }
}

/** The TypeError for a name that is no option, with the known one that it may be a slip of, or begins. */
export function unknownOption(key: string, known: readonly string[], prefix = ""): TypeError {
  let best: string | undefined;
  let bestDistance = 3; // of two slips at most
  for (const name of known) {
    const distance = editDistance(key, name, bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  best ??= known.find((name) => key.length > 3 && name.startsWith(key));
  const hint = best === undefined ? "" : `; did you mean "${prefix}${best}"?`;
  const shown = describe(prefix + key);
  return new TypeError(`unknown option ${shown}${hint}`);
}

/** Insertions, deletions and replacements from a to b; `limit` if they are at least that many. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return Math.min(row[b.length]!, limit);
}
