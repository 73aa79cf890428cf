// SPDX-License-Identifier: MIT
// The loop around a runner: it takes frames and sleeps when there is nothing to do. One loop blocks
// its thread (shared memory), the other lives in an event loop.

import type { WorkerInit } from "../protocol.js";
import { MessageOutlet } from "./message-outlet.js";
import type { Post } from "./mail.js";
import { RingOutlet } from "./ring-outlet.js";
import { Runner } from "./runner.js";

/** Runs until the driver says stop. Blocks the thread. */
export function serveRing(init: WorkerInit, shared: SharedArrayBuffer, post: Post): void {
  const outlet = new RingOutlet(shared, post);
  const runner = new Runner(init, outlet, () => {});
  const { ring, deferred } = outlet;
  while (!runner.isStopped) {
    let frame: Uint8Array | null;
    let nframes = 0;
    // what came while a question waited is older than what the ring holds by now
    for (; !runner.isStopped; nframes++) {
      if ((frame = deferred.shift() ?? null) !== null) {
        runner.handle(frame);
      } else if ((frame = ring.next()) !== null) {
        runner.handle(frame);
        ring.release();
      } else {
        break;
      }
    }
    const wakeMs = runner.step();
    if (runner.isStopped || deferred.length > 0) continue;
    const left = wakeMs - performance.now();
    // who sent a single one may have waited for what it brings, and send the next
    if (left > 0) ring.sleep(left, nframes === 1);
  }
  runner.end();
}

/** A runner whose frames are messages; `handle` is to be called with each that comes. */
export class MessageServer {
  private readonly runner: Runner;
  private readonly end: () => void;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `end` is called once, after the runner has stopped. */
  constructor(init: WorkerInit, post: Post, end: () => void) {
    this.runner = new Runner(init, new MessageOutlet(post), () => this.step());
    this.end = end;
  }

  handle(frame: Uint8Array): void {
    if (this.runner.isStopped) return;
    this.runner.handle(frame);
    this.step();
  }

  step(): void {
    if (this.timer !== undefined) clearTimeout(this.timer);
    this.timer = undefined;
    let wakeMs = 0;
    while (!this.runner.isStopped && wakeMs === 0) wakeMs = this.runner.step();
    if (this.runner.isStopped) {
      this.runner.end();
      this.end();
    } else if (wakeMs !== Infinity) {
      const left = Math.max(0, wakeMs - performance.now());
      this.timer = setTimeout(() => this.step(), Math.min(left, 0x7fffffff));
    }
  }

  /** Drops everything, whatever runs. */
  abandon(): void {
    this.runner.end();
    if (this.timer !== undefined) clearTimeout(this.timer);
  }
}
