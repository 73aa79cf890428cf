// SPDX-License-Identifier: MIT
// What a platform must provide: workers, and the few things that no standard API gives everywhere.
// Knows nothing of tasks. `#platform` is the one for this build (see package.json, "imports").

import type { Placement, StoreHost } from "../files/store-host.js";
import type { WorkerInit } from "../protocol.js";
import type { Mount } from "../types.js";

/**
 * One worker as the driver sees it. Handlers are set once, before the first message can come, and
 * are called on the thread that made the pool, never from within a call of this interface.
 */
export interface WorkerPort {
  onMessage: (message: unknown) => void;
  /** The worker is gone: it ended, was terminated or died. Once, and the last call. */
  onExit: (reason: string) => void;
  post(message: unknown, transfer?: (ArrayBuffer | MessagePort)[]): void;
  /** Ends the worker wherever it is. onExit follows. May be called twice. */
  terminate(): void;
}

export interface SpawnOptions {
  /** Where the worker's script is; undefined: the embedded one. */
  workerUrl: string | URL | undefined;
  /** Bytes of host stack that guest recursion may need. */
  stackBytes: number;
  /** What goes with the init. */
  transfer: MessagePort[];
}

/** Holds the process (where there is one to hold) while a task runs or waits. */
export interface KeepAlive {
  hold(): void;
  release(): void;
}

export interface Platform {
  readonly name: "node" | "browser";
  /** As far as is known before one is tried. */
  canUseWorkers(): boolean;
  /** Whether a worker can block on memory that it shares with this thread. */
  hasSharedMemory(): boolean;
  /** Hardware threads; 4 where that is unknown. */
  defaultPoolSize(): number;
  /** Most bytes of guest stack for which a worker's own stack is large enough. */
  readonly workerStackBytes: number;
  /** Starts a worker; throws where that is refused at once. */
  spawn(init: WorkerInit, options: SpawnOptions): WorkerPort;
  /**
   * The store of a mount, but of memory; null: what `variant: "wasmfs"` stands for here. Rejects
   * with what cannot be, and why.
   */
  openStore(mount: Mount | null, place: Placement): Promise<StoreHost>;
  /** The bytes of a file or URL. */
  read(location: string | URL): Promise<Uint8Array<ArrayBuffer>>;
  /** Undoes the embedding: base64 of a raw deflate stream (RFC 1951). */
  unpack(embedded: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Compiles what asyncify instrumented, in a way that keeps its frames small. */
  compileAsyncified(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module>;
  keepAlive(): KeepAlive;
  /** Runs `fn` after the event loop has had a turn. */
  defer(fn: () => void): void;
}
