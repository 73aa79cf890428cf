// SPDX-License-Identifier: MIT
// A file that is open: the one sync access handle that all of its users share. While it is moved
// the handle is closed and its users wait. Refusals are thrown, see errors.ts.

import { E } from "../errno.js";
import { FileType, type FileInfo } from "../store.js";
import { FileError, nameOf } from "./errors.js";
import type { Place } from "./tree.js";

/** A worker that was killed takes a moment to let its files go. */
const TRIES = 8;
const FIRST_PAUSE_MS = 4;

const PERMISSIONS = 0o666;
const COPY_BYTES = 1024 * 1024;

/** -EBUSY: something else has it open, and goes on having it. */
export async function openAccess(handle: FileSystemFileHandle): Promise<FileSystemSyncAccessHandle> {
  for (let i = 0; ; i++) {
    try {
      return await handle.createSyncAccessHandle();
    } catch (error) {
      if (nameOf(error) !== "NoModificationAllowedError" || i === TRIES) throw error;
    }
    await new Promise((done) => setTimeout(done, FIRST_PAUSE_MS << i));
  }
}

/** Of a file that has a path, from it; the same as long as it has that. */
export function inoOf(path: string): number {
  let high = 0x811c9dc5;
  let low = 0x1b873593;
  for (let i = 0; i < path.length; i++) {
    const letter = path.charCodeAt(i);
    high = Math.imul(high ^ letter, 0x01000193);
    low = Math.imul(low + letter, 0x85ebca6b) ^ (low >>> 13);
  }
  return (high & 0xfffff) * 2 ** 32 + (low >>> 0) + 1;
}

/** OPFS has one time of a file, and none of a directory (1970). */
export function describe(path: string, type: number, size: number, timeMs: number): FileInfo {
  return {
    size,
    ino: inoOf(path),
    mode: type === FileType.regular ? type | PERMISSIONS : type | 0o777,
    nlink: 1,
    atimeMs: timeMs,
    mtimeMs: timeMs,
    ctimeMs: timeMs,
    birthtimeMs: timeMs,
  };
}

export class OpenFile {
  /** null: it has no name any more, and its place is in the trash. */
  path: string | null;
  place: Place;
  /** Open handles of clients; none: it is kept for a moment. */
  nusers = 0;
  keptSince = 0;
  /** Nobody else can write it, so this needs not be asked for. */
  size: number;
  private handle: FileSystemFileHandle;
  private access: FileSystemSyncAccessHandle | null;
  private isDirty = false;
  private mtimeMs: number | null = null;
  /** Set while it is moved. */
  private moving: Promise<void> | null = null;
  private endMoving: () => void = () => {};

  constructor(path: string | null, place: Place, handle: FileSystemFileHandle, access: FileSystemSyncAccessHandle) {
    this.path = path;
    this.place = place;
    this.handle = handle;
    this.access = access;
    this.size = access.getSize();
  }

  /** null: it can be used now. */
  get settled(): Promise<void> | null {
    return this.moving;
  }

  private get opened(): FileSystemSyncAccessHandle {
    // it could not be opened again after it was moved
    if (this.access === null) throw new FileError(E.EIO);
    return this.access;
  }

  read(offset: number, to: Uint8Array): number {
    const access = this.opened;
    let done = 0;
    while (done < to.length) {
      const n = access.read(done === 0 ? to : to.subarray(done), { at: offset + done });
      if (n <= 0) break;
      done += n;
      if (offset + done >= this.size) break;
    }
    return done;
  }

  /** All of it or nothing: a browser may run out of room in the middle. */
  write(offset: number, from: Uint8Array): void {
    const access = this.opened;
    if (from.length === 0) return;
    this.touch();
    try {
      for (let done = 0; done < from.length; ) {
        const n = access.write(done === 0 ? from : from.subarray(done), { at: offset + done });
        if (n <= 0) throw new FileError(E.ENOSPC);
        done += n;
      }
    } catch (error) {
      this.cutBack();
      throw error;
    }
    this.size = Math.max(this.size, offset + from.length);
  }

  truncate(size: number): void {
    const access = this.opened;
    this.touch();
    try {
      access.truncate(size);
    } catch (error) {
      // Firefox has no name for a size that cannot be
      const isRefused = size > this.size && nameOf(error) !== "InvalidStateError";
      throw isRefused ? new FileError(E.ENOSPC) : error;
    }
    this.size = size;
  }

  flush(): void {
    if (!this.isDirty) return;
    this.opened.flush();
    this.isDirty = false;
  }

  async info(): Promise<FileInfo> {
    this.mtimeMs ??= (await this.handle.getFile()).lastModified;
    return this.infoNow()!;
  }

  /** null: its time must be asked for. */
  infoNow(): FileInfo | null {
    if (this.mtimeMs === null) return null;
    const info = describe(this.path ?? `\0${this.place.name}`, FileType.regular, this.size, this.mtimeMs);
    if (this.path === null) info.nlink = 0;
    return info;
  }

  /** For good. What was written stays. */
  close(): void {
    this.access?.close();
    this.access = null;
  }

  // ---- moving it. `suspend`, then what is to be done, then `resume` ----

  suspend(): void {
    this.moving = new Promise((done) => (this.endMoving = done));
    this.close();
  }

  /** `handle`: where it is now; null: it is lost, and its users get EIO. */
  async resume(handle: FileSystemFileHandle | null): Promise<void> {
    try {
      if (handle === null) return;
      this.handle = handle;
      this.access = await openAccess(handle);
    } catch {
      // as if it were lost
    } finally {
      this.moving = null;
      this.endMoving();
    }
  }

  /** Runs `action` while it is closed. */
  async whileClosed(action: (handle: FileSystemFileHandle) => Promise<void>): Promise<void> {
    this.suspend();
    try {
      await action(this.handle);
    } finally {
      await this.resume(this.handle);
    }
  }

  /** Makes `copy` what its users have, once `replace` has put something else in its place. */
  async divert(copy: FileSystemFileHandle, place: Place, replace: () => Promise<void>): Promise<void> {
    const target = await openAccess(copy);
    try {
      // from here to suspend nobody else has a turn
      copyBytes(this.opened, target);
    } finally {
      target.close();
    }
    await this.whileClosed(async () => {
      await replace();
      this.handle = copy;
      this.place = place;
    });
  }

  private touch(): void {
    this.isDirty = true;
    this.mtimeMs = Date.now();
  }

  private cutBack(): void {
    try {
      if (this.opened.getSize() > this.size) this.opened.truncate(this.size);
    } catch {
      // the first error is told
    }
  }
}

function copyBytes(from: FileSystemSyncAccessHandle, to: FileSystemSyncAccessHandle): void {
  const buffer = new Uint8Array(Math.min(from.getSize(), COPY_BYTES));
  for (let at = 0; ; ) {
    const n = from.read(buffer, { at });
    if (n <= 0) return;
    const written = to.write(buffer.subarray(0, n), { at });
    if (written < n) throw new FileError(E.ENOSPC);
    at += n;
  }
}
