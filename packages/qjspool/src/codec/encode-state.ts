// SPDX-License-Identifier: MIT
// The state of one encoding: an explicit stack of containers that are being written, the objects
// met, and the limits. The files encode*.ts share it. Deep values overflow no stack.
import { ByteWriter } from "../bytes.js";
import { Identity } from "./identity.js";

export interface EncodeOptions {
  /** First word of the paths in errors. Default: "value". */
  root?: string;
  /** 0 (the default): no limit. */
  maxBytes?: number;
  /** Containers within containers. Default: 10,000, which is all that readers take. */
  maxDepth?: number;
}

export const MAX_DEPTH = 10_000;

/** An object's own keys and their values. */
export const FRAME_KEYS = 0;
/** An array's indices. */
export const FRAME_ITEMS = 1;
/** A Map; `object` is an array of key, value, key, ... */
export const FRAME_PAIRS = 2;
/** A Set; `object` is an array of its members. */
export const FRAME_SET = 3;

export class EncodeFrame {
  kind = FRAME_KEYS;
  object: Record<string | number, unknown> = NOTHING;
  /** FRAME_KEYS. */
  keys: readonly string[] = NO_KEYS;
  hasHoles = false;
  /** Children to write, and the next one. */
  count = 0;
  next = 0;
  /** FRAME_KEYS: where the map's head is, and how many keys a getter deleted. */
  head = 0;
  missing = 0;
}

const NOTHING: Record<string | number, unknown> = {};
const NO_KEYS: readonly string[] = [];
/** Frames that stay for the next encoding. */
const FRAMES_KEPT = 64;

export class Encoding {
  writer: ByteWriter = NO_WRITER;
  readonly seen = new Identity();
  readonly frames: EncodeFrame[] = [];
  depth = 0;
  private deepest = 0;
  root = "value";
  start = 0;
  maxBytes = 0;
  /** The writer's length that must not be passed. */
  limit = Infinity;
  maxDepth = MAX_DEPTH;

  begin(writer: ByteWriter, options: EncodeOptions | undefined): void {
    this.writer = writer;
    this.start = writer.length;
    this.root = options?.root ?? "value";
    this.maxBytes = options?.maxBytes ?? 0;
    this.maxDepth = options?.maxDepth ?? MAX_DEPTH;
    this.limit = this.maxBytes > 0 ? this.start + this.maxBytes : Infinity;
  }

  /** Lets go of everything met, so that nothing is kept alive. */
  end(): void {
    if (this.frames.length > FRAMES_KEPT) this.frames.length = FRAMES_KEPT;
    const used = Math.min(this.deepest, this.frames.length);
    for (let i = 0; i < used; i++) {
      const frame = this.frames[i]!;
      frame.object = NOTHING;
      frame.keys = NO_KEYS;
    }
    this.depth = this.deepest = 0;
    this.seen.clear();
    this.writer = NO_WRITER;
  }

  /** Throws if n more bytes would pass the limit. */
  check(n: number): void {
    if (this.writer.length + n > this.limit) {
      throw new RangeError(`${this.root} takes more than ${this.maxBytes} bytes (maxBytes)`);
    }
  }

  /** The next container's frame; its other fields are the caller's to set. */
  push(kind: number, object: object, count: number): EncodeFrame {
    if (this.depth >= this.maxDepth) {
      throw new RangeError(`${this.root} is nested more than ${this.maxDepth} deep (maxDepth)`);
    }
    if (this.depth === this.frames.length) this.frames.push(new EncodeFrame());
    const frame = this.frames[this.depth++]!;
    if (this.depth > this.deepest) this.deepest = this.depth;
    frame.kind = kind;
    frame.object = object as Record<string | number, unknown>;
    frame.count = count;
    frame.next = 0;
    frame.missing = 0;
    frame.hasHoles = false;
    return frame;
  }
}

const NO_WRITER = new ByteWriter(1);
