// SPDX-License-Identifier: MIT
// Strings as WTF-8: UTF-8 in which a surrogate may stand alone, as three bytes. Short texts are
// converted here, long ones by TextEncoder and TextDecoder, which know no lone surrogates.
// Every byte is hostile. Knows no CBOR.
import { WireError } from "./errors.js";

/** Up to here a loop is faster than a call of TextEncoder. */
const ENCODE_SHORT = 64;
/** Up to here a loop is faster than a call of TextDecoder. */
const DECODE_SHORT = 64;
/** Code units that one call makes a string of. */
const CHUNK = 4096;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const nativeIsWellFormed = (String.prototype as { isWellFormed?: () => boolean }).isWellFormed;
const fromCharCode = String.fromCharCode;
/** For each short length one array, so that filling it allocates nothing. */
const units: number[][] = Array.from({ length: DECODE_SHORT + 1 }, (_, n) =>
  new Array<number>(n).fill(0),
);

function isWellFormed(text: string): boolean {
  if (nativeIsWellFormed !== undefined) return nativeIsWellFormed.call(text);
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i)!;
    if (code >= 0xd800 && code <= 0xdfff) return false;
    if (code > 0xffff) i++;
  }
  return true;
}

/** Bytes that the text takes. */
export function textSize(text: string): number {
  let size = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i)!;
    if (code < 0x80) continue;
    if (code < 0x800) size += 1;
    else size += 2;
    if (code > 0xffff) i++; // four bytes for two units
  }
  return size;
}

/** Writes what there is room for; undefined: the text has lone surrogates, nothing was written. */
export function writeWellFormed(
  data: Uint8Array,
  at: number,
  text: string,
): { read: number; written: number } | undefined {
  return isWellFormed(text) ? encoder.encodeInto(text, data.subarray(at)) : undefined;
}

/** There must be room for textSize; returns where it ends. */
export function writeText(data: Uint8Array, at: number, text: string): number {
  if (text.length > ENCODE_SHORT) {
    const done = writeWellFormed(data, at, text);
    if (done !== undefined) return at + done.written;
  }
  const end = writeAscii(data, at, text);
  return end >= 0 ? end : writeUnits(data, at, text);
}

/** Writes while all is ASCII; -1: it is not. */
export function writeAscii(data: Uint8Array, at: number, text: string): number {
  const n = text.length;
  for (let i = 0; i < n; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) return -1;
    data[at + i] = code;
  }
  return at + n;
}

function writeUnits(data: Uint8Array, start: number, text: string): number {
  let at = start;
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i)!;
    if (code < 0x80) {
      data[at++] = code;
    } else if (code < 0x800) {
      data[at++] = 0xc0 | (code >> 6);
      data[at++] = 0x80 | (code & 63);
    } else if (code < 0x10000) {
      data[at++] = 0xe0 | (code >> 12);
      data[at++] = 0x80 | ((code >> 6) & 63);
      data[at++] = 0x80 | (code & 63);
    } else {
      data[at++] = 0xf0 | (code >> 18);
      data[at++] = 0x80 | ((code >> 12) & 63);
      data[at++] = 0x80 | ((code >> 6) & 63);
      data[at++] = 0x80 | (code & 63);
      i++;
    }
  }
  return at;
}

/** Throws a WireError where it is malformed. The bytes must not be shared between threads. */
export function readText(data: Uint8Array, start: number, end: number): string {
  const n = end - start;
  if (n > DECODE_SHORT) return readLong(data, start, end);
  const codes = units[n]!;
  let any = 0;
  for (let i = 0; i < n; i++) {
    const byte = data[start + i]!;
    codes[i] = byte;
    any |= byte;
  }
  return any < 0x80 ? fromCharCode.apply(null, codes) : readUnits(data, start, end);
}

function readLong(data: Uint8Array, start: number, end: number): string {
  try {
    return decoder.decode(data.subarray(start, end));
  } catch {
    return readUnits(data, start, end); // a lone surrogate, or malformed
  }
}

function readUnits(data: Uint8Array, start: number, end: number): string {
  let text = "";
  let codes: number[] = [];
  let previous = 0;
  for (let at = start; at < end; ) {
    const code = codePointAt(data, at, end);
    if ((code & 0x1ffc00) === 0xdc00 && (previous & 0x1ffc00) === 0xd800) throw malformed(at);
    previous = code;
    if (code < 0x10000) codes.push(code);
    else codes.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + (code & 0x3ff));
    at += sizeOfCode(code);
    if (codes.length >= CHUNK) {
      text += fromCharCode.apply(null, codes);
      codes = [];
    }
  }
  return text + fromCharCode.apply(null, codes);
}

function malformed(at: number): WireError {
  return new WireError("malformed text", at);
}

function sizeOfCode(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

/** c0 and c1 could only begin overlong forms, f5 and above pass U+10FFFF; 0: none begins so. */
function sequenceSize(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

function codePointAt(data: Uint8Array, at: number, end: number): number {
  const first = data[at]!;
  const size = sequenceSize(first);
  if (size === 0 || size > end - at) throw malformed(at);
  let code = size === 1 ? first : first & (0x7f >> size);
  for (let i = 1; i < size; i++) {
    const byte = data[at + i]!;
    if ((byte & 0xc0) !== 0x80) throw malformed(at);
    code = (code << 6) | (byte & 63);
  }
  if (sizeOfCode(code) !== size || code > 0x10ffff) throw malformed(at);
  return code;
}
