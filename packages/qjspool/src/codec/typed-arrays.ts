// SPDX-License-Identifier: MIT
// The table of typed arrays: class, tag of RFC 8746, size of an element, and the constructor of
// this host. Also what the wire format numbers: tags and majors. Reads and writes nothing.

export const TAG_DATE = 1;
export const TAG_BIGINT = 2;
export const TAG_BIGINT_NEGATIVE = 3;
export const TAG_OBJECT = 27;
export const TAG_SHAREABLE = 28;
export const TAG_REFERENCE = 29;
export const TAG_SET = 258;
export const TAG_MAP = 259;
export const TAG_REGEXP = 21066;

export const MAJOR_UINT = 0;
export const MAJOR_NEGATIVE = 1;
export const MAJOR_BYTES = 2;
export const MAJOR_TEXT = 3;
export const MAJOR_ARRAY = 4;
export const MAJOR_MAP = 5;
export const MAJOR_TAG = 6;

export type ViewConstructor = new (
  buffer: ArrayBuffer,
  byteOffset?: number,
  length?: number,
) => ArrayBufferView;

export interface ViewType {
  readonly name: string;
  /** 0: none, of DataView. */
  readonly tag: number;
  readonly size: number;
  /** Undefined where the host lacks the class. */
  readonly construct: ViewConstructor | undefined;
}

function viewType(name: string, tag: number, size: number): ViewType {
  const construct = (globalThis as unknown as Record<string, ViewConstructor | undefined>)[name];
  return { name, tag, size, construct };
}

const types: readonly ViewType[] = [
  viewType("Uint8Array", 64, 1),
  viewType("Uint8ClampedArray", 68, 1),
  viewType("Uint16Array", 69, 2),
  viewType("Uint32Array", 70, 4),
  viewType("BigUint64Array", 71, 8),
  viewType("Int8Array", 72, 1),
  viewType("Int16Array", 77, 2),
  viewType("Int32Array", 78, 4),
  viewType("BigInt64Array", 79, 8),
  viewType("Float16Array", 84, 2),
  viewType("Float32Array", 85, 4),
  viewType("Float64Array", 86, 8),
  viewType("DataView", 0, 1),
];

const byName = new Map(types.map((type) => [type.name, type]));
const byTag = new Map(types.filter((type) => type.tag !== 0).map((type) => [type.tag, type]));

export function viewTypeByName(name: string): ViewType | undefined {
  return byName.get(name);
}

export function viewTypeByTag(tag: number): ViewType | undefined {
  return byTag.get(tag);
}
