// SPDX-License-Identifier: MIT
// A bounded reader of heads and of what needs nothing else: numbers and texts. Every byte is
// hostile: a count is believed only as far as the bytes that are left bear it out. Makes no object.
import { WireError } from "./errors.js";
import { readText } from "./text.js";
import {
  MAJOR_ARRAY,
  MAJOR_BYTES,
  MAJOR_MAP,
  MAJOR_NEGATIVE,
  MAJOR_TAG,
  MAJOR_TEXT,
  MAJOR_UINT,
} from "./typed-arrays.js";

export const NO_BYTES = new Uint8Array(0);

const f64 = new Float64Array(1);
const words = new Uint32Array(f64.buffer);
const f32 = new Float32Array(1);
const word = new Uint32Array(f32.buffer);

export class WireReader {
  data: Uint8Array = NO_BYTES;
  /** The next byte, and where the bytes end. */
  at = 0;
  end = 0;

  fail(problem: string, offset: number): never {
    throw new WireError(problem, offset);
  }

  /** The next byte, which begins an item. */
  byte(): number {
    if (this.at >= this.end) this.fail("unexpected end", this.at);
    return this.data[this.at++]!;
  }

  /** The argument of the head that began with the byte before `at`. Beyond 2^53: rounded. */
  argument(first: number): number {
    const info = first & 31;
    if (info < 24) return info;
    if (info > 27) this.fail("malformed item", this.at - 1);
    const width = 1 << (info - 24);
    const at = this.at;
    if (width > this.end - at) this.fail("unexpected end", at - 1);
    this.at = at + width;
    if (width === 1) return this.data[at]!;
    if (width === 2) return (this.data[at]! << 8) | this.data[at + 1]!;
    const high = this.u32(at);
    return width === 4 ? high : high * 0x100000000 + this.u32(at + 4);
  }

  u32(at: number): number {
    const data = this.data;
    return (
      ((data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!) >>> 0
    );
  }

  /** An integer whose head is `first`. */
  integer(first: number): number {
    const start = this.at - 1;
    const argument = this.argument(first);
    if (first < 0x20) return argument;
    if (argument <= Number.MAX_SAFE_INTEGER) return -1 - argument;
    // rounded once, not twice; only eight bytes hold so much
    const exact = (BigInt(this.u32(start + 1)) << 32n) | BigInt(this.u32(start + 5));
    if (exact >= 1n << 63n) this.fail("malformed item", start);
    return Number(-1n - exact);
  }

  /** A float whose head is f9, fa or fb. */
  float(first: number): number {
    const width = 1 << (first - 0xf8);
    const at = this.at;
    if (width > this.end - at) this.fail("unexpected end", at - 1);
    this.at = at + width;
    if (width === 8) {
      words[1] = this.u32(at);
      words[0] = this.u32(at + 4);
      return f64[0]!;
    }
    if (width === 4) {
      word[0] = this.u32(at);
      return f32[0]!;
    }
    return halfValue((this.data[at]! << 8) | this.data[at + 1]!);
  }

  /** The length of a string whose head is `first`; its bytes are there. */
  stringSize(first: number): number {
    const start = this.at - 1;
    const size = this.argument(first);
    if (size > this.end - this.at) this.fail("unexpected end", start);
    return size;
  }

  textOf(first: number): string {
    const size = this.stringSize(first);
    const start = this.at;
    this.at = start + size;
    return readText(this.data, start, start + size);
  }

  /** A container's count; each item takes a byte at least, so a larger one cannot be true. */
  countOf(first: number, bytesEach: number): number {
    const start = this.at - 1;
    const count = this.argument(first);
    if (count > (this.end - this.at) / bytesEach) this.fail("unexpected end", start);
    return count;
  }

  /** The first byte of the next item, which must be of this major type. */
  expect(major: number): number {
    const first = this.byte();
    if (first >> 5 !== major) this.fail(`expected ${MAJOR_NAMES[major]}`, this.at - 1);
    return first;
  }

  text(): string {
    return this.textOf(this.expect(MAJOR_TEXT));
  }

  /** An integer from 0 to max. */
  size(max: number): number {
    const start = this.at;
    const n = this.argument(this.expect(MAJOR_UINT));
    if (n > max) this.fail("too large number", start);
    return n;
  }

  number(): number {
    const first = this.byte();
    if (first < 0x40) return this.integer(first);
    if (first >= 0xf9 && first <= 0xfb) return this.float(first);
    return this.fail("expected a number", this.at - 1);
  }
}

const MAJOR_NAMES: Readonly<Record<number, string>> = {
  [MAJOR_UINT]: "an integer from 0",
  [MAJOR_NEGATIVE]: "an integer below 0",
  [MAJOR_BYTES]: "bytes",
  [MAJOR_TEXT]: "a text",
  [MAJOR_ARRAY]: "an array",
  [MAJOR_MAP]: "a map",
  [MAJOR_TAG]: "a tag",
};

function halfValue(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  const sign = bits >= 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (fraction + 1024) * 2 ** (exponent - 25);
}
