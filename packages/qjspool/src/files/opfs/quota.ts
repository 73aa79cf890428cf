// SPDX-License-Identifier: MIT
// The bytes that a directory may have, beside what the browser allows. What is there is counted
// when the directory is taken; what others than its owner do later is not.

import { E } from "../errno.js";
import { ENTRY_COST } from "../store.js";
import { FileError } from "./errors.js";
import type { Place } from "./tree.js";

export class Quota {
  private readonly limit: number;
  private used = 0;

  /** `limit`: 0: none, and nothing is counted. */
  constructor(limit: number) {
    this.limit = limit;
  }

  get isLimited(): boolean {
    return this.limit !== 0;
  }

  /** -ENOSPC; otherwise the bytes are used, unless `action` fails. */
  async spend<T>(bytes: number, action: () => Promise<T>): Promise<T> {
    this.check(bytes);
    this.used += bytes;
    try {
      return await action();
    } catch (error) {
      this.used -= bytes;
      throw error;
    }
  }

  /** -ENOSPC. */
  check(bytes: number): void {
    if (this.isLimited && bytes > 0 && this.used + bytes > this.limit) throw new FileError(E.ENOSPC);
  }

  give(bytes: number): void {
    this.used -= bytes;
  }

  async count(root: FileSystemDirectoryHandle): Promise<void> {
    this.used = this.isLimited ? await sizeOf(root) : 0;
  }

  /** What a file that is not open takes; 0 where that does not matter. */
  async costOf(place: Place): Promise<number> {
    if (!this.isLimited) return 0;
    const handle = await place.dir.getFileHandle(place.name);
    return ENTRY_COST + (await handle.getFile()).size;
  }
}

async function sizeOf(dir: FileSystemDirectoryHandle): Promise<number> {
  const sizes: Promise<number>[] = [];
  for await (const entry of dir.values()) sizes.push(sizeOfEntry(entry));
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size + ENTRY_COST, 0);
}

/** 0 for what vanishes meanwhile. */
async function sizeOfEntry(entry: FileSystemHandle): Promise<number> {
  try {
    if (entry.kind === "directory") return await sizeOf(entry as FileSystemDirectoryHandle);
    return (await (entry as FileSystemFileHandle).getFile()).size;
  } catch {
    return 0;
  }
}
