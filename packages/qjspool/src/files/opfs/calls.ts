// SPDX-License-Identifier: MIT
// The operations of a store as calls to the owner: each a generator that yields calls and is given
// the answers, so that what blocks and what awaits share it.

import { E, type Errno } from "../errno.js";
import type { Entry, FileInfo } from "../store.js";
import { APPEND_BYTES, JOINS, Op, PIECE_BYTES, type Call, type Reply } from "./wire.js";

export type Calls<T> = Generator<Call, T, Reply>;

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function callOf(op: number, given: Partial<Call>): Call {
  return { op, handle: 0, flags: 0, x: 0, y: 0, bytes: NOTHING, room: 0, ...given };
}

function* resultOf(op: number, given: Partial<Call>): Calls<number> {
  return (yield callOf(op, given)).result;
}

function* infoOf(op: number, given: Partial<Call>): Calls<FileInfo | Errno> {
  const { result, bytes } = yield callOf(op, given);
  return result < 0 ? result : decodeInfo(bytes);
}

/** All bytes of an answer, however many; the errno where there is none. */
function* bytesOf(op: number, given: Partial<Call>): Calls<Uint8Array | Errno> {
  let reply = yield callOf(op, given);
  const parts: Uint8Array[] = [];
  while (reply.result > 0) {
    // how many are still to come
    parts.push(reply.bytes.slice());
    reply = yield callOf(Op.more, {});
  }
  if (reply.result < 0) return reply.result;
  if (parts.length === 0) return reply.bytes;
  parts.push(reply.bytes);
  return joined(parts);
}

function joined(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

// ---- what answers carry; the owner encodes ----

const INFO_FIELDS = ["size", "ino", "mode", "nlink", "atimeMs", "mtimeMs", "ctimeMs", "birthtimeMs"] as const;

export function encodeInfo(info: FileInfo): Uint8Array {
  return new Uint8Array(Float64Array.from(INFO_FIELDS, (field) => info[field]).buffer);
}

function decodeInfo(bytes: Uint8Array): FileInfo {
  const numbers = new Float64Array(bytes.slice().buffer);
  return Object.fromEntries(INFO_FIELDS.map((field, i) => [field, numbers[i]])) as unknown as FileInfo;
}

/** Each is its type, its name and a NUL. */
export function encodeEntries(entries: Entry[]): Uint8Array {
  return encoder.encode(entries.map(({ type, name }) => `${String.fromCharCode(type >> 12)}${name}\0`).join(""));
}

function decodeEntries(bytes: Uint8Array): Entry[] {
  const texts = decode(bytes).split("\0").slice(0, -1);
  return texts.map((text) => ({ type: text.charCodeAt(0) << 12, name: text.slice(1) }));
}

/** Shared memory is copied first: browsers decode none. */
export function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes.slice());
}

export const encode = (text: string): Uint8Array => encoder.encode(text);

// ---- the operations. ORDER StoreOf: ../store.ts ----

export const calls = {
  open: (path: string, flags: number, _mode: number) => resultOf(Op.open, { bytes: encode(path), flags }),
  close: (handle: number) => resultOf(Op.close, { handle }),

  *read(handle: number, offset: number, to: Uint8Array): Calls<number> {
    let done = 0;
    while (done < to.length) {
      const room = Math.min(to.length - done, PIECE_BYTES);
      const { result, bytes } = yield callOf(Op.read, { handle, x: offset + done, room });
      if (result < 0) return done > 0 ? done : result;
      to.set(bytes, done);
      done += result;
      if (result < room) break;
    }
    return done;
  },

  *write(handle: number, offset: number, from: Uint8Array): Calls<number> {
    let done = 0;
    do {
      const bytes = from.subarray(done, done + PIECE_BYTES);
      const { result } = yield callOf(Op.write, { handle, x: offset + done, bytes });
      if (result < 0) return done > 0 ? done : result;
      done += result;
    } while (done < from.length);
    return done;
  },

  *append(handle: number, from: Uint8Array): Calls<number> {
    if (from.length > APPEND_BYTES) return -E.EFBIG;
    let at = 0;
    for (; from.length - at > PIECE_BYTES; at += PIECE_BYTES) {
      const bytes = from.subarray(at, at + PIECE_BYTES);
      const { result } = yield callOf(Op.piece, { bytes, flags: at > 0 ? JOINS : 0 });
      if (result < 0) return result;
    }
    const bytes = from.subarray(at);
    return (yield callOf(Op.append, { handle, bytes, flags: at > 0 ? JOINS : 0 })).result;
  },

  truncate: (handle: number, size: number) => resultOf(Op.truncate, { handle, x: size }),
  sync: (handle: number) => resultOf(Op.sync, { handle }),
  info: (handle: number) => infoOf(Op.info, { handle }),
  stat: (path: string, _follows: boolean) => infoOf(Op.stat, { bytes: encode(path) }),

  *list(path: string): Calls<Entry[] | Errno> {
    const bytes = yield* bytesOf(Op.list, { bytes: encode(path) });
    return typeof bytes === "number" ? bytes : decodeEntries(bytes);
  },

  mkdir: (path: string, _mode: number) => resultOf(Op.mkdir, { bytes: encode(path) }),
  remove: (path: string, what: number) => resultOf(Op.remove, { bytes: encode(path), flags: what }),
  rename: (from: string, to: string) => resultOf(Op.rename, { bytes: encode(`${from}\0${to}`) }),
  utimes: (path: string, x: number, y: number) => resultOf(Op.utimes, { bytes: encode(path), x, y }),

  *realpath(path: string): Calls<string | Errno> {
    const bytes = yield* bytesOf(Op.realpath, { bytes: encode(path) });
    return typeof bytes === "number" ? bytes : decode(bytes);
  },
};
