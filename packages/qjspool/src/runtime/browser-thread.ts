// SPDX-License-Identifier: MIT
// A Web Worker of ours, from a blob of the embedded script or from a URL, as the thread that made it
// sees it.

import type { OwnerInit } from "../files/opfs/wire.js";
import { workerSource } from "../generated/browser-worker-source.js";
import type { WorkerInit } from "../protocol.js";
import { BlockedWorkers } from "./browser-blocked.js";
import { defer } from "./browser-defer.js";
import { reasonOfEnd } from "./browser-ended.js";
import type { SpawnOptions, WorkerPort } from "./port.js";

/**
 * Some browsers lose workers that workers start, without a word. Waited for twice: for a page that
 * was frozen meanwhile the first wait is over before the worker gets its turn.
 */
const START_MS = 5000;

let embeddedUrl: string | undefined;

/** One for all workers of this realm: a worker may still load it when the next is made. */
function urlOfEmbedded(): string {
  embeddedUrl ??= URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
  return embeddedUrl;
}

export class BrowserPort implements WorkerPort {
  onMessage: (message: unknown) => void = () => {};
  onExit: (reason: string) => void = () => {};
  private readonly worker: Worker;
  private readonly blocked: BlockedWorkers;
  private startTimer: ReturnType<typeof setTimeout> | undefined;
  private isOver = false;

  constructor(init: WorkerInit | OwnerInit, options: SpawnOptions) {
    const { workerUrl } = options;
    this.blocked = new BlockedWorkers(workerUrl);
    try {
      this.worker = new Worker(workerUrl ?? urlOfEmbedded(), { name: "qjspool" });
    } catch (error) {
      this.blocked.close();
      throw new Error(this.blocked.reason(error instanceof Error ? error.message : ""));
    }
    this.worker.onmessage = (event) => this.receive(event.data);
    this.worker.onmessageerror = () => this.onMessage(undefined);
    this.worker.onerror = (event) => {
      event.preventDefault(); // it is told to the pool, nobody need print it
      this.fail("message" in event ? event.message : "");
    };
    this.startTimer = setTimeout(() => {
      this.startTimer = setTimeout(() => this.fail("it did not start in time"), START_MS);
    }, START_MS);
    this.worker.postMessage(init, options.transfer);
  }

  post(message: unknown, transfer: (ArrayBuffer | MessagePort)[] = []): void {
    this.worker.postMessage(message, transfer);
  }

  terminate(): void {
    defer(() => this.end("it was terminated"));
    this.worker.terminate();
  }

  private receive(message: unknown): void {
    this.hasStarted();
    const reason = reasonOfEnd(message);
    if (reason === undefined) this.onMessage(message);
    else this.end(reason === "" ? "it ended" : reason);
  }

  private hasStarted(): void {
    if (this.startTimer === undefined) return;
    clearTimeout(this.startTimer);
    this.startTimer = undefined;
    this.blocked.close();
  }

  /** `message` is empty if the worker is blocked, or its script cannot be loaded. */
  private fail(message: string): void {
    const hasStarted = this.startTimer === undefined;
    // the report of a violated policy may come after the event
    setTimeout(() => this.end(hasStarted ? message : this.blocked.reason(message)));
  }

  private end(reason: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.hasStarted();
    this.worker.terminate();
    this.onExit(reason);
  }
}
