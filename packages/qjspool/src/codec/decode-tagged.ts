// SPDX-License-Identifier: MIT
// What each tag stands for. Objects without children are made here, others are opened for
// decode.ts to fill. Runs no code of the value.
import { decodeTypedArray, decodeView } from "./decode-bytes.js";
import { FILL_ERROR, FILL_MAP, FILL_SET, FILL_SPARSE, type Decoding } from "./decode-state.js";
import { roundAway } from "./encode-leaf.js";
import { bareError } from "./errors.js";
import { sparsely } from "./sparse.js";
import {
  MAJOR_ARRAY,
  MAJOR_MAP,
  MAJOR_TAG,
  TAG_BIGINT,
  TAG_BIGINT_NEGATIVE,
  TAG_DATE,
  TAG_MAP,
  TAG_OBJECT,
  TAG_REFERENCE,
  TAG_REGEXP,
  TAG_SET,
  viewTypeByName,
  viewTypeByTag,
} from "./typed-arrays.js";

const MAX_LENGTH = 2 ** 32 - 1;
const SMALL_BIGINT = 6; // bytes that a Number holds

const HEX: readonly string[] = Array.from({ length: 256 }, (_, n) =>
  n.toString(16).padStart(2, "0"),
);

function magnitude(d: Decoding): bigint {
  const offset = d.at;
  const bytes = d.byteString();
  if (bytes.length <= SMALL_BIGINT) {
    let n = 0;
    for (let i = 0; i < bytes.length; i++) n = n * 256 + bytes[i]!;
    return BigInt(n);
  }
  const digits = new Array<string>(bytes.length);
  for (let i = 0; i < bytes.length; i++) digits[i] = HEX[bytes[i]!]!;
  try {
    return BigInt("0x" + digits.join(""));
  } catch {
    return d.fail("too large bigint", offset);
  }
}

function decodeBigint(d: Decoding, tag: number): bigint {
  return tag === TAG_BIGINT ? magnitude(d) : -1n - magnitude(d);
}

function expectArray(d: Decoding, count: number): void {
  const offset = d.at;
  if (d.countOf(d.expect(MAJOR_ARRAY), 1) !== count) d.fail("wrong number of arguments", offset);
}

function decodeRegExp(d: Decoding): RegExp {
  expectArray(d, 2);
  const source = d.text();
  const flags = d.text();
  try {
    return new RegExp(source, flags);
  } catch {
    // the guest's engine takes more than some hosts'
    throw new DOMException(
      "a RegExp cannot be cloned: this JavaScript does not know its syntax",
      "DataCloneError",
    );
  }
}

function openMap(d: Decoding, slot: number): unknown {
  const offset = d.at;
  const count = d.countOf(d.expect(MAJOR_MAP), 2);
  return d.open(FILL_MAP, new Map<unknown, unknown>(), count, slot, offset);
}

function openSet(d: Decoding, slot: number): unknown {
  const offset = d.at;
  const count = d.countOf(d.expect(MAJOR_ARRAY), 1);
  return d.open(FILL_SET, new Set<unknown>(), count, slot, offset);
}

function openError(d: Decoding, slot: number): unknown {
  const offset = d.at;
  const count = d.countOf(d.expect(MAJOR_MAP), 2);
  return d.open(FILL_ERROR, bareError(), count, slot, offset);
}

function openSparse(d: Decoding, slot: number): unknown {
  const length = d.size(MAX_LENGTH);
  const offset = d.at;
  const count = d.countOf(d.expect(MAJOR_MAP), 2);
  const array: unknown[] = [];
  if (length > 2 * count) sparsely(array);
  array.length = length;
  return d.open(FILL_SPARSE, array, count, slot, offset);
}

function boxedBigint(d: Decoding): unknown {
  const offset = d.at;
  const tag = d.argument(d.expect(MAJOR_TAG));
  if (tag !== TAG_BIGINT && tag !== TAG_BIGINT_NEGATIVE) d.fail("expected a bigint", offset);
  return Object(decodeBigint(d, tag));
}

function boxedBoolean(d: Decoding): unknown {
  const first = d.byte();
  if (first !== 0xf4 && first !== 0xf5) d.fail("expected a boolean", d.at - 1);
  return Object(first === 0xf5);
}

/** Items of the array before; offset: of the array. */
function decodeArguments(
  d: Decoding,
  name: string,
  nargs: number,
  slot: number,
  offset: number,
): unknown {
  const view = viewTypeByName(name);
  const wanted = view !== undefined ? 3 : name === "Array" ? 2 : 1;
  if (nargs !== wanted) d.fail("wrong number of arguments", offset);
  if (view !== undefined) return decodeView(d, view, offset);
  switch (name) {
    case "Error":
      return openError(d, slot);
    case "Array":
      return openSparse(d, slot);
    case "Date":
      return new Date(d.number());
    case "Number":
      return Object(d.number());
    case "String":
      return Object(d.text());
    case "Boolean":
      return boxedBoolean(d);
    case "BigInt":
      return boxedBigint(d);
    default:
      return d.fail("unknown class", offset);
  }
}

function decodeClass(d: Decoding, slot: number): unknown {
  const offset = d.at;
  const count = d.countOf(d.expect(MAJOR_ARRAY), 1);
  if (count === 0) d.fail("object without a class", offset);
  return decodeArguments(d, d.text(), count - 1, slot, offset);
}

/** slot: -1 without a tag 28 in front; offset: of this tag, which is behind already. */
export function decodeTagged(d: Decoding, tag: number, slot: number, offset: number): unknown {
  switch (tag) {
    case TAG_DATE:
      return new Date(roundAway(d.number() * 1000));
    case TAG_BIGINT:
    case TAG_BIGINT_NEGATIVE:
      return decodeBigint(d, tag);
    case TAG_OBJECT:
      return decodeClass(d, slot);
    case TAG_REFERENCE:
      return d.reference();
    case TAG_MAP:
      return openMap(d, slot);
    case TAG_SET:
      return openSet(d, slot);
    case TAG_REGEXP:
      return decodeRegExp(d);
  }
  const view = viewTypeByTag(tag);
  return view === undefined ? d.fail("unknown tag", offset) : decodeTypedArray(d, view, offset);
}
