// SPDX-License-Identifier: MIT
// Values and sources as short, harmless text for a log: one line, no control characters, a few
// words of each. Reads own data properties only; of a value it visits no more than it shows.

/** How much of a source, and of a string in a value, is shown. */
const MAX_TEXT = 50;
const MAX_ITEMS = 5;
const MAX_DEPTH = 2;

/** Control characters, line and paragraph separators, and those that turn text around. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** `text` with all that is not printable as escapes. */
export function escapeLine(text: string): string {
  return text.replace(UNSAFE, (unit) => {
    if (unit === "\n") return "\\n";
    if (unit === "\t") return "\\t";
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** The first 50 characters in double quotes, on one line. */
export function quote(text: string): string {
  if (text.length <= MAX_TEXT) return escapeLine(JSON.stringify(text));
  return `${escapeLine(JSON.stringify(text.slice(0, MAX_TEXT))).slice(0, -1)}..."`;
}

/** A value in a few words. */
export function preview(value: unknown, depth = 0): string {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "bigint":
      return previewBigint(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "function":
      return "[function]";
    case "object":
      return value === null ? "null" : previewObject(value, depth);
    default:
      return String(value);
  }
}

/** Without writing out digits that are not shown: that takes long for long ones. */
function previewBigint(value: bigint): string {
  const isShort = BigInt.asIntN(128, value) === value;
  return isShort ? `${value}n` : "[bigint]";
}

function previewObject(value: object, depth: number): string {
  if (Array.isArray(value)) return previewArray(value, depth);
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (value instanceof Error) return escapeLine(`[${tag}]`);
  if (value instanceof Map || value instanceof Set) return `${tag}(${value.size})`;
  if (ArrayBuffer.isView(value)) return escapeLine(`${tag}(${value.byteLength} bytes)`);
  if (tag !== "Object") return escapeLine(`[${tag}]`);
  return previewPlain(value, depth);
}

function previewArray(value: readonly unknown[], depth: number): string {
  if (value.length === 0) return "[]";
  if (depth >= MAX_DEPTH) return "[...]";
  const parts: string[] = [];
  for (let i = 0; i < value.length && i < MAX_ITEMS; i++) {
    parts.push(i in value ? preview(value[i], depth + 1) : "<empty>");
  }
  if (value.length > MAX_ITEMS) parts.push(`... ${value.length - MAX_ITEMS} more`);
  return `[ ${parts.join(", ")} ]`;
}

function previewPlain(value: object, depth: number): string {
  const parts: string[] = [];
  for (const key in value) {
    if (depth >= MAX_DEPTH) return "{...}";
    if (parts.length === MAX_ITEMS) {
      parts.push("...");
      break;
    }
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property === undefined) continue;
    const shown = "value" in property ? preview(property.value, depth + 1) : "[getter]";
    parts.push(`${showKey(key)}: ${shown}`);
  }
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

function showKey(key: string): string {
  return /^[A-Za-z_$][\w$]{0,49}$/.test(key) ? key : quote(key);
}
