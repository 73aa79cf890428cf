// SPDX-License-Identifier: MIT
// How much of its limit a directory of the host has used, as far as its guests are the cause: what
// was there when it was mounted, and what they add and take away. A file that is removed while open
// takes its room until it is closed, so the quota knows the open ones. All workers count together, in
// memory that they share, and hold a lock around the look, the deed and the count. A worker may be ended
// anywhere: what adds is counted before it is done, so the count is never too low.
//
// The native one is src/fs/quota.h.

import { lstatSync, readdirSync, type Stats } from "node:fs";
import { join } from "node:path";
import { ENTRY_COST } from "../store.js";

/** Structured clone carries it. */
export interface QuotaLink {
  readonly limit: number;
  readonly shared: SharedArrayBuffer;
  /** Who counts: 1 or more, of each worker its own. */
  readonly user: number;
}

/** Files that may be open at a time in all workers. */
const MAX_OPEN = 16384;
const WAIT_MS = 100;

/** The holder of the lock, as an Int32; then indices of Float64. */
const USED = 1;
const HIGH = 2; // slots below it may be taken
const SLOTS = 3;
/** Of a slot. */
const Slot = { user: 0, dev: 1, ino: 2, size: 3, isGone: 4, length: 5 } as const;

type File = Pick<Stats, "dev" | "ino" | "size" | "nlink" | "isFile">;

export class Quota {
  private readonly limit: number;
  private readonly user: number;
  private readonly holder: Int32Array;
  private readonly table: Float64Array;
  /** Where the open files of this worker are, by their handles. */
  private readonly slots = new Map<number, number>();

  constructor(link: QuotaLink) {
    this.limit = link.limit;
    this.user = link.user;
    this.holder = new Int32Array(link.shared, 0, 1);
    this.table = new Float64Array(link.shared);
  }

  /** All below but `locked` and `forget` is for `fn` alone. */
  locked<T>(fn: () => T): T {
    while (!this.takeOver(0)) {
      const holder = Atomics.load(this.holder, 0);
      if (holder !== 0) Atomics.wait(this.holder, 0, holder, WAIT_MS);
    }
    try {
      return fn();
    } finally {
      this.unlock();
    }
  }

  /** False: that would be too much, and nothing is counted. */
  take(bytes: number): boolean {
    if (bytes <= 0) return true;
    if (this.table[USED]! + bytes > this.limit) return false;
    this.table[USED]! += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    // the host may have made it larger
    if (bytes > 0) this.table[USED] = Math.max(0, this.table[USED]! - bytes);
  }

  /** False: too many are open. */
  opened(handle: number, file: File): boolean {
    const at = this.freeSlot();
    if (at === undefined) return false;
    this.table.set([this.user, file.dev, file.ino, file.size, file.nlink === 0 ? 1 : 0], at);
    this.slots.set(handle, at);
    return true;
  }

  resized(handle: number, size: number): void {
    const at = this.slots.get(handle);
    if (at !== undefined) this.table[at + Slot.size] = size;
  }

  /** `file`: as it is just before it is closed. */
  closing(handle: number, file: File): void {
    const at = this.slots.get(handle);
    if (at === undefined) return;
    this.slots.delete(handle);
    this.table[at + Slot.size] = file.size;
    this.clear(at);
  }

  /** `file`: what was behind a name that is gone. */
  removed(file: File): void {
    const isLast = file.isFile() && file.nlink <= 1;
    if (!isLast || !this.pass(file.dev, file.ino, file.size)) {
      this.giveBack(ENTRY_COST + (isLast ? file.size : 0));
    }
  }

  /**
   * Worker `user` is gone, perhaps with the lock. Called by no worker. False: another has the lock, and
   * may be gone too, which only the caller's event loop can tell: it must ask again.
   */
  forget(user: number): boolean {
    const holder = Atomics.load(this.holder, 0);
    const isOurs = (holder === 0 || holder === user) && this.takeOver(holder);
    if (!isOurs) return false;
    for (let at = SLOTS; at < this.end; at += Slot.length) {
      if (this.table[at + Slot.user] === user) this.clear(at);
    }
    this.unlock();
    return true;
  }

  private takeOver(holder: number): boolean {
    return Atomics.compareExchange(this.holder, 0, holder, this.user) === holder;
  }

  private unlock(): void {
    Atomics.store(this.holder, 0, 0);
    Atomics.notify(this.holder, 0, 1);
  }

  private get end(): number {
    return SLOTS + this.table[HIGH]! * Slot.length;
  }

  private freeSlot(): number | undefined {
    const { end } = this;
    for (let at = SLOTS; at < end; at += Slot.length) {
      if (this.table[at + Slot.user] === 0) return at;
    }
    if (this.table[HIGH] === MAX_OPEN) return undefined;
    this.table[HIGH]! += 1;
    return end;
  }

  /** Who closes a removed file last gives back what it took. */
  private clear(at: number): void {
    const [, dev, ino, size, isGone] = this.table.subarray(at, at + Slot.length) as unknown as number[];
    this.table[at + Slot.user] = 0;
    if (isGone !== 0 && !this.pass(dev!, ino!, size!)) this.giveBack(ENTRY_COST + size!);
  }

  /** Tells those that have the file open that it is removed; false: nobody has. */
  private pass(dev: number, ino: number, size: number): boolean {
    let isOpen = false;
    for (let at = SLOTS; at < this.end; at += Slot.length) {
      const [user, itsDev, itsIno] = this.table.subarray(at, at + Slot.size);
      if (user === 0 || itsIno !== ino || itsDev !== dev) continue;
      this.table[at + Slot.size] = size;
      this.table[at + Slot.isGone] = 1;
      isOpen = true;
    }
    return isOpen;
  }
}

/** A quota that has counted what is there. What cannot be read is not counted. `user`: who made it. */
export function newQuota(root: string, limit: number, user: number): QuotaLink {
  const shared = new SharedArrayBuffer((SLOTS + MAX_OPEN * Slot.length) * 8);
  const todo = [root];
  let used = 0;
  for (let folder = todo.pop(); folder !== undefined; folder = todo.pop()) {
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      used += ENTRY_COST + (entry.isFile() ? (lstatSync(path, { throwIfNoEntry: false })?.size ?? 0) : 0);
      if (entry.isDirectory()) todo.push(path);
    }
  }
  new Float64Array(shared)[USED] = used;
  return { limit, shared, user };
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
