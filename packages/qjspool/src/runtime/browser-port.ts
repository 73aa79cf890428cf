// SPDX-License-Identifier: MIT
// The platform of browsers: Web Workers from a blob of the embedded script, or from a URL. Uses
// nothing that a page with a strict Content-Security-Policy would have to allow beyond workers and
// WebAssembly, and nothing that a worker's own scope lacks.

import { workerSource } from "../generated/browser-worker-source.js";
import type { WorkerInit } from "../protocol.js";
import { reasonOfEnd } from "./browser-ended.js";
import { BlockedWorkers } from "./browser-blocked.js";
import { openBrowserStore } from "./browser-opfs.js";
import { fetchBytes } from "./fetch-bytes.js";
import type { Platform, SpawnOptions, WorkerPort } from "./port.js";

/**
 * Some browsers lose workers that workers start, without a word. Waited for twice: for a page that
 * was frozen meanwhile the first wait is over before the worker gets its turn.
 */
const START_MS = 5000;

/**
 * Chromium gives workers about 500 KB. Each level of guest recursion takes up to twice as much of
 * that as of the guest's stack: with this limit the guest gets a RangeError that it can catch.
 */
const WORKER_STACK_BYTES = 256 * 1024;

let embeddedUrl: string | undefined;

/** One for all workers of this realm: a worker may still load it when the next is made. */
function urlOfEmbedded(): string {
  embeddedUrl ??= URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
  return embeddedUrl;
}

class BrowserPort implements WorkerPort {
  onMessage: (message: unknown) => void = () => {};
  onExit: (reason: string) => void = () => {};
  private readonly worker: Worker;
  private readonly blocked: BlockedWorkers;
  private startTimer: ReturnType<typeof setTimeout> | undefined;
  private isOver = false;

  constructor(init: WorkerInit, options: SpawnOptions) {
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

  post(message: unknown, transfer: ArrayBuffer[] = []): void {
    this.worker.postMessage(message, transfer);
  }

  terminate(): void {
    platform.defer(() => this.end("it was terminated"));
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

/** Tasks of the event loop, without the least delay that nested timers have. */
function newDefer(): (fn: () => void) => void {
  const channel = new MessageChannel();
  const waiting: (() => void)[] = [];
  channel.port1.onmessage = () => waiting.shift()?.();
  return (fn) => {
    waiting.push(fn);
    channel.port2.postMessage(0);
  };
}
let deferred: ((fn: () => void) => void) | undefined;

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

export const platform: Platform = {
  name: "browser",
  canUseWorkers: () => typeof Worker === "function",
  hasSharedMemory: () => globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer === "function",
  defaultPoolSize: () => globalThis.navigator?.hardwareConcurrency ?? 4,
  workerStackBytes: WORKER_STACK_BYTES,
  spawn: (init, options) => new BrowserPort(init, options),
  openStore: openBrowserStore,
  read: (location) => fetchBytes(location),
  async unpack(embedded) {
    const packed = new Blob([fromBase64(embedded)]).stream();
    const stream = packed.pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  },
  // a page lives as long as its user wants
  keepAlive: () => ({ hold() {}, release() {} }),
  defer(fn) {
    deferred ??= newDefer();
    deferred(fn);
  },
};
