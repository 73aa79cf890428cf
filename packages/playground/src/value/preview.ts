// SPDX-License-Identifier: MIT
// A value on one line, as far as it goes: what stands beside a folded branch. Looks at a few rows
// and never deeper than two levels, however large the value is.
import { quote, shorten } from "../text.js";
import { shapeOf, type Row } from "./shape.js";

const MAX_ROWS = 6;
const MAX_STRING = 40;
const MAX_LENGTH = 100;

export function preview(value: unknown): string {
  return shorten(show(value, 2), MAX_LENGTH);
}

/** What is in a branch: for a place that its label stands beside already. */
export function previewContents(value: object): string {
  const { label, rows } = shapeOf(value);
  if (rows === null || isBytes(value)) return "";
  const text = showRows(value, rows(), label, 2);
  return shorten(text.startsWith(label) ? text.slice(label.length + 1) : text, MAX_LENGTH);
}

function show(value: unknown, depth: number): string {
  if (typeof value === "string") {
    return value.length > MAX_STRING ? quote(shorten(value, MAX_STRING)) : quote(value);
  }
  const shape = shapeOf(value);
  if (shape.kind !== "object" || shape.rows === null) return shorten(shape.label, MAX_LENGTH);
  if (depth === 0 || isBytes(value)) return shape.label;
  return showRows(value, shape.rows(), shape.label, depth);
}

function showRows(
  value: unknown,
  rows: { length: number; at(index: number): Row },
  label: string,
  depth: number,
): string {
  const parts: string[] = [];
  for (let i = 0; i < Math.min(rows.length, MAX_ROWS); i++) {
    parts.push(showRow(rows.at(i), !isList(value), depth - 1));
  }
  if (rows.length > MAX_ROWS) parts.push("…");
  const inside = parts.join(", ");
  if (Array.isArray(value)) return `[${inside}]`;
  const isPlain = label.startsWith("Object(");
  return isPlain ? `{ ${inside} }` : `${label} { ${inside} }`;
}

function showRow(row: Row, hasKey: boolean, depth: number): string {
  const text = row.note ?? show(row.value, depth);
  if ("keyValue" in row) return `${show(row.keyValue, 0)} => ${text}`;
  return hasKey && row.key !== "" ? `${showKey(row.key)}: ${text}` : text;
}

/** A name as in source code. */
export function showKey(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) || /^\d+$/.test(key)
    ? key
    : quote(shorten(key, MAX_STRING));
}

function isList(value: unknown): boolean {
  return Array.isArray(value) || value instanceof Set || ArrayBuffer.isView(value);
}

function isBytes(value: unknown): boolean {
  return value instanceof ArrayBuffer || value instanceof DataView;
}
