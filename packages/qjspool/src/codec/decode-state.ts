// SPDX-License-Identifier: MIT
// The state of one decoding: a bounded reader of heads, an explicit stack of containers that are
// being filled, and what tags 28 have marked. The files decode*.ts share it. Every byte is
// hostile: a count is believed only as far as the bytes that are left bear it out.
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

/** A large byte string that travelled beside the bytes: its payload is missing at offset `at`. */
export interface Cut {
  at: number;
  buffer: ArrayBuffer;
}

export const MAX_DEPTH = 10_000;

export const FILL_ARRAY = 0;
export const FILL_OBJECT = 1;
/** tag 27 "Array": an array with a length, and keys for what it has. */
export const FILL_SPARSE = 2;
export const FILL_ERROR = 3;
export const FILL_MAP = 4;
export const FILL_SET = 5;

export type Target = Record<string | number, unknown>;

export class DecodeFrame {
  kind = FILL_ARRAY;
  target: unknown = undefined;
  /** Children that still have to come; of objects and Maps: pairs. */
  left = 0;
  /** FILL_ARRAY: the next index. FILL_OBJECT: its count. FILL_SPARSE: no index may be below. */
  index = 0;
  /** FILL_MAP: the key of the pair that is being read, if `hasKey`. */
  key: unknown = undefined;
  hasKey = false;
  /** FILL_OBJECT: its index keys may be far apart. FILL_ERROR: it has a stack. */
  flag = false;
}

const NO_BYTES = new Uint8Array(0);
const NO_CUTS: readonly Cut[] = [];
const FRAMES_KEPT = 64;
/** In `shared`: its tag 28 has begun, but there is no object yet. */
const BEGUN: unique symbol = Symbol("begun");

const f64 = new Float64Array(1);
const words = new Uint32Array(f64.buffer);
const f32 = new Float32Array(1);
const word = new Uint32Array(f32.buffer);

export class Decoding {
  data: Uint8Array = NO_BYTES;
  at = 0;
  end = 0;
  cuts: readonly Cut[] = NO_CUTS;
  nextCut = 0;
  readonly frames: DecodeFrame[] = [];
  depth = 0;
  private deepest = 0;
  private readonly shared: unknown[] = [];

  begin(data: Uint8Array, cuts: readonly Cut[] | undefined): void {
    this.data = data;
    this.at = 0;
    this.end = data.length;
    this.cuts = cuts ?? NO_CUTS;
    this.nextCut = 0;
  }

  /** Lets go of everything, so that nothing is kept alive. */
  finish(): void {
    if (this.frames.length > FRAMES_KEPT) this.frames.length = FRAMES_KEPT;
    const used = Math.min(this.deepest, this.frames.length);
    for (let i = 0; i < used; i++) {
      const frame = this.frames[i]!;
      frame.target = frame.key = undefined;
    }
    this.depth = this.deepest = 0;
    if (this.shared.length > 0) this.shared.length = 0;
    this.data = NO_BYTES;
    this.cuts = NO_CUTS;
  }

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

  /** The bytes of a byte string that is no ArrayBuffer; borrowed. */
  byteString(): Uint8Array {
    const first = this.expect(MAJOR_BYTES);
    const cut = this.takeCut(first);
    if (cut !== undefined) return new Uint8Array(cut);
    const size = this.stringSize(first);
    this.at += size;
    return this.data.subarray(this.at - size, this.at);
  }

  /** The ArrayBuffer whose head is `first`. */
  buffer(first: number): ArrayBuffer {
    const cut = this.takeCut(first);
    if (cut !== undefined) return cut;
    const size = this.stringSize(first);
    const start = this.at;
    this.at = start + size;
    return this.data.buffer.slice(
      this.data.byteOffset + start,
      this.data.byteOffset + start + size,
    ) as ArrayBuffer;
  }

  /** The payload of the byte string if it is not among the bytes; else the head is not read. */
  private takeCut(first: number): ArrayBuffer | undefined {
    const cut = this.cuts[this.nextCut];
    if (cut === undefined) return undefined;
    const start = this.at;
    const size = this.argument(first);
    if (cut.at !== this.at) {
      this.at = start;
      return undefined;
    }
    if (cut.buffer.byteLength !== size) this.fail("cut of another size", start - 1);
    this.nextCut++;
    return cut.buffer;
  }

  /** The number of a tag 28 that begins here. */
  slot(): number {
    return this.shared.push(BEGUN) - 1;
  }

  /** slot: -1 for none. */
  fillSlot(slot: number, object: unknown): void {
    if (slot >= 0) this.shared[slot] = object;
  }

  /** What a tag 29 means; its tag is behind already. */
  reference(): unknown {
    const start = this.at;
    const index = this.argument(this.expect(MAJOR_UINT));
    if (index >= this.shared.length) this.fail("reference to nothing", start);
    const object = this.shared[index];
    if (object === BEGUN) this.fail("reference to an incomplete value", start);
    return object;
  }

  /** A container that is filled next. Its head is at `offset`. */
  open<T>(kind: number, target: T, left: number, slot: number, offset: number): T {
    if (this.depth >= MAX_DEPTH) this.fail("too deeply nested item", offset);
    if (slot >= 0) this.shared[slot] = target;
    if (this.depth === this.frames.length) this.frames.push(new DecodeFrame());
    const frame = this.frames[this.depth++]!;
    if (this.depth > this.deepest) this.deepest = this.depth;
    frame.kind = kind;
    frame.target = target;
    frame.left = left;
    frame.index = 0;
    frame.hasKey = false;
    frame.flag = false;
    return target;
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
