// SPDX-License-Identifier: MIT
// One item of the input: a leaf as it is, a container empty. What is in a container is read by
// decode.ts; what tags stand for is known to decode-tagged.ts.
import { FILL_ARRAY, FILL_OBJECT, type Decoding } from "./decode-state.js";
import { decodeTagged } from "./decode-tagged.js";
import { TAG_REFERENCE, TAG_SHAREABLE } from "./typed-arrays.js";

/** A longer array grows as its items come. */
const ARRAY_AT_ONCE = 64;
/** The first byte of a hole. */
export const HOLE = 0xf8;

/** A leaf, or a container that is empty yet and lies on top of the stack. */
export function readItem(d: Decoding): unknown {
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
      return d.fail(isHole(d, d.at - 1) ? "hole outside an array" : "malformed item", d.at - 1);
    default:
      return d.fail("malformed item", d.at - 1);
  }
}

/** The byte at this offset begins a hole, if another follows. */
export function isHole(d: Decoding, at: number): boolean {
  return at + 1 < d.end && d.data[at + 1] === 0xe0;
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
