// SPDX-License-Identifier: MIT
// ArrayBuffers and the views on them.
import type { Decoding } from "./decode-state.js";
import {
  MAJOR_BYTES,
  MAJOR_TAG,
  TAG_REFERENCE,
  TAG_SHAREABLE,
  type ViewType,
} from "./typed-arrays.js";

/** Of any realm: one that travelled beside the bytes may come from another. */
function isBuffer(value: unknown): value is ArrayBuffer {
  return Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}

/** A byte string, maybe under tag 28, or a reference to one. */
function viewBuffer(d: Decoding): ArrayBuffer {
  const start = d.at;
  let first = d.byte();
  let slot = -1;
  if (first >> 5 === MAJOR_TAG) {
    const tag = d.argument(first);
    if (tag === TAG_REFERENCE) {
      const object = d.reference();
      if (!isBuffer(object)) d.fail("view of what is no ArrayBuffer", start);
      return object;
    }
    if (tag !== TAG_SHAREABLE) d.fail("expected the bytes of a buffer", start);
    slot = d.slot();
    first = d.byte();
  }
  if (first >> 5 !== MAJOR_BYTES) d.fail("expected the bytes of a buffer", d.at - 1);
  const buffer = d.buffer(first);
  d.fillSlot(slot, buffer);
  return buffer;
}

function construct(type: ViewType, buffer: ArrayBuffer, at: number, n: number): ArrayBufferView {
  if (type.construct !== undefined) return new type.construct(buffer, at, n);
  throw new DOMException(
    `a ${type.name} cannot be cloned: there is none in this JavaScript`,
    "DataCloneError",
  );
}

/** Over a whole buffer; offset: of its tag. */
export function decodeTypedArray(d: Decoding, type: ViewType, offset: number): ArrayBufferView {
  const buffer = viewBuffer(d);
  if (buffer.byteLength % type.size !== 0) d.fail("typed array with half an element", offset);
  return construct(type, buffer, 0, buffer.byteLength / type.size);
}

/** The arguments of tag 27; offset: of their array. */
export function decodeView(d: Decoding, type: ViewType, offset: number): ArrayBufferView {
  const buffer = viewBuffer(d);
  const at = d.size(Number.MAX_SAFE_INTEGER);
  const n = d.size(Number.MAX_SAFE_INTEGER);
  if (at % type.size !== 0 || at > buffer.byteLength || n > (buffer.byteLength - at) / type.size) {
    d.fail("view outside its buffer", offset);
  }
  return construct(type, buffer, at, n);
}
