// SPDX-License-Identifier: MIT
// Containers: their heads, and the frames from which encode.ts writes the rest; and where objects
// without children go. Getters of host objects may run.
import { brandOf, classOf, type Brand } from "./brands.js";
import { encodeBuffer, encodeView } from "./encode-bytes.js";
import {
  writeBigint,
  writeClass,
  writeDate,
  writeHead,
  writeNumber,
  writeRegExp,
  writeString,
  writeTag,
} from "./encode-leaf.js";
import { FRAME_ITEMS, FRAME_KEYS, FRAME_PAIRS, FRAME_SET, type Encoding } from "./encode-state.js";
import { refuseClass } from "./refuse.js";
import { MAJOR_ARRAY, MAJOR_MAP, TAG_MAP, TAG_SET } from "./typed-arrays.js";

/** Shorter arrays always show their holes. */
const SPARSE_FROM = 64;
const MAX_INDEX = 2 ** 32 - 2;

const sourceOf = Object.getOwnPropertyDescriptor(RegExp.prototype, "source")!.get!;

export function encodeObject(e: Encoding, object: object): void {
  const met = e.seen.meet(object, e.writer.length);
  if (met >= 0) {
    e.seen.refer(e.writer, met);
    return;
  }
  if (Array.isArray(object)) {
    encodeArray(e, object as unknown[]);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype === Object.prototype || prototype === null) encodePlain(e, object);
  else if (ArrayBuffer.isView(object)) encodeView(e, object);
  else encodeByBrand(e, object, brandOf(object));
}

function encodePlain(e: Encoding, object: object): void {
  pushKeys(e, object, Object.keys(object));
}

function pushKeys(e: Encoding, object: object, keys: readonly string[]): void {
  const frame = e.push(FRAME_KEYS, object, keys.length);
  frame.keys = keys;
  frame.head = e.writer.length;
  writeHead(e.writer, MAJOR_MAP, keys.length);
}

function pushItems(e: Encoding, kind: number, items: unknown[], hasHoles: boolean): void {
  const n = items.length;
  const frame = e.push(kind, items, n);
  frame.hasHoles = hasHoles;
  if (kind === FRAME_PAIRS) writeHead(e.writer, MAJOR_MAP, n / 2);
  else writeHead(e.writer, MAJOR_ARRAY, n);
}

function isIndex(key: string): boolean {
  const n = Number(key);
  return n >= 0 && n <= MAX_INDEX && String(n) === key && Number.isInteger(n);
}

/** Keys come with all indices first, in order: the last one tells. */
function hasOnlyIndices(keys: readonly string[]): boolean {
  return keys.length === 0 || isIndex(keys[keys.length - 1]!);
}

function encodeArray(e: Encoding, array: unknown[]): void {
  const n = array.length;
  if (n === 0 && Object.keys(array).length === 0) {
    e.push(FRAME_ITEMS, array, 0);
    writeHead(e.writer, MAJOR_ARRAY, 0);
    return;
  }
  const keys = Object.keys(array);
  if (hasOnlyIndices(keys) && (n <= SPARSE_FROM || keys.length >= n / 2)) {
    pushItems(e, FRAME_ITEMS, array, keys.length < n);
    return;
  }
  writeClass(e.writer, "Array", 2);
  writeNumber(e.writer, n);
  pushKeys(e, array, keys);
}

/** Copies of Maps and Sets, so that getters which run meanwhile change nothing. */
function encodeMap(e: Encoding, map: Map<unknown, unknown>): void {
  const pairs: unknown[] = [];
  Map.prototype.forEach.call(map, (value: unknown, key: unknown) => pairs.push(key, value));
  writeTag(e.writer, TAG_MAP);
  pushItems(e, FRAME_PAIRS, pairs, false);
}

function encodeSet(e: Encoding, set: Set<unknown>): void {
  const members: unknown[] = [];
  Set.prototype.forEach.call(set, (member: unknown) => members.push(member));
  writeTag(e.writer, TAG_SET);
  pushItems(e, FRAME_SET, members, false);
}

/** The fields go into a bag, which is then written like any object. */
function encodeError(e: Encoding, error: Error): void {
  const bag: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const name: unknown = error.name;
  bag.name = typeof name === "string" ? name : "Error";
  if (Object.hasOwn(error, "message") || error instanceof DOMException) {
    const message: unknown = error.message;
    if (message !== undefined && typeof message !== "symbol") bag.message = String(message);
  }
  const stack: unknown = error.stack;
  if (typeof stack === "string") bag.stack = stack;
  if (Object.hasOwn(error, "cause")) bag.cause = error.cause;
  if (Object.hasOwn(error, "errors")) {
    const errors: unknown = (error as AggregateError).errors;
    if (Array.isArray(errors)) bag.errors = errors;
  }
  writeClass(e.writer, "Error", 1);
  pushKeys(e, bag, Object.keys(bag));
}

function encodeBoxed(e: Encoding, name: string, primitive: unknown): void {
  writeClass(e.writer, name, 1);
  if (typeof primitive === "number") writeNumber(e.writer, primitive);
  else if (typeof primitive === "string") writeString(e.writer, primitive);
  else if (typeof primitive === "bigint") writeBigint(e, primitive);
  else e.writer.u8(primitive === true ? 0xf5 : 0xf4);
}

function encodeByBrand(e: Encoding, object: object, brand: Brand): void {
  if (brand === "ArrayBuffer") {
    encodeBuffer(e, object as ArrayBuffer);
    return;
  }
  if (brand === "Refused") refuseClass(e, classOf(object));
  if (brand === "Plain") {
    encodePlain(e, object);
    return;
  }
  switch (brand) {
    case "Map":
      return encodeMap(e, object as Map<unknown, unknown>);
    case "Set":
      return encodeSet(e, object as Set<unknown>);
    case "Error":
      return encodeError(e, object as Error);
    case "Date":
      return writeDate(e.writer, Date.prototype.getTime.call(object));
    case "RegExp":
      return writeRegExp(e.writer, sourceOf.call(object) as string, (object as RegExp).flags);
    case "Number":
      return encodeBoxed(e, brand, Number.prototype.valueOf.call(object));
    case "String":
      return encodeBoxed(e, brand, String.prototype.valueOf.call(object));
    case "Boolean":
      return encodeBoxed(e, brand, Boolean.prototype.valueOf.call(object));
    case "BigInt":
      return encodeBoxed(e, brand, BigInt.prototype.valueOf.call(object));
  }
}
