// SPDX-License-Identifier: MIT
// The descriptors that a worker has open. Node closes those of a worker that it ends. Bun and Deno
// forget them, and cannot even end one that is in an endless loop of Wasm. There a worker is banned:
// whatever it still does, it does nothing to files. It writes its descriptors down in memory that it
// shares with the pool's thread, which closes them. A number that is closed may mean another file at
// once, so one that is in the middle of a call is waited for.

import * as fs from "node:fs";

/** What a worker uses to open and close. */
export interface Descriptors {
  /** Before a call; false: the worker is about to be ended. */
  enter(): boolean;
  leave(): void;
  open(path: string, flags: number, mode?: number): number;
  close(fd: number): void;
}

export const plainDescriptors: Descriptors = {
  enter: () => true,
  leave: () => {},
  open: (path, flags, mode) => fs.openSync(path, flags, mode),
  close: (fd) => fs.closeSync(fd),
};

/** A descriptor of Deno is of the worker that opened it: no one else can close it. */
const isDeno = "Deno" in globalThis;
/** Whether the runtime forgets the descriptors of a worker that it ends. */
export const mustShareDescriptors: boolean = isDeno || "Bun" in globalThis;

const BANNED = 0;
const BUSY = 1;
/** The table: descriptors, and 0 where none is. What does not fit is left to the end of the process. */
const FIRST = 2;
const LENGTH = 4096;

export function newSharedDescriptors(): SharedArrayBuffer {
  return new SharedArrayBuffer((FIRST + LENGTH) * 4);
}

/** The worker's side. One that is ended between two lines here leaves one descriptor open. */
export class SharedDescriptors implements Descriptors {
  private readonly table: Int32Array;
  private readonly indices = new Map<number, number>();
  private readonly free: number[] = [];
  private end = FIRST;

  constructor(shared: SharedArrayBuffer) {
    this.table = new Int32Array(shared);
  }

  enter(): boolean {
    Atomics.store(this.table, BUSY, 1);
    if (Atomics.load(this.table, BANNED) === 0) return true;
    if (isDeno) for (const fd of [...this.indices.keys()]) this.close(fd);
    this.leave();
    return false;
  }

  leave(): void {
    Atomics.store(this.table, BUSY, 0);
  }

  open(path: string, flags: number, mode?: number): number {
    const fd = fs.openSync(path, flags, mode);
    const at = this.free.pop() ?? (this.end < this.table.length ? this.end++ : undefined);
    if (at !== undefined) {
      this.indices.set(fd, at);
      Atomics.store(this.table, at, fd);
    }
    return fd;
  }

  close(fd: number): void {
    const at = this.indices.get(fd);
    if (at !== undefined) {
      this.indices.delete(fd);
      this.free.push(at);
      Atomics.store(this.table, at, 0);
    }
    fs.closeSync(fd);
  }
}

/** The pool's side. From here on the worker touches nothing. */
export function banDescriptors(shared: SharedArrayBuffer): void {
  Atomics.store(new Int32Array(shared), BANNED, 1);
}

/**
 * Closes what a banned worker has open below `root`; false: it is in the middle of a call.
 * `isGone`: its thread has ended.
 */
export function closeDescriptors(shared: SharedArrayBuffer, root: string, isGone: boolean): boolean {
  const table = new Int32Array(shared);
  if (!isGone && Atomics.load(table, BUSY) !== 0) return false;
  if (isDeno) return true;
  for (let at = FIRST; at < table.length; at++) {
    const fd = Atomics.exchange(table, at, 0);
    if (fd > 0 && isBelow(root, fd)) fs.closeSync(fd);
  }
  return true;
}

/** A runtime that learns to close them itself may have closed this one. */
function isBelow(root: string, fd: number): boolean {
  try {
    const place = fs.readlinkSync(`/proc/self/fd/${fd}`);
    return place.startsWith(root);
  } catch {
    return process.platform !== "linux";
  }
}
