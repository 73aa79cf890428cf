// SPDX-License-Identifier: MIT
// Bytes (docs/wire-format.md) to values: the loop over the stack of open containers. A container
// is given to its parent when it opens, so nothing is left to do when it ends. Nothing recurses.
import { HOLE, isHole, readItem } from "./decode-item.js";
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
import { errorPrototype } from "./errors.js";
import { KEY_DIGIT, KEY_INHERITED, keyKind, readKey } from "./key-cache.js";
import { isFar, sparsely } from "./sparse.js";

export type { Cut } from "./decode-state.js";
export { WireError } from "./errors.js";

const MAX_INDEX = 2 ** 32 - 2;

/** The fill functions read children until one opens a container, or all are read. */
function fillArray(d: Decoding, frame: DecodeFrame): void {
  const depth = d.depth;
  const target = frame.target as unknown[];
  const end = frame.index + frame.left;
  for (let i = frame.index; i < end; ) {
    if (d.data[d.at] === HOLE && isHole(d, d.at)) {
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
  if (!frame.flag) putStack(error, String(error));
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
      if (key === "name") putErrorName(error, value);
      else if (key === "message") define(error, key, value, false);
      else putStack(error, value);
      if (key === "stack") frame.flag = true;
      return;
    case "errors":
      if (!Array.isArray(value)) d.fail("wrong field of an Error", offset);
      define(error, key, value, false);
      return;
    case "cause":
      define(error, key, value, false);
  }
}

/** Where errors have a stack of their own, assignment keeps it hidden and is far faster. */
function putStack(error: Error, stack: string): void {
  if (Object.hasOwn(error, "stack")) error.stack = stack;
  else define(error, "stack", stack, false);
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
