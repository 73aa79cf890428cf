// SPDX-License-Identifier: MIT
// One timer for the next deadline of a scheduler. Deadlines move with nearly every event, timers
// cost something: an armed one stays, and looks again when it fires too early.

import { startIdleTimer } from "./idle-timer.js";

const LONGEST_MS = 0x7fffffff;

export class DeadlineTimer {
  private readonly onTime: () => void;
  private handle: ReturnType<typeof setTimeout> | undefined;
  private firesAtMs = Infinity;
  private dueMs = Infinity;

  constructor(onTime: () => void) {
    this.onTime = onTime;
  }

  /** `onTime` is called at `dueMs` of performance.now() or soon after; Infinity: never. */
  arm(dueMs: number): void {
    this.dueMs = dueMs;
    if (dueMs >= this.firesAtMs) return;
    this.start();
  }

  stop(): void {
    this.dueMs = Infinity;
    this.clear();
  }

  private clear(): void {
    if (this.handle !== undefined) clearTimeout(this.handle);
    this.handle = undefined;
    this.firesAtMs = Infinity;
  }

  private start(): void {
    this.clear();
    const now = performance.now();
    // not rounded as the delay is: deadlines that each come a little later must not start it anew
    this.firesAtMs = Math.min(this.dueMs, now + LONGEST_MS);
    const left = Math.max(0, Math.ceil(this.firesAtMs - now));
    this.handle = startIdleTimer(left, () => this.fire());
  }

  private fire(): void {
    this.handle = undefined;
    this.firesAtMs = Infinity;
    if (this.dueMs === Infinity) return;
    if (performance.now() < this.dueMs) this.start();
    else this.onTime();
  }
}
