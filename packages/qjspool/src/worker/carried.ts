// SPDX-License-Identifier: MIT
// The globals that many tasks of a worker come with. They are given to each task, until they have come
// often enough to be worth a snapshot of their own: from there on they cost a task nothing.

import { NO_BYTES } from "../bytes.js";

/** Fewer bytes are read in a few microseconds. */
const LEAST_BYTES = 256;
/** Tasks with the same globals before a snapshot is made with them, which takes milliseconds. */
const FIRST_USES = 4;
/** The snapshot had to be given up for a task without them: next time it must be worth more. */
const BACK_OFF = 4;

export class Carried {
  private bytes: Uint8Array = NO_BYTES;
  /** What the next isolate is to have, or has, in its snapshot; NO_BYTES: nothing. */
  private kept: Uint8Array = NO_BYTES;
  private nuses = 0;
  private leastUses = FIRST_USES;
  private cannotKeep = false;

  take(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.nuses = 0;
    this.cannotKeep = false;
  }

  /** To be put into a new isolate before its snapshot. */
  get inSnapshot(): Uint8Array {
    return this.kept;
  }

  /** What a task has to be given; `isWanted`: it comes with them. */
  forTask(isWanted: boolean): Uint8Array {
    return isWanted && this.kept !== this.bytes ? this.bytes : NO_BYTES;
  }

  /** Whether the snapshot holds what such a task must not see: a new isolate is needed. */
  mustLeave(isWanted: boolean): boolean {
    if (this.kept === NO_BYTES || (isWanted && this.kept === this.bytes)) return false;
    this.kept = NO_BYTES;
    this.leastUses *= BACK_OFF;
    return true;
  }

  /** A task has ended well with them. True: a new isolate is to have them. */
  mustKeep(): boolean {
    if (this.kept === this.bytes || this.cannotKeep || this.bytes.length < LEAST_BYTES) return false;
    if (++this.nuses < this.leastUses) return false;
    this.kept = this.bytes;
    return true;
  }

  /** They did not fit beside the bootstrap code. */
  giveUp(): void {
    this.kept = NO_BYTES;
    this.cannotKeep = true;
  }
}
