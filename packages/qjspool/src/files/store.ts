// SPDX-License-Identifier: MIT
// A store, as the package knows it: where the bytes of a mount are kept. The C core has all that is
// the same for every store (paths, mounts, descriptors, buffers) and calls these, one at a time.
// ORDER qjsp__store_ops: src/fs/store.h says what each one does.
//
// Results are 0 or more, or an error of errno.ts negated; nothing throws but for defects. Paths are
// normal, relative to the store's root, without a slash at either end; "" is the root. Names are
// whole Unicode text of at most 255 bytes each, without NUL.

import type { Errno } from "./errno.js";

/** How a file is opened. ORDER flags: src/fs/store.h */
export const Open = {
  readOnly: 0,
  writeOnly: 1,
  readWrite: 2,
  accessMode: 3,
  create: 0o100,
  exclusive: 0o200,
  truncate: 0o1000,
  append: 0o2000,
  /** The path is a directory: a file in it that has no name. */
  nameless: 0o20000000,
} as const;

/** The type in a file's mode. */
export const FileType = {
  mask: 0o170000,
  socket: 0o140000,
  link: 0o120000,
  regular: 0o100000,
  block: 0o060000,
  directory: 0o040000,
  character: 0o020000,
  pipe: 0o010000,
} as const;

/** What `remove` is to remove. */
export const Remove = { file: 1, directory: 2 } as const;

/** What an entry costs beside its bytes, of a store's limit. */
export const ENTRY_COST = 256;

/** What is known of a file. Times: milliseconds since 1970, with fractions. */
export interface FileInfo {
  size: number;
  ino: number;
  mode: number;
  nlink: number;
  atimeMs: number;
  mtimeMs: number;
  ctimeMs: number;
  birthtimeMs: number;
}

/** An entry of a directory. `type`: a FileType. */
export interface Entry {
  name: string;
  type: number;
}

/** A number of 0 or more, or the negated error. */
export type Result = number;

/** What may be an answer at once, or one to wait for. */
export type Answered<T, IsAsync extends boolean> = IsAsync extends true ? Promise<T> : T;

/**
 * The operations. `IsAsync`: each answer is a promise. Buffers are borrowed until the answer is
 * there.
 */
export interface StoreOf<IsAsync extends boolean> {
  /** A handle, the store's own number. Regular files only (-EISDIR; -EACCES for others). */
  open(path: string, flags: number, mode: number): Answered<Result, IsAsync>;
  close(handle: number): Answered<Result, IsAsync>;
  /** How many bytes, fewer than there is room for only at the end. */
  read(handle: number, offset: number, to: Uint8Array): Answered<Result, IsAsync>;
  /** How many bytes. A gap before offset reads as zeros. */
  write(handle: number, offset: number, from: Uint8Array): Answered<Result, IsAsync>;
  /** All bytes in one piece behind the last one, whoever else appends; where they end. */
  append(handle: number, from: Uint8Array): Answered<Result, IsAsync>;
  truncate(handle: number, size: number): Answered<Result, IsAsync>;
  sync(handle: number): Answered<Result, IsAsync>;
  info(handle: number): Answered<FileInfo | Errno, IsAsync>;

  stat(path: string, follows: boolean): Answered<FileInfo | Errno, IsAsync>;
  list(path: string): Answered<Entry[] | Errno, IsAsync>;
  mkdir(path: string, mode: number): Answered<Result, IsAsync>;
  /** `what`: one of Remove. */
  remove(path: string, what: number): Answered<Result, IsAsync>;
  /** Replaces at once. */
  rename(from: string, to: string): Answered<Result, IsAsync>;
  utimes(path: string, atimeMs: number, mtimeMs: number): Answered<Result, IsAsync>;
  /** The path without links. */
  realpath(path: string): Answered<string | Errno, IsAsync>;

  /** Closes all that is open; nothing is asked afterwards. Absent: nobody need be told. */
  dispose?(): void;
}

export type Store = StoreOf<false>;
export type AsyncStore = StoreOf<true>;
