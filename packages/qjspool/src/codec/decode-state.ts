// SPDX-License-Identifier: MIT
// The state of one decoding: an explicit stack of containers that are being filled, byte strings
// that travelled apart, and what tags 28 have marked. The files decode*.ts share it.
import { MAJOR_BYTES, MAJOR_UINT } from "./typed-arrays.js";
import { NO_BYTES, WireReader } from "./wire-reader.js";

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

const NO_CUTS: readonly Cut[] = [];
const FRAMES_KEPT = 64;
/** In `shared`: its tag 28 has begun, but there is no object yet. */
const BEGUN: unique symbol = Symbol("begun");

export class Decoding extends WireReader {
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
