// SPDX-License-Identifier: MIT
// What a value looks like: a label, and rows beneath it that are made only when they are asked
// for. Knows no DOM. Values are clones that the package made: nothing of a guest runs in here.
import { count, plural, quote } from "../text.js";

/** What a label is coloured by. */
export type Kind = "string" | "number" | "keyword" | "object" | "error" | "note";

export interface Row {
  /** "": the row needs none. */
  readonly key: string;
  /** Of Map entries the key may be any value. */
  readonly keyValue?: unknown;
  readonly value: unknown;
  /** In place of a value: a line of text, or a hole. */
  readonly note?: string;
}

/** The rows of a value, by number. */
export interface Rows {
  readonly length: number;
  at(index: number): Row;
}

export interface Shape {
  readonly kind: Kind;
  /** For a string, its quoted beginning. */
  readonly label: string;
  /** null: there is nothing beneath. */
  readonly rows: (() => Rows) | null;
}

/** Of an array with fewer elements than this part of its length, only those are shown. */
const SPARSE_PART = 10;
const MAX_DENSE_LENGTH = 1000;
const HEX_ROW = 16;

export function shapeOf(value: unknown): Shape {
  switch (typeof value) {
    case "string":
      return leaf("string", quote(value));
    case "number":
      return leaf("number", Object.is(value, -0) ? "-0" : String(value));
    case "bigint":
      return leaf("number", `${value}n`);
    case "object":
      return value === null ? leaf("keyword", "null") : shapeOfObject(value);
    default:
      return leaf("keyword", String(value));
  }
}

function leaf(kind: Kind, label: string): Shape {
  return { kind, label, rows: null };
}

function branch(label: string, length: number, rows: () => Rows, kind: Kind = "object"): Shape {
  return { kind, label, rows: length === 0 ? null : rows };
}

function shapeOfObject(value: object): Shape {
  if (Array.isArray(value)) {
    return branch(`Array(${count(value.length)})`, value.length, () => rowsOfArray(value));
  }
  if (value instanceof Map)
    return branch(`Map(${count(value.size)})`, value.size, () => rowsOfMap(value));
  if (value instanceof Set)
    return branch(`Set(${count(value.size)})`, value.size, () => rowsOfSet(value));
  if (value instanceof Error) return shapeOfError(value);
  if (value instanceof Date) return leaf("object", showDate(value));
  if (value instanceof RegExp) return leaf("string", String(value));
  if (value instanceof ArrayBuffer) return shapeOfBytes("ArrayBuffer", new Uint8Array(value));
  if (value instanceof DataView) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return shapeOfBytes("DataView", bytes);
  }
  if (ArrayBuffer.isView(value)) return shapeOfTyped(value as unknown as Numbers);
  if (isBoxed(value))
    return leaf("object", `[${className(value)}: ${shapeOf(value.valueOf()).label}]`);
  return shapeOfPlain(value as Record<string, unknown>);
}

// ---- arrays and collections ----

function rowsOfArray(array: unknown[]): Rows {
  const isSparse = array.length > MAX_DENSE_LENGTH && isMostlyHoles(array);
  const names = Object.keys(array);
  if (isSparse)
    return rowsByName(names, (name) => array[Number(name)], array.length - names.length);
  return {
    length: array.length,
    at: (i) =>
      i in array
        ? { key: String(i), value: array[i] }
        : { key: String(i), value: undefined, note: "empty" },
  };
}

/** Looks at the beginning only, unless that is empty. */
function isMostlyHoles(array: unknown[]): boolean {
  for (let i = 0; i < MAX_DENSE_LENGTH; i++) {
    if (!(i in array)) return Object.keys(array).length * SPARSE_PART < array.length;
  }
  return false;
}

function rowsByName(
  names: readonly string[],
  valueOf: (name: string) => unknown,
  nholes: number,
): Rows {
  const nnotes = nholes > 0 ? 1 : 0;
  return {
    length: names.length + nnotes,
    at(i) {
      const name = names[i];
      if (name === undefined)
        return { key: "", value: undefined, note: plural(nholes, "empty element") };
      return { key: name, value: valueOf(name) };
    },
  };
}

function rowsOfMap(map: Map<unknown, unknown>): Rows {
  const entries = [...map];
  return {
    length: entries.length,
    at: (i) => ({ key: "", keyValue: entries[i]![0], value: entries[i]![1] }),
  };
}

function rowsOfSet(set: Set<unknown>): Rows {
  const values = [...set];
  return { length: values.length, at: (i) => ({ key: "", value: values[i] }) };
}

// ---- bytes ----

interface Numbers {
  readonly length: number;
  readonly [index: number]: number | bigint;
}

function shapeOfTyped(array: Numbers): Shape {
  return branch(`${className(array)}(${count(array.length)})`, array.length, () => ({
    length: array.length,
    at: (i) => ({ key: String(i), value: array[i] }),
  }));
}

function shapeOfBytes(name: string, bytes: Uint8Array): Shape {
  const nrows = Math.ceil(bytes.length / HEX_ROW);
  return branch(`${name}(${plural(bytes.length, "byte")})`, nrows, () => ({
    length: nrows,
    at(i) {
      const row = bytes.subarray(i * HEX_ROW, (i + 1) * HEX_ROW);
      const note = Array.from(row, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
      return { key: (i * HEX_ROW).toString(16).padStart(4, "0"), value: undefined, note };
    },
  }));
}

// ---- objects ----

function shapeOfError(error: Error): Shape {
  const rows: Row[] = [];
  if (error.stack) rows.push({ key: "stack", value: error.stack });
  if (Object.hasOwn(error, "cause")) rows.push({ key: "cause", value: error.cause });
  if (error instanceof AggregateError) rows.push({ key: "errors", value: error.errors });
  const label = error.message === "" ? error.name : `${error.name}: ${quote(error.message)}`;
  return branch(label, rows.length, () => ({ length: rows.length, at: (i) => rows[i]! }), "error");
}

function shapeOfPlain(object: Record<string, unknown>): Shape {
  const names = Object.keys(object);
  const label = names.length === 0 ? "{}" : `Object(${count(names.length)})`;
  return branch(label, names.length, () => rowsByName(names, (name) => object[name], 0));
}

function isBoxed(value: object): value is Number | String | Boolean {
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return true;
  return (
    typeof value.valueOf === "function" &&
    Object.prototype.toString.call(value) === "[object BigInt]"
  );
}

function showDate(date: Date): string {
  return Number.isNaN(date.getTime()) ? "Invalid Date" : `Date ${date.toISOString()}`;
}

/** Of a built-in: these have no names of a guest. */
function className(value: object): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}
