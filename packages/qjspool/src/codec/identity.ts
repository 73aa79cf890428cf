// SPDX-License-Identifier: MIT
// Which objects one encoding has met and where their items begin: how shared references and
// cycles get their tags 28 and 29 in a single pass. A few objects are searched one by one; more are
// members of a Set, one look each; only when one of them is met again, a Map says where it was.
import type { ByteWriter } from "../bytes.js";
import { TAG_REFERENCE, TAG_SHAREABLE } from "./typed-arrays.js";

const FEW = 8;
const MARK_SIZE = 2;
const REFERENCE_SIZE = 7;

export class Identity {
  private readonly few: unknown[] = new Array<unknown>(FEW).fill(undefined);
  private readonly fewOffsets: number[] = new Array<number>(FEW).fill(0);
  private count = 0;
  /** More than a few objects; their offsets in the same order. */
  private many: Set<object> | undefined = undefined;
  private readonly manyOffsets: number[] = [];
  /** All objects and their offsets, once one of many was met again. */
  private places: Map<object, number> | undefined = undefined;
  /** Where references stand, ascending, and the offsets of the items they mean. */
  private readonly referenceAt: number[] = [];
  private readonly referenceTo: number[] = [];

  /** The offset of the object's item; -1: not met yet, but now, at this one. Offsets ascend. */
  meet(object: object, offset: number): number {
    if (this.many !== undefined) return this.meetMany(this.many, object, offset);
    for (let i = 0; i < this.count; i++) {
      if (this.few[i] === object) return this.fewOffsets[i]!;
    }
    if (this.count < FEW) {
      this.few[this.count] = object;
      this.fewOffsets[this.count++] = offset;
    } else {
      this.many = new Set(this.few as object[]).add(object);
      for (let i = 0; i < FEW; i++) this.manyOffsets.push(this.fewOffsets[i]!);
      this.manyOffsets.push(offset);
    }
    return -1;
  }

  has(object: object): boolean {
    if (this.places !== undefined) return this.places.has(object);
    if (this.many !== undefined) return this.many.has(object);
    return this.few.includes(object);
  }

  private meetMany(many: Set<object>, object: object, offset: number): number {
    if (this.places === undefined) {
      const size = many.size;
      if (many.add(object).size !== size) {
        this.manyOffsets.push(offset);
        return -1;
      }
      this.places = placesOf(many, this.manyOffsets);
    }
    const met = this.places.get(object);
    if (met !== undefined) return met;
    this.places.set(object, offset);
    return -1;
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
    this.many = this.places = undefined;
    this.manyOffsets.length = 0;
    this.referenceAt.length = 0;
    this.referenceTo.length = 0;
  }
}

function placesOf(objects: Set<object>, offsets: readonly number[]): Map<object, number> {
  const places = new Map<object, number>();
  let i = 0;
  for (const object of objects) places.set(object, offsets[i++]!);
  return places;
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
