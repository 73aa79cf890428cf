// SPDX-License-Identifier: MIT
// Which objects one encoding has met and where their items begin: how shared references and
// cycles get their tags 28 and 29 in a single pass. Small values are searched one by one, so that
// they pay for no Map.
import type { ByteWriter } from "../bytes.js";
import { TAG_REFERENCE, TAG_SHAREABLE } from "./typed-arrays.js";

const FEW = 8;
const MARK_SIZE = 2;
const REFERENCE_SIZE = 7;

export class Identity {
  private readonly few: unknown[] = new Array<unknown>(FEW).fill(undefined);
  private readonly fewOffsets: number[] = new Array<number>(FEW).fill(0);
  private count = 0;
  /** All objects and their offsets, once they are more than a few. */
  private many: Map<object, number> | undefined = undefined;
  /** Where references stand, ascending, and the offsets of the items they mean. */
  private readonly referenceAt: number[] = [];
  private readonly referenceTo: number[] = [];

  /** The offset of the object's item; -1: not met yet. */
  find(object: object): number {
    if (this.many !== undefined) return this.many.get(object) ?? -1;
    for (let i = 0; i < this.count; i++) {
      if (this.few[i] === object) return this.fewOffsets[i]!;
    }
    return -1;
  }

  /** Offsets ascend from one call to the next. */
  add(object: object, offset: number): void {
    if (this.many !== undefined) {
      this.many.set(object, offset);
    } else if (this.count < FEW) {
      this.few[this.count] = object;
      this.fewOffsets[this.count++] = offset;
    } else {
      this.many = new Map();
      for (let i = 0; i < FEW; i++) this.many.set(this.few[i] as object, this.fewOffsets[i]!);
      this.many.set(object, offset);
    }
  }

  /** Appends a reference; `finish` makes it point to the right place. */
  refer(writer: ByteWriter, offset: number): void {
    this.referenceAt.push(writer.length);
    this.referenceTo.push(offset);
    writer.reserve(REFERENCE_SIZE);
    writer.u8(0xd8);
    writer.u8(TAG_REFERENCE);
    writer.u8(0x1a);
    writer.length += 4;
  }

  /** Puts tag 28 in front of what is shared and numbers the references. */
  finish(writer: ByteWriter): void {
    if (this.referenceAt.length === 0) return;
    const marks = [...new Set(this.referenceTo)].sort((a, b) => a - b);
    const ranks = new Map(marks.map((offset, rank) => [offset, rank]));
    for (let i = 0; i < this.referenceAt.length; i++) {
      writeU32(writer.data, this.referenceAt[i]! + 3, ranks.get(this.referenceTo[i]!)!);
    }
    insertMarks(writer, marks);
  }

  clear(): void {
    this.few.fill(undefined, 0, this.count);
    this.count = 0;
    this.many = undefined;
    this.referenceAt.length = 0;
    this.referenceTo.length = 0;
  }
}

function writeU32(data: Uint8Array, at: number, n: number): void {
  data[at] = n >>> 24;
  data[at + 1] = n >>> 16;
  data[at + 2] = n >>> 8;
  data[at + 3] = n;
}

/** Backwards, so that every byte moves once and none is overwritten before. */
function insertMarks(writer: ByteWriter, marks: readonly number[]): void {
  let end = writer.length;
  writer.reserve(marks.length * MARK_SIZE);
  writer.length += marks.length * MARK_SIZE;
  const data = writer.data;
  for (let i = marks.length; i > 0; i--) {
    const at = marks[i - 1]!;
    const shift = i * MARK_SIZE;
    data.copyWithin(at + shift, at, end);
    data[at + shift - 2] = 0xd8;
    data[at + shift - 1] = TAG_SHAREABLE;
    end = at;
  }
}
