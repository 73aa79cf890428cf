// SPDX-License-Identifier: MIT
// A memory store as one thread uses it: requests are written into its client's record, and the
// same C code answers as natively.

import { CallFloat, CallWord, FileOp } from "../../core/file-call.js";
import { E, type Errno } from "../errno.js";
import type { Entry, FileInfo, Result, Store } from "../store.js";
import { CLIENT_STACK_TOP, newFilesInstance, type FilesExports, type MemoryLink } from "./files-wasm.js";

/** A large write goes in such pieces. */
const PIECE_BYTES = 1 << 20;
const INFO_FLOATS = 8;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export class MemoryStore implements Store {
  private readonly exports: FilesExports;
  private readonly files: number;
  private readonly client: number;
  private readonly bytes: Uint8Array;
  private readonly words: Uint32Array;
  private readonly floats: Float64Array;

  constructor(link: MemoryLink) {
    const { buffer } = link.memory; // as large as it will ever be
    this.exports = newFilesInstance(link.module, link.memory);
    this.files = link.files;
    this.client = link.client;
    this.bytes = new Uint8Array(buffer);
    this.words = new Uint32Array(buffer);
    this.floats = new Float64Array(buffer);
    this.exports.__stack_pointer.value = this.words[(link.client >> 2) + CLIENT_STACK_TOP]!;
  }

  open(path: string, flags: number, mode: number): Result {
    return this.setPath(path) || this.call(FileOp.open, 0, flags, mode);
  }

  close(handle: number): Result {
    return this.call(FileOp.close, handle);
  }

  read(handle: number, offset: number, to: Uint8Array): Result {
    let done = 0;
    while (done < to.length) {
      const length = Math.min(PIECE_BYTES, to.length - done);
      const at = this.reserve(length);
      if (at === 0) return -E.ENOMEM;
      const ret = this.call(FileOp.read, handle, 0, 0, offset + done);
      if (ret < 0) return done > 0 ? done : ret;
      to.set(this.bytes.subarray(at, at + ret), done);
      done += ret;
      if (ret < length) break;
    }
    return done;
  }

  write(handle: number, offset: number, from: Uint8Array): Result {
    const piece = from.subarray(0, PIECE_BYTES);
    const at = this.reserve(piece.length);
    if (at === 0) return -E.ENOMEM;
    this.bytes.set(piece, at);
    return this.call(FileOp.write, handle, 0, 0, offset);
  }

  append(handle: number, from: Uint8Array): Result {
    const at = this.reserve(from.length);
    if (at === 0) return -E.ENOMEM;
    this.bytes.set(from, at);
    return this.call(FileOp.append, handle);
  }

  truncate(handle: number, size: number): Result {
    return this.call(FileOp.truncate, handle, 0, 0, size);
  }

  sync(): Result {
    return 0;
  }

  info(handle: number): FileInfo | Errno {
    return this.infoOf(this.call(FileOp.info, handle));
  }

  stat(path: string, follows: boolean): FileInfo | Errno {
    return this.infoOf(this.setPath(path) || this.call(FileOp.stat, 0, follows ? 1 : 0));
  }

  list(path: string): Entry[] | Errno {
    const ret = this.setPath(path) || this.call(FileOp.list);
    if (ret < 0) return ret;
    const entries = this.text().split("\0");
    entries.pop();
    return entries.map((entry) => ({ name: entry.slice(1), type: entry.charCodeAt(0) << 12 }));
  }

  mkdir(path: string, mode: number): Result {
    return this.setPath(path) || this.call(FileOp.mkdir, 0, 0, mode);
  }

  remove(path: string, what: number): Result {
    return this.setPath(path) || this.call(FileOp.remove, 0, what);
  }

  rename(from: string, to: string): Result {
    return (
      this.setPath(from) || this.setPath(to, CallWord.otherPath) || this.call(FileOp.rename)
    );
  }

  utimes(path: string, atimeMs: number, mtimeMs: number): Result {
    this.floats[(this.client >> 3) + CallFloat.mtimeMs] = mtimeMs;
    return this.setPath(path) || this.call(FileOp.utimes, 0, 0, 0, atimeMs);
  }

  realpath(path: string): string | Errno {
    const ret = this.setPath(path) || this.call(FileOp.realpath);
    return ret < 0 ? ret : this.text();
  }

  // ---- inside ----

  /** Where the client's data may lie; 0: no memory. */
  private reserve(length: number): number {
    const at = this.exports.qjsp_files_reserve(this.files, this.client, length);
    this.words[(this.client >> 2) + CallWord.data] = at;
    this.words[(this.client >> 2) + CallWord.length] = length;
    return at;
  }

  /** 0, or an error. */
  private setPath(path: string, word: number = CallWord.path): Result {
    const at = this.words[(this.client >> 2) + word]!;
    const encoded = encoder.encode(path);
    if (encoded.length >= PATH_BYTES) return -E.ENAMETOOLONG;
    this.bytes.set(encoded, at);
    this.bytes[at + encoded.length] = 0;
    return 0;
  }

  private call(op: number, handle = 0, flags = 0, mode = 0, offset = 0): Result {
    const at = this.client >> 2;
    this.words[at + CallWord.op] = op;
    this.words[at + CallWord.handle] = handle;
    this.words[at + CallWord.flags] = flags;
    this.words[at + CallWord.mode] = mode;
    this.floats[(this.client >> 3) + CallFloat.offset] = offset;
    return this.exports.qjsp_files_call(this.files, this.client);
  }

  private infoOf(ret: Result): FileInfo | Errno {
    if (ret < 0) return ret;
    const at = (this.client >> 3) + CallFloat.info;
    const [size, ino, mode, nlink, atimeMs, mtimeMs, ctimeMs, birthtimeMs] = this.floats.subarray(
      at,
      at + INFO_FLOATS,
    ) as unknown as [number, number, number, number, number, number, number, number];
    return { size, ino, mode, nlink, atimeMs, mtimeMs, ctimeMs, birthtimeMs };
  }

  /** What the last call left; decoders take no shared memory. */
  private text(): string {
    const at = this.words[(this.client >> 2) + CallWord.data]!;
    const length = this.words[(this.client >> 2) + CallWord.length]!;
    return decoder.decode(this.bytes.slice(at, at + length));
  }
}

/** QJSP__PATH_MAX */
const PATH_BYTES = 4096;
