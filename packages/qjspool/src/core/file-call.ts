// SPDX-License-Identifier: MIT
// Operations on stores as records in linear memory. isolate.wasm asks for them by one import, whose
// other side this is.
//
// ORDER qjsp__file_call: src/wasm/file_call.h is the other side.

import { E } from "../files/errno.js";
import { Open, type AsyncStore, type Entry, type FileInfo, type Store, type StoreOf } from "../files/store.js";

export const FileOp = {
  open: 0,
  close: 1,
  read: 2,
  write: 3,
  append: 4,
  truncate: 5,
  sync: 6,
  info: 7,
  stat: 8,
  list: 9,
  mkdir: 10,
  remove: 11,
  rename: 12,
  utimes: 13,
  realpath: 14,
} as const;

/** Word indices in a record, and from OFFSET on indices of 8 bytes. */
export const CallWord = {
  op: 0,
  handle: 1,
  flags: 2,
  mode: 3,
  path: 4,
  otherPath: 5,
  data: 6,
  length: 7,
} as const;
export const CallFloat = { offset: 4, mtimeMs: 5, info: 6 } as const;

/** The linear memory of the isolate that asks, as it is now. */
export interface CallMemory {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly words: Uint32Array;
  readonly floats: Float64Array;
  /** Room at the end of a qjsp_buffer; 0: no memory. May replace the views. */
  extend(buffer: number, length: number): number;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

function textAt(bytes: Uint8Array, at: number): string {
  return decoder.decode(bytes.subarray(at, bytes.indexOf(0, at)));
}

type Answer = number | string | FileInfo | Entry[];

function ask<IsAsync extends boolean>(
  store: StoreOf<IsAsync>,
  { bytes, words, floats }: CallMemory,
  record: number,
): Answer | Promise<Answer> {
  const at = record >> 2;
  const handle = words[at + CallWord.handle]! | 0;
  const flags = words[at + CallWord.flags]!;
  const path = (): string => textAt(bytes, words[at + CallWord.path]!);
  const offset = floats[(record >> 3) + CallFloat.offset]!;
  const data = (): Uint8Array => {
    const start = words[at + CallWord.data]!;
    return bytes.subarray(start, start + words[at + CallWord.length]!);
  };
  switch (words[at + CallWord.op]) {
    case FileOp.open:
      return store.open(path(), flags, words[at + CallWord.mode]!);
    case FileOp.close:
      return store.close(handle);
    case FileOp.read:
      return store.read(handle, offset, data());
    case FileOp.write:
      return store.write(handle, offset, data());
    case FileOp.append:
      return store.append(handle, data());
    case FileOp.truncate:
      return store.truncate(handle, offset);
    case FileOp.sync:
      return store.sync(handle);
    case FileOp.info:
      return store.info(handle);
    case FileOp.stat:
      return store.stat(path(), flags !== 0);
    case FileOp.list:
      return store.list(path());
    case FileOp.mkdir:
      return store.mkdir(path(), words[at + CallWord.mode]!);
    case FileOp.remove:
      return store.remove(path(), flags);
    case FileOp.rename:
      return store.rename(path(), textAt(bytes, words[at + CallWord.otherPath]!));
    case FileOp.utimes:
      return store.utimes(path(), offset, floats[(record >> 3) + CallFloat.mtimeMs]!);
    case FileOp.realpath:
      return store.realpath(path());
    default:
      return -E.ENOSYS;
  }
}

/** Whether what the record asks for can be seen afterwards. */
export function changesFiles({ words }: CallMemory, record: number): boolean {
  switch (words[(record >> 2) + CallWord.op]) {
    case FileOp.open:
      return (words[(record >> 2) + CallWord.flags]! & (Open.create | Open.truncate)) !== 0;
    case FileOp.write:
    case FileOp.append:
    case FileOp.truncate:
    case FileOp.mkdir:
    case FileOp.remove:
    case FileOp.rename:
    case FileOp.utimes:
      return true;
    default:
      return false;
  }
}

/** As the core has them: of each a byte, its type, its name and a NUL. */
function packEntries(entries: readonly Entry[]): Uint8Array {
  return encoder.encode(
    entries.map(({ name, type }) => `${String.fromCharCode(type >> 12)}${name}\0`).join(""),
  );
}

function tell(memory: CallMemory, record: number, out: number, answer: Answer): number {
  if (typeof answer === "number") return answer;
  if (typeof answer === "string" || Array.isArray(answer)) {
    const packed = typeof answer === "string" ? encoder.encode(answer) : packEntries(answer);
    if (packed.length === 0) return 0;
    const at = memory.extend(out, packed.length);
    if (at !== 0) memory.bytes.set(packed, at);
    return 0;
  }
  const { size, ino, mode, nlink, atimeMs, mtimeMs, ctimeMs, birthtimeMs } = answer;
  const info = [size, ino, mode, nlink, atimeMs, mtimeMs, ctimeMs, birthtimeMs];
  memory.floats.set(info, (record >> 3) + CallFloat.info);
  return 0;
}

/** Carries out what the record says. The result, as src/fs/store.h has it. */
export function performCall(store: Store, memory: CallMemory, record: number, out: number): number {
  return tell(memory, record, out, ask(store, memory, record) as Answer);
}

/** The same of a store that answers later; the isolate is suspended until then. */
export async function performCallLater(
  store: AsyncStore,
  memory: CallMemory,
  record: number,
  out: number,
): Promise<number> {
  return tell(memory, record, out, await ask(store, memory, record));
}
