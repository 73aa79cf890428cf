// SPDX-License-Identifier: MIT
// The platform Node, and Bun and Deno, which have its modules. The one file of the package's main
// side that may name them.

import { readFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { Worker, type WorkerOptions } from "node:worker_threads";
import { inflateRaw } from "node:zlib";
import { newDirectoryMount, newPrivateMount } from "../files/directory/directory-mount.js";
import { workerSource } from "../generated/node-worker-source.js";
import type { WorkerInit } from "../protocol.js";
import { fetchBytes } from "./fetch-bytes.js";
import { compileBaseline } from "./node-baseline.js";
import type { KeepAlive, Platform, SpawnOptions, WorkerPort } from "./port.js";

const isDeno = "Deno" in globalThis;

/** A guest's frame takes this many times its Wasm stack of the host's, at the most. */
const HOST_STACK_FACTOR = 32;
const MIB = 1 << 20;

/** Longest delay of setInterval. */
const FOREVER_MS = 0x7fffffff;

class NodePort implements WorkerPort {
  onMessage: (message: unknown) => void = () => {};
  onExit: (reason: string) => void = () => {};
  private readonly worker: Worker;
  private error = "";

  constructor(init: WorkerInit, options: SpawnOptions) {
    const source = options.workerUrl === undefined ? workerSource : fileOf(options.workerUrl);
    this.worker = new Worker(source, workerOptions(init, options));
    this.worker.on("message", (message: unknown) => this.onMessage(message));
    this.worker.on("messageerror", () => this.onMessage(undefined));
    this.worker.on("error", (error: unknown) => {
      this.error = error instanceof Error ? error.message : String(error);
    });
    this.worker.once("exit", (code: number) => {
      this.onExit(this.error === "" ? `it ended with code ${code}` : this.error);
    });
    // a waiting pool holds nobody; only now, since a handler of messages refs the worker
    this.worker.unref();
  }

  post(message: unknown, transfer?: ArrayBuffer[]): void {
    this.worker.postMessage(message, transfer);
  }

  terminate(): void {
    // Bun never ends a worker inside an endless Wasm loop, and must not be waited for
    this.worker.unref();
    void this.worker.terminate();
  }
}

function fileOf(location: string | URL): string | URL {
  if (location instanceof URL) return location;
  return /^[a-z][a-z0-9+.-]+:/i.test(location) ? new URL(location) : location;
}

function workerOptions(init: WorkerInit, options: SpawnOptions): WorkerOptions {
  const stackMb = Math.ceil((options.stackBytes * HOST_STACK_FACTOR) / MIB);
  return {
    eval: options.workerUrl === undefined,
    workerData: init,
    transferList: options.transfer as never[], // the same class, with types of two worlds
    // nothing of a worker is the guest's to print, or the host's to read by accident
    stdout: true,
    stderr: true,
    env: {},
    execArgv: [],
    // Deno has a fixed stack, and aborts over some values
    ...(isDeno ? {} : { resourceLimits: { stackSizeMb: Math.max(4, stackMb) } }),
  };
}

/** A timer that never fires: what an event loop waits for. */
class TimerKeepAlive implements KeepAlive {
  private readonly timer = setInterval(() => {}, FOREVER_MS);

  constructor() {
    this.timer.unref();
  }

  hold(): void {
    this.timer.ref();
  }

  release(): void {
    this.timer.unref();
  }
}

export const platform: Platform = {
  name: "node",
  canUseWorkers: () => true,
  hasSharedMemory: () => typeof SharedArrayBuffer === "function",
  defaultPoolSize: () =>
    typeof availableParallelism === "function" ? availableParallelism() : cpus().length,
  workerStackBytes: Infinity, // it is made as large as it must be
  spawn: (init, options) => new NodePort(init, options),
  async openStore(mount, place) {
    if (mount === null) return newPrivateMount(place);
    if (mount.kind === "directory") return newDirectoryMount(mount.directory, mount.limitBytes, place);
    throw new Error("opfs() is of browsers; hostDirectory() or memory() can be used here");
  },
  async read(location) {
    const url = fileOf(location);
    if (url instanceof URL && url.protocol !== "file:") return fetchBytes(url);
    return new Uint8Array(await readFile(url));
  },
  compileAsyncified: compileBaseline,
  unpack(embedded) {
    return new Promise((resolve, reject) => {
      inflateRaw(Buffer.from(embedded, "base64"), (error, bytes) => {
        if (error === null) resolve(new Uint8Array(bytes));
        else reject(error);
      });
    });
  },
  keepAlive: () => new TimerKeepAlive(),
  defer: (fn) => void setImmediate(fn),
};
