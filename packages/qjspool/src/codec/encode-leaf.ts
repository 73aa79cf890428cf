// SPDX-License-Identifier: MIT
// Heads, numbers, strings, bigints, and objects without children.
import type { ByteWriter } from "../bytes.js";
import type { Encoding } from "./encode-state.js";
import { writeAscii, writeText } from "./text.js";
import {
  MAJOR_ARRAY,
  MAJOR_BYTES,
  MAJOR_NEGATIVE,
  MAJOR_TAG,
  MAJOR_TEXT,
  MAJOR_UINT,
  TAG_BIGINT,
  TAG_BIGINT_NEGATIVE,
  TAG_DATE,
  TAG_OBJECT,
  TAG_REGEXP,
} from "./typed-arrays.js";

/** Texts whose head most likely is one or two bytes: written at once, moved if it is not. */
const SHORT_TEXT = 64;
const MAX_SAFE = 2 ** 53;

const f64 = new Float64Array(1);
const f32 = new Float32Array(1);
const f64Words = new Uint32Array(f64.buffer);
const f32Words = new Uint32Array(f32.buffer);

/** Room for a head, of at most nine bytes, has been reserved. */
function putHead(writer: ByteWriter, major: number, argument: number): void {
  const data = writer.data;
  const first = major << 5;
  let at = writer.length;
  if (argument < 24) {
    data[at++] = first | argument;
  } else if (argument < 0x100) {
    data[at++] = first | 24;
    data[at++] = argument;
  } else if (argument < 0x10000) {
    data[at++] = first | 25;
    data[at++] = argument >>> 8;
    data[at++] = argument;
  } else if (argument < 0x100000000) {
    data[at++] = first | 26;
    at = putU32(data, at, argument);
  } else {
    data[at++] = first | 27;
    at = putU32(data, at, Math.floor(argument / 0x100000000));
    at = putU32(data, at, argument >>> 0);
  }
  writer.length = at;
}

function putU32(data: Uint8Array, at: number, n: number): number {
  data[at] = n >>> 24;
  data[at + 1] = n >>> 16;
  data[at + 2] = n >>> 8;
  data[at + 3] = n;
  return at + 4;
}

export function writeHead(writer: ByteWriter, major: number, argument: number): void {
  writer.reserve(9);
  putHead(writer, major, argument);
}

export function writeTag(writer: ByteWriter, tag: number): void {
  writeHead(writer, MAJOR_TAG, tag);
}

/** Tag 27 and the class; nargs arguments follow. */
export function writeClass(writer: ByteWriter, name: string, nargs: number): void {
  writeTag(writer, TAG_OBJECT);
  writeHead(writer, MAJOR_ARRAY, nargs + 1);
  writeString(writer, name);
}

export function writeNumber(writer: ByteWriter, n: number): void {
  writer.reserve(9);
  if (n === (n | 0) && (n !== 0 || 1 / n > 0)) {
    if (n >= 0) putHead(writer, MAJOR_UINT, n);
    else putHead(writer, MAJOR_NEGATIVE, -1 - n);
  } else if (n !== 0 && Number.isInteger(n) && Math.abs(n) <= MAX_SAFE) {
    if (n > 0) putHead(writer, MAJOR_UINT, n);
    else putHead(writer, MAJOR_NEGATIVE, -1 - n);
  } else {
    putFloat(writer, n);
  }
}

/** The shortest form that keeps the value. */
function putFloat(writer: ByteWriter, n: number): void {
  const data = writer.data;
  const at = writer.length;
  f32[0] = n;
  if (f32[0] !== n && n === n) {
    f64[0] = n;
    data[at] = 0xfb;
    putU32(data, at + 1, f64Words[1]!);
    writer.length = putU32(data, at + 5, f64Words[0]!);
    return;
  }
  const bits = f32Words[0]!;
  const half = halfOf(bits);
  if (half < 0) {
    data[at] = 0xfa;
    writer.length = putU32(data, at + 1, bits);
    return;
  }
  data[at] = 0xf9;
  data[at + 1] = half >>> 8;
  data[at + 2] = half;
  writer.length = at + 3;
}

/** The half that is the same number as these bits of a single; -1: none is. */
function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const biased = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (biased === 0xff) return fraction === 0 ? sign | 0x7c00 : 0x7e00;
  if (biased === 0) return fraction === 0 ? sign : -1;
  const exponent = biased - 127;
  if (exponent >= -14 && exponent <= 15) {
    if ((fraction & 0x1fff) !== 0) return -1;
    return sign | ((exponent + 15) << 10) | (fraction >>> 13);
  }
  if (exponent < -24 || exponent > 15) return -1;
  const full = fraction | 0x800000; // a subnormal half: the leading one is written out
  const shift = -exponent - 1;
  return (full & ((1 << shift) - 1)) === 0 ? sign | (full >>> shift) : -1;
}

export function writeString(writer: ByteWriter, text: string): void {
  const n = text.length;
  if (n > SHORT_TEXT) {
    writeLongString(writer, text);
    return;
  }
  writer.reserve(2 + 3 * n);
  const at = writer.length;
  const head = n < 24 ? 1 : 2;
  let end = writeAscii(writer.data, at + head, text);
  if (end >= 0) {
    if (head === 1) writer.data[at] = 0x60 | n;
    else putHead(writer, MAJOR_TEXT, n);
  } else {
    end = writeText(writer.data, at + 2, text);
    const size = end - at - 2; // at most 192
    if (size < 24) writer.data.copyWithin(at + 1, at + 2, end--);
    putHead(writer, MAJOR_TEXT, size);
  }
  writer.length = end;
}

function headSize(argument: number): number {
  if (argument < 24) return 1;
  if (argument < 0x100) return 2;
  if (argument < 0x10000) return 3;
  return argument < 0x100000000 ? 5 : 9;
}

/** With a head as of an ASCII text; when it turns out to be longer, the bytes move. */
function writeLongString(writer: ByteWriter, text: string): void {
  const at = writer.length;
  const guess = headSize(text.length);
  writer.reserve(9);
  writer.length = at + guess;
  const size = writer.text(text);
  const head = headSize(size);
  writer.reserve(9);
  if (head !== guess) writer.data.copyWithin(at + head, at + guess, at + guess + size);
  writer.length = at;
  putHead(writer, MAJOR_TEXT, size);
  writer.length = at + head + size;
}

export function writeByteString(e: Encoding, bytes: Uint8Array): void {
  e.check(bytes.length);
  writeHead(e.writer, MAJOR_BYTES, bytes.length);
  e.writer.bytes(bytes);
}

export function writeBigint(e: Encoding, n: bigint): void {
  const isNegative = n < 0n;
  let hex = isNegative ? (-1n - n).toString(16) : n.toString(16);
  if (hex === "0") hex = "";
  if (hex.length % 2 !== 0) hex = "0" + hex;
  e.check(hex.length / 2);
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (hexDigit(hex.charCodeAt(2 * i)) << 4) | hexDigit(hex.charCodeAt(2 * i + 1));
  }
  writeTag(e.writer, isNegative ? TAG_BIGINT_NEGATIVE : TAG_BIGINT);
  writeByteString(e, bytes);
}

function hexDigit(code: number): number {
  return code < 0x3a ? code - 0x30 : code - 0x57;
}

export function writeDate(writer: ByteWriter, ms: number): void {
  const seconds = ms / 1000;
  if (ms !== ms || roundAway(seconds * 1000) === ms) {
    writeTag(writer, TAG_DATE);
    writeNumber(writer, seconds);
  } else {
    writeClass(writer, "Date", 1);
    writeNumber(writer, ms);
  }
}

/** Halves away from zero, as C rounds. */
export function roundAway(n: number): number {
  const whole = Math.trunc(n);
  return Math.abs(n - whole) >= 0.5 ? whole + Math.sign(n) : whole;
}

export function writeRegExp(writer: ByteWriter, source: string, flags: string): void {
  writeTag(writer, TAG_REGEXP);
  writeHead(writer, MAJOR_ARRAY, 2);
  writeString(writer, source);
  writeString(writer, flags);
}
