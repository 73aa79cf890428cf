// SPDX-License-Identifier: MIT
// ArrayBuffers and the views on them. Elements are copied as they lie in memory: all hosts that
// run WebAssembly are little-endian, as the tags are.
import type { Encoding } from "./encode-state.js";
import { writeByteString, writeClass, writeHead, writeTag } from "./encode-leaf.js";
import { refuse } from "./refuse.js";
import { MAJOR_UINT, viewTypeByName, type ViewType } from "./typed-arrays.js";

const typedPrototype = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
const typedName = getter(typedPrototype, Symbol.toStringTag) as (this: unknown) => unknown;

function getter(object: object, key: PropertyKey): ((this: unknown) => unknown) | undefined {
  return Object.getOwnPropertyDescriptor(object, key)?.get;
}

function isDetached(buffer: ArrayBuffer): boolean {
  if (buffer.byteLength !== 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/** One that was not met before. */
export function encodeBuffer(e: Encoding, buffer: ArrayBuffer): void {
  if (isDetached(buffer)) refuse(e, "a detached ArrayBuffer");
  writeByteString(e, new Uint8Array(buffer));
}

function writeViewBuffer(e: Encoding, buffer: ArrayBuffer): void {
  const met = e.seen.meet(buffer, e.writer.length);
  if (met >= 0) e.seen.refer(e.writer, met);
  else writeByteString(e, new Uint8Array(buffer));
}

/** A buffer shared between threads may change while it is copied; a detached one is gone. */
function checkBuffer(e: Encoding, buffer: ArrayBufferLike): ArrayBuffer {
  const tag = Object.prototype.toString.call(buffer);
  if (tag === "[object SharedArrayBuffer]") refuse(e, "a view of a SharedArrayBuffer");
  if (isDetached(buffer as ArrayBuffer)) refuse(e, "a view of a detached ArrayBuffer");
  return buffer as ArrayBuffer;
}

function writeView(e: Encoding, type: ViewType, buffer: ArrayBuffer, at: number, n: number): void {
  writeClass(e.writer, type.name, 3);
  writeViewBuffer(e, buffer);
  writeHead(e.writer, MAJOR_UINT, at);
  writeHead(e.writer, MAJOR_UINT, n);
}

/** ArrayBuffer.isView holds. */
export function encodeView(e: Encoding, view: ArrayBufferView): void {
  const name = typedName.call(view);
  if (typeof name === "string") encodeTypedArray(e, view as Uint8Array, name);
  else encodeDataView(e, view as DataView);
}

function encodeTypedArray(e: Encoding, array: Uint8Array, name: string): void {
  const type = viewTypeByName(name);
  if (type === undefined) refuse(e, `a ${name}`);
  const buffer = checkBuffer(e, array.buffer);
  const size = array.byteLength;
  if (size === 0 && isOutOfBounds(array)) refuse(e, "a view outside its ArrayBuffer");
  if (isSubclass(array) && size !== buffer.byteLength) {
    writeTag(e.writer, type.tag);
    writeByteString(e, new Uint8Array(buffer, array.byteOffset, size));
  } else if (size === buffer.byteLength && !e.seen.has(buffer)) {
    writeTag(e.writer, type.tag);
    writeViewBuffer(e, buffer);
  } else {
    writeView(e, type, buffer, array.byteOffset, size / type.size);
  }
}

/**
 * Node's Buffer is one: small ones lie in a pool with other people's bytes, which a guest must
 * not see. So a part of a buffer travels alone. The prototypes of the classes themselves, of
 * any realm, have this property of their own.
 */
function isSubclass(array: Uint8Array): boolean {
  const prototype: unknown = Object.getPrototypeOf(array);
  return prototype === null || !Object.hasOwn(prototype as object, "BYTES_PER_ELEMENT");
}

function isOutOfBounds(array: Uint8Array): boolean {
  try {
    typedPrototype.keys.call(array);
    return false;
  } catch {
    return true;
  }
}

/** Its getters throw when it is out of bounds or detached. */
function encodeDataView(e: Encoding, view: DataView): void {
  const type = viewTypeByName("DataView")!;
  const buffer = checkBuffer(e, view.buffer);
  let at = 0;
  let size = 0;
  try {
    at = view.byteOffset;
    size = view.byteLength;
  } catch {
    refuse(e, "a view outside its ArrayBuffer");
  }
  writeView(e, type, buffer, at, size);
}
