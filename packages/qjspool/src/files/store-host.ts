// SPDX-License-Identifier: MIT
// A store on the thread that made the pool, whatever kind it is of.

import type { StoreLink } from "./links.js";

/** One worker's use of a store. */
export interface StoreClient {
  readonly link: StoreLink;
  readonly waits: boolean;
  /** What goes with the link. */
  readonly transfer: readonly MessagePort[];
  /** The worker is about to be ended, wherever it is. */
  ban(): void;
  /** The worker is gone: what it had open is closed. */
  free(): void;
}

export interface StoreHost {
  /** Throws if there is no room for one more. */
  newClient(): StoreClient;
  /** All workers are gone, or are never heard of again. */
  dispose(): void;
}

/** Where the workers of a pool are. */
export interface Placement {
  isMultiThreaded: boolean;
  /** They share memory with the pool's thread. */
  isShared: boolean;
  /** Where their script is; null: the embedded one. */
  workerUrl: string | URL | null;
}

export function nothing(): void {}
