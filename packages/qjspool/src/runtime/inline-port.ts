// SPDX-License-Identifier: MIT
// A worker that is none: it runs on the calling thread, between turns of the event loop. For
// places where workers cannot run, and for those that want none.

import type { WorkerInit } from "../protocol.js";
import { MessageServer } from "../worker/serve.js";
import type { Platform, WorkerPort } from "./port.js";

export class InlinePort implements WorkerPort {
  onMessage: (message: unknown) => void = () => {};
  onExit: (reason: string) => void = () => {};
  private readonly platform: Platform;
  private readonly server: MessageServer;
  private readonly inbox: Uint8Array[] = [];
  private isScheduled = false;
  private isOver = false;

  constructor(init: WorkerInit, platform: Platform) {
    this.platform = platform;
    this.server = new MessageServer(
      init,
      (message) => this.onMessage(message),
      () => this.end("it stopped"),
    );
    this.schedule();
  }

  post(message: unknown): void {
    this.inbox.push(message as Uint8Array);
    this.schedule();
  }

  terminate(): void {
    this.server.abandon();
    this.end("it was terminated");
  }

  /** Work is done from the event loop, never within a call of the driver. */
  private schedule(): void {
    if (this.isScheduled || this.isOver) return;
    this.isScheduled = true;
    this.platform.defer(() => this.turn());
  }

  /** One frame a turn, so that the thread's other work gets its share between two tasks. */
  private turn(): void {
    this.isScheduled = false;
    const frame = this.inbox.shift();
    if (frame !== undefined) this.server.handle(frame);
    else this.server.step();
    if (this.inbox.length > 0) this.schedule();
  }

  private end(reason: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.platform.defer(() => this.onExit(reason));
  }
}
