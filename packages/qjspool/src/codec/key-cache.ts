// SPDX-License-Identifier: MIT
// From the bytes of an object's key to its string, without making one: the same few keys come
// again and again. Direct-mapped, bounded; what a guest can fill it with costs time alone.
import { readText } from "./text.js";

/** Longer keys are not kept. */
const KEY_BYTES = 32;
const SLOTS = 1024;

const lengths = new Uint8Array(SLOTS).fill(255);
const stored = new Uint8Array(SLOTS * KEY_BYTES);
const texts: string[] = new Array<string>(SLOTS).fill("");
const kinds = new Uint8Array(SLOTS);

/** Assignment makes a property of it. */
export const KEY_PLAIN = 0;
/** May be an array index. */
export const KEY_DIGIT = 1;
/** Objects inherit something of this name: assignment may do anything. */
export const KEY_INHERITED = 2;

/** The kind of the key that `readKey` gave last. */
export let keyKind = KEY_PLAIN;

function kindOf(key: string): number {
  if (key === "__proto__" || key in Object.prototype) return KEY_INHERITED;
  const first = key.charCodeAt(0);
  return first >= 0x30 && first <= 0x39 ? KEY_DIGIT : KEY_PLAIN;
}

/** The string as the engine keeps property names, so that using it as a key searches nothing. */
function interned(key: string): string {
  return Object.keys({ [key]: 0 })[0]!;
}

function matches(data: Uint8Array, start: number, size: number, slot: number): boolean {
  if (lengths[slot] !== size) return false;
  const base = slot * KEY_BYTES;
  for (let i = 0; i < size; i++) {
    if (stored[base + i] !== data[start + i]) return false;
  }
  return true;
}

function keep(slot: number, data: Uint8Array, start: number, end: number): string {
  const text = interned(readText(data, start, end));
  lengths[slot] = end - start;
  stored.set(data.subarray(start, end), slot * KEY_BYTES);
  texts[slot] = text;
  kinds[slot] = kindOf(text);
  return text;
}

export function readKey(data: Uint8Array, start: number, end: number): string {
  const size = end - start;
  if (size === 0 || size > KEY_BYTES) {
    const text = readText(data, start, end);
    keyKind = kindOf(text);
    return text;
  }
  const mixed =
    size * 31 + data[start]! * 7 + data[end - 1]! * 131 + data[start + (size >> 1)]! * 17;
  const slot = mixed & (SLOTS - 1);
  const text = matches(data, start, size, slot) ? texts[slot]! : keep(slot, data, start, end);
  keyKind = kinds[slot]!;
  return text;
}
