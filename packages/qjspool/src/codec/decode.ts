// SPDX-License-Identifier: MIT
// Bytes (docs/wire-format.md) to values: the loop over the stack of open containers. A container
// is given to its parent when it opens, so nothing is left to do when it ends. Nothing recurses.
import {
  Decoding,
  FILL_ARRAY,
  FILL_ERROR,
  FILL_MAP,
  FILL_OBJECT,
  FILL_SET,
  type Cut,
  type DecodeFrame,
  type Target,
} from "./decode-state.js";
import { decodeTagged } from "./decode-tagged.js";
import { errorPrototype } from "./errors.js";
import { KEY_DIGIT, KEY_INHERITED, keyKind, readKey } from "./key-cache.js";
import { isFar, sparsely } from "./sparse.js";
import { TAG_REFERENCE, TAG_SHAREABLE } from "./typed-arrays.js";

export type { Cut } from "./decode-state.js";
export { WireError } from "./errors.js";

/** A longer array grows as its items come. */
const ARRAY_AT_ONCE = 64;
const HOLE = 0xf8;
const MAX_INDEX = 2 ** 32 - 2;

/** A leaf, or a container that is empty yet and lies on top of the stack. */
function readItem(d: Decoding): unknown {
  const first = d.byte();
  if (first < 24) return first;
  switch (first >> 5) {
    case 0:
    case 1:
      return d.integer(first);
    case 2:
      return d.buffer(first);
    case 3:
      return d.textOf(first);
    case 4:
      return openArray(d, first, -1);
    case 5:
      return openObject(d, first, -1);
    case 6:
      return readTag(d, first);
    default:
      return readSimple(d, first);
  }
}

function openArray(d: Decoding, first: number, slot: number): unknown {
  const offset = d.at - 1;
  const count = d.countOf(first, 1);
  const array = count <= ARRAY_AT_ONCE ? new Array<unknown>(count) : [];
  return d.open(FILL_ARRAY, array, count, slot, offset);
}

function openObject(d: Decoding, first: number, slot: number): unknown {
  const offset = d.at - 1;
  const count = d.countOf(first, 2);
  const object = d.open(FILL_OBJECT, {}, count, slot, offset);
  d.frames[d.depth - 1]!.index = count;
  return object;
}

function readSimple(d: Decoding, first: number): unknown {
  switch (first) {
    case 0xf4:
      return false;
    case 0xf5:
      return true;
    case 0xf6:
      return null;
    case 0xf7:
      return undefined;
    case 0xf9:
    case 0xfa:
    case 0xfb:
      return d.float(first);
    case HOLE:
      return d.fail(isHole(d) ? "hole outside an array" : "malformed item", d.at - 1);
    default:
      return d.fail("malformed item", d.at - 1);
  }
}

function isHole(d: Decoding): boolean {
  return d.at < d.end && d.data[d.at] === 0xe0;
}

function readTag(d: Decoding, first: number): unknown {
  const offset = d.at - 1;
  const tag = d.argument(first);
  return tag === TAG_SHAREABLE ? readShareable(d, offset) : decodeTagged(d, tag, -1, offset);
}

/** Only objects can be shared: a slot is for one of them. */
function readShareable(d: Decoding, offset: number): unknown {
  const slot = d.slot();
  const start = d.at;
  const first = d.byte();
  let object: unknown;
  if (first >> 5 === 2) object = d.buffer(first);
  else if (first >> 5 === 4) return openArray(d, first, slot);
  else if (first >> 5 === 5) return openObject(d, first, slot);
  else if (first >> 5 === 6) {
    const tag = d.argument(first);
    if (tag !== TAG_REFERENCE && tag !== TAG_SHAREABLE) object = decodeTagged(d, tag, slot, start);
  }
  if (typeof object !== "object") d.fail("tag 28 on what is no object", offset);
  d.fillSlot(slot, object);
  return object;
}

/** The fill functions read children until one opens a container, or all are read. */
function fillArray(d: Decoding, frame: DecodeFrame): void {
  const depth = d.depth;
  const target = frame.target as unknown[];
  const end = frame.index + frame.left;
  for (let i = frame.index; i < end; ) {
    if (d.data[d.at] === HOLE && d.data[d.at + 1] === 0xe0 && d.at + 1 < d.end) {
      d.at += 2;
      i++;
      continue;
    }
    target[i++] = readItem(d);
    if (d.depth !== depth) {
      frame.index = i;
      frame.left = end - i;
      return;
    }
  }
  if (target.length !== end) target.length = end; // holes at the end
  d.depth--;
}

function readKeyOf(d: Decoding): string {
  const first = d.byte();
  if (first >> 5 !== 3) d.fail("key that is no text", d.at - 1);
  const size = d.stringSize(first);
  const start = d.at;
  d.at = start + size;
  return readKey(d.data, start, start + size);
}

function define(target: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, key, { value, enumerable, configurable: true, writable: true });
}

function fillObject(d: Decoding, frame: DecodeFrame): void {
  const depth = d.depth;
  const target = frame.target as Target;
  while (frame.left > 0) {
    frame.left--;
    const key = readKeyOf(d);
    const kind = keyKind;
    const value = readItem(d);
    if (kind === KEY_INHERITED) {
      define(target, key, value, true);
    } else {
      if (kind === KEY_DIGIT) prepareIndex(frame, key);
      target[key] = value;
    }
    if (d.depth !== depth) return;
  }
  d.depth--;
}

function prepareIndex(frame: DecodeFrame, key: string): void {
  if (frame.flag || !isFar(key, frame.index)) return;
  frame.flag = true;
  sparsely(frame.target as object);
}

/** Indices come first and ascend, as own keys do; so none comes twice. */
function fillSparse(d: Decoding, frame: DecodeFrame): void {
  const depth = d.depth;
  const target = frame.target as unknown[];
  while (frame.left > 0) {
    frame.left--;
    const offset = d.at;
    const key = readKeyOf(d);
    const index = Number(key);
    if (index >= 0 && index <= MAX_INDEX && String(index) === key && Number.isInteger(index)) {
      if (index < frame.index || index >= target.length) d.fail("wrong index", offset);
      frame.index = index + 1;
    } else {
      if (key === "length") d.fail("key that cannot be set", offset);
      frame.index = Infinity;
    }
    define(target, key, readItem(d), true);
    if (d.depth !== depth) return;
  }
  d.depth--;
}

function fillError(d: Decoding, frame: DecodeFrame): void {
  const depth = d.depth;
  const error = frame.target as Error;
  while (frame.left > 0) {
    frame.left--;
    const key = readKeyOf(d);
    const offset = d.at;
    putErrorField(d, frame, key, readItem(d), offset);
    if (d.depth !== depth) return;
  }
  if (!frame.flag) define(error, "stack", String(error), false);
  d.depth--;
}

function putErrorField(
  d: Decoding,
  frame: DecodeFrame,
  key: string,
  value: unknown,
  offset: number,
): void {
  const error = frame.target as Error;
  switch (key) {
    case "name":
    case "message":
    case "stack":
      if (typeof value !== "string") d.fail("wrong field of an Error", offset);
      if (key === "stack") frame.flag = true;
      if (key === "name") putErrorName(error, value);
      else define(error, key, value, false);
      return;
    case "errors":
      if (!Array.isArray(value)) d.fail("wrong field of an Error", offset);
      define(error, key, value, false);
      return;
    case "cause":
      define(error, key, value, false);
  }
}

/** An Error's class is known by its name only. */
function putErrorName(error: Error, name: string): void {
  const prototype = errorPrototype(name);
  if (prototype === undefined) define(error, "name", name, false);
  else if (prototype !== Error.prototype) Object.setPrototypeOf(error, prototype);
}

function fillMap(d: Decoding, frame: DecodeFrame): void {
  const depth = d.depth;
  const map = frame.target as Map<unknown, unknown>;
  while (frame.left > 0) {
    if (!frame.hasKey) {
      frame.hasKey = true;
      frame.key = readItem(d);
      if (d.depth !== depth) return;
    }
    frame.hasKey = false;
    frame.left--;
    map.set(frame.key, readItem(d));
    if (d.depth !== depth) return;
  }
  d.depth--;
}

function fillSet(d: Decoding, frame: DecodeFrame): void {
  const depth = d.depth;
  const set = frame.target as Set<unknown>;
  while (frame.left > 0) {
    frame.left--;
    set.add(readItem(d));
    if (d.depth !== depth) return;
  }
  d.depth--;
}

function fill(d: Decoding, frame: DecodeFrame): void {
  switch (frame.kind) {
    case FILL_ARRAY:
      return fillArray(d, frame);
    case FILL_OBJECT:
      return fillObject(d, frame);
    case FILL_ERROR:
      return fillError(d, frame);
    case FILL_MAP:
      return fillMap(d, frame);
    case FILL_SET:
      return fillSet(d, frame);
    default:
      return fillSparse(d, frame);
  }
}

function run(d: Decoding): unknown {
  const value = readItem(d);
  while (d.depth > 0) fill(d, d.frames[d.depth - 1]!);
  if (d.at !== d.end) d.fail("more than one value", d.at);
  if (d.nextCut !== d.cuts.length) d.fail("cut that belongs to no bytes", d.at);
  return value;
}

/** The next decoding's state; undefined while one is at work. */
let idle: Decoding | undefined = new Decoding();

/** Of its own prototype, because others change what `slice` and `subarray` do; not shared. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  if (!(bytes.buffer instanceof ArrayBuffer)) return new Uint8Array(bytes);
  if (Object.getPrototypeOf(bytes) === Uint8Array.prototype) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/**
 * The value that the bytes stand for. Throws a WireError if they stand for none, whatever they
 * are. With cuts, their ArrayBuffers become the value's own.
 */
export function decode(bytes: Uint8Array, cuts?: readonly Cut[]): unknown {
  const d = idle ?? new Decoding();
  idle = undefined;
  d.begin(plainBytes(bytes), cuts);
  try {
    return run(d);
  } finally {
    d.finish();
    idle = d;
  }
}
