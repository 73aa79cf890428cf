// SPDX-License-Identifier: MIT
// Values to bytes (docs/wire-format.md): the loop over the stack of open containers. One pass;
// what is shared gets its tag 28 at the end. Nothing recurses.
import { ByteWriter } from "../bytes.js";
import { writeBigint, writeNumber, writeString } from "./encode-leaf.js";
import { encodeObject } from "./encode-object.js";
import { Encoding, FRAME_KEYS, type EncodeFrame, type EncodeOptions } from "./encode-state.js";
import { refuse } from "./refuse.js";

export type { EncodeOptions } from "./encode-state.js";

/** Results up to this are copied out of the writer that stays. */
const WRITER_KEPT = 1 << 20;
/** Longer texts are held against the limit before they are written. */
const LONG_TEXT = 1024;

function encodeValue(e: Encoding, value: unknown): void {
  switch (typeof value) {
    case "number":
      return writeNumber(e.writer, value);
    case "string":
      if (value.length > LONG_TEXT) e.check(value.length);
      return writeString(e.writer, value);
    case "boolean":
      return e.writer.u8(value ? 0xf5 : 0xf4);
    case "undefined":
      return e.writer.u8(0xf7);
    case "object":
      if (value === null) e.writer.u8(0xf6);
      else encodeObject(e, value);
      return;
    case "bigint":
      return writeBigint(e, value);
    case "symbol":
      return refuse(e, "a symbol");
    default:
      return refuse(e, "a function");
  }
}

/** Both fill functions write children until one opens a container, or all are written. */
function fillKeys(e: Encoding, frame: EncodeFrame): void {
  const depth = e.depth;
  const { object, keys, count } = frame;
  while (frame.next < count) {
    const key = keys[frame.next++]!;
    const value = object[key];
    if (value === undefined && !Object.hasOwn(object, key)) {
      frame.missing++; // a getter has deleted it
      continue;
    }
    writeString(e.writer, key);
    encodeValue(e, value);
    if (e.writer.length > e.limit) e.check(0);
    if (e.depth !== depth) return;
  }
  if (frame.missing !== 0) shrinkHead(e, frame);
  e.depth--;
}

function fillItems(e: Encoding, frame: EncodeFrame): void {
  const depth = e.depth;
  const { object, count, hasHoles } = frame;
  while (frame.next < count) {
    const index = frame.next++;
    const value = object[index];
    // a getter may have shortened the array; a key may be there, but not enumerable
    if ((value === undefined || hasHoles) && !isEnumerable(object, index)) writeHole(e.writer);
    else encodeValue(e, value);
    if (e.writer.length > e.limit) e.check(0);
    if (e.depth !== depth) return;
  }
  e.depth--;
}

const propertyIsEnumerable = Object.prototype.propertyIsEnumerable;

function isEnumerable(object: object, index: number): boolean {
  return propertyIsEnumerable.call(object, index);
}

function writeHole(writer: ByteWriter): void {
  writer.u8(0xf8);
  writer.u8(0xe0);
}

/** The map's head counts keys that have gone meanwhile. It keeps its width, which readers take. */
function shrinkHead(e: Encoding, frame: EncodeFrame): void {
  const data = e.writer.data;
  const width = data[frame.head]! & 31;
  let rest = frame.count - frame.missing;
  if (width < 24) {
    data[frame.head]! -= frame.missing;
    return;
  }
  for (let at = frame.head + (1 << (width - 24)); at > frame.head; at--) {
    data[at] = rest;
    rest >>>= 8;
  }
}

function run(e: Encoding, value: unknown): void {
  encodeValue(e, value);
  while (e.depth > 0) {
    const frame = e.frames[e.depth - 1]!;
    if (frame.kind === FRAME_KEYS) fillKeys(e, frame);
    else fillItems(e, frame);
  }
  e.seen.finish(e.writer);
  e.check(0);
}

/** The next encoding's state and writer; undefined while a getter is called by an encoding. */
let idleState: Encoding | undefined = new Encoding();
let idleWriter: ByteWriter | undefined = new ByteWriter(1024);

/**
 * Appends the value. On a throw the writer is cut back: a DOMException named DataCloneError
 * says the path of what cannot be cloned, a RangeError which limit broke.
 */
export function encodeTo(writer: ByteWriter, value: unknown, options?: EncodeOptions): void {
  const start = writer.length;
  const e = idleState ?? new Encoding();
  idleState = undefined;
  let isDone = false;
  e.begin(writer, options);
  try {
    run(e, value);
    isDone = true;
  } finally {
    if (!isDone) writer.length = start;
    e.end();
    idleState = e;
  }
}

/**
 * The value as bytes of its own. Those of a large value may be a part of a larger ArrayBuffer,
 * which nothing else uses.
 */
export function encode(value: unknown, options?: EncodeOptions): Uint8Array {
  const writer = idleWriter ?? new ByteWriter(1024);
  idleWriter = undefined;
  writer.reset();
  try {
    encodeTo(writer, value, options);
    if (writer.data.length <= WRITER_KEPT) {
      idleWriter = writer;
      return writer.take();
    }
    // given away instead of copied, unless most of it is empty
    return writer.length > writer.data.length / 2 ? writer.view() : writer.take();
  } finally {
    if (writer.data.length <= WRITER_KEPT) idleWriter = writer;
  }
}
