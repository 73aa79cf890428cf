// SPDX-License-Identifier: MIT
// Sources that the driver is asked for: of modules, and of files without their types. A worker that cannot wait for an answer in the middle of a
// task runs the task again once it is there, as long as nothing of the first run can be seen from
// outside; this file knows when.

import { NO_BYTES } from "../bytes.js";
import { Status } from "../protocol.js";
import type { Answer } from "../core/isolate.js";

export const NOT_FOUND: Answer = { status: Status.invalid, bytes: NO_BYTES };

/** What a guest is told where its task does not run again after all. */
export const CANNOT_WAIT: Answer = {
  status: Status.invalid,
  bytes: new TextEncoder().encode(
    "its loader cannot be awaited here (after a host call, in a session or in bootstrap code, " +
      "where workers cannot block): put it in a table `modules`",
  ),
};

export class LateModules {
  /** Whether the running task has called out: it may not be run a second time. */
  hasEffects = false;
  /** The running task as it came, should it have to run again; null: it may not. */
  task: Uint8Array | null = null;
  /** The number of the question whose answer it needs; 0: none. */
  wanted = 0;

  /** Answers for the running task alone: a loader may give others to the next. */
  private readonly learnt = new Map<string, Answer>();
  private wantedKey = "";

  beginTask(task: Uint8Array | null): void {
    this.task = task;
    this.learnt.clear();
    this.beginRun();
  }

  /** The same task, from its beginning. */
  beginRun(): void {
    this.hasEffects = false;
    this.wanted = 0;
  }

  find(key: string): Answer | undefined {
    return this.learnt.get(key);
  }

  /** The driver was asked, and answers later. */
  want(callSeq: number, key: string): void {
    this.wanted = callSeq;
    this.wantedKey = key;
  }

  /** False: nobody waits for this answer. `bytes` are borrowed. */
  learn(callSeq: number, status: number, bytes: Uint8Array): boolean {
    if (callSeq !== this.wanted || callSeq === 0) return false;
    this.learnt.set(this.wantedKey, { status, bytes: bytes.slice() });
    return true;
  }

  /** The answer came before the run that needs it was over. */
  get isAnswered(): boolean {
    return this.learnt.has(this.wantedKey);
  }

  get mustRunAgain(): boolean {
    return this.wanted !== 0 && this.task !== null && !this.hasEffects;
  }
}
