// SPDX-License-Identifier: MIT
// Growing and reading runs of bytes: fixed-width numbers are little-endian, texts are WTF-8.
// Knows nothing of what the bytes mean; the codec writes its own (big-endian) numbers through
// `data` after `reserve`.
import { readText, textSize, writeText, writeWellFormed } from "./codec/text.js";

/** None. Nobody may write to it. */
export const NO_BYTES = new Uint8Array(0);

const FIRST_BYTES = 256;
/** Beyond this a buffer grows by a quarter: what is that large should not take twice its size. */
const DOUBLE_BELOW = 4 << 20;
/** Longer texts get room for what they most likely need, not for the worst case. */
const SURE_TEXT = 1 << 16;

const scratch = new DataView(new ArrayBuffer(8));
const scratchBytes = new Uint8Array(scratch.buffer);

export class ByteWriter {
  /** Replaced when it grows: read it anew after each `reserve`. */
  data: Uint8Array;
  /** Bytes written; may be set back. */
  length = 0;

  constructor(initial = FIRST_BYTES) {
    this.data = new Uint8Array(initial);
  }

  /** Makes room for n more bytes. */
  reserve(n: number): void {
    if (this.length + n > this.data.length) this.grow(this.length + n);
  }

  u8(n: number): void {
    this.reserve(1);
    this.data[this.length++] = n;
  }

  u32(n: number): void {
    this.reserve(4);
    this.setU32(this.length, n);
    this.length += 4;
  }

  f64(n: number): void {
    this.reserve(8);
    scratch.setFloat64(0, n, true);
    this.data.set(scratchBytes, this.length);
    this.length += 8;
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.data.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Appends WTF-8 without its length; returns how many bytes. */
  text(text: string): number {
    const start = this.length;
    if (text.length <= SURE_TEXT) {
      this.reserve(text.length * 3);
      this.length = writeText(this.data, start, text);
    } else {
      this.longText(text);
    }
    return this.length - start;
  }

  /** Overwrites four bytes that were written before. */
  setU32(at: number, n: number): void {
    const data = this.data;
    data[at] = n;
    data[at + 1] = n >>> 8;
    data[at + 2] = n >>> 16;
    data[at + 3] = n >>> 24;
  }

  reset(): void {
    this.length = 0;
  }

  /** What was written; borrowed until the next write. */
  view(): Uint8Array {
    return this.data.subarray(0, this.length);
  }

  /** A copy of its own, of exactly the length; the writer begins anew. */
  take(): Uint8Array {
    const copy = this.data.slice(0, this.length);
    this.length = 0;
    return copy;
  }

  private longText(text: string): void {
    this.reserve(text.length + 16);
    const done = writeWellFormed(this.data, this.length, text);
    if (done !== undefined && done.read === text.length) {
      this.length += done.written;
      return;
    }
    this.reserve(textSize(text));
    this.length = writeText(this.data, this.length, text);
  }

  private grow(needed: number): void {
    const step = this.data.length < DOUBLE_BELOW ? this.data.length : this.data.length >> 2;
    const grown = new Uint8Array(Math.max(needed, this.data.length + step, FIRST_BYTES));
    grown.set(this.data.subarray(0, this.length));
    this.data = grown;
  }
}

export class ByteReader {
  readonly data: Uint8Array;
  offset = 0;

  constructor(data: Uint8Array) {
    this.data = data;
  }

  get left(): number {
    return this.data.length - this.offset;
  }

  u8(): number {
    return this.data[this.advance(1)]!;
  }

  u32(): number {
    const at = this.advance(4);
    const data = this.data;
    return (
      (data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24)) >>> 0
    );
  }

  f64(): number {
    const at = this.advance(8);
    scratchBytes.set(this.data.subarray(at, at + 8));
    return scratch.getFloat64(0, true);
  }

  /** Borrowed: a view of the data. */
  bytes(n: number): Uint8Array {
    const at = this.advance(n);
    return this.data.subarray(at, at + n);
  }

  /** WTF-8 of n bytes. */
  text(n: number): string {
    const at = this.advance(n);
    return readText(this.data, at, at + n);
  }

  private advance(n: number): number {
    const at = this.offset;
    if (!(n <= this.left)) throw new RangeError(`read of ${n} bytes where ${this.left} are left`);
    this.offset = at + n;
    return at;
  }
}
