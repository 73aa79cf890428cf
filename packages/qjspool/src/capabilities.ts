// SPDX-License-Identifier: MIT
// What this platform can do, for callers that want to know before they make a pool. Looks at
// globals that any platform may have; whatever differs comes from the platform's port.
import { platform } from "#platform";
import type { Capabilities } from "./types.js";

/** Globals that some platforms have. */
interface PerhapsGlobals {
  WebAssembly?: { Suspending?: unknown };
  crossOriginIsolated?: boolean;
  navigator?: { storage?: { getDirectory?: unknown } };
}

/**
 * Whether workers can be used here. SharedArrayBuffer is not needed for that; see
 * {@link getCapabilities} for what it adds. A page's Content-Security-Policy may still forbid
 * workers: that shows when a pool is made (`pool.isMultiThreaded`).
 */
export function isMultiThreadingSupported(): boolean {
  return platform.canUseWorkers();
}

/**
 * How many workers a pool has unless told otherwise: the number of processors, 4 if it is not
 * known.
 */
export function getDefaultPoolSize(): number {
  const size = platform.defaultPoolSize();
  return Number.isInteger(size) && size >= 1 ? Math.min(size, 4096) : 4;
}

/** The kind of platform this runs on. Node, Bun and Deno are `"node"`. */
export function detectPlatform(): "node" | "browser" {
  return platform.name;
}

/** What this platform can do. */
export function getCapabilities(): Capabilities {
  const globals = globalThis as unknown as PerhapsGlobals;
  return {
    workers: platform.canUseWorkers(),
    sharedArrayBuffer: platform.hasSharedMemory(),
    crossOriginIsolated: globals.crossOriginIsolated === true,
    opfs: typeof globals.navigator?.storage?.getDirectory === "function",
    jspi: typeof globals.WebAssembly?.Suspending === "function",
  };
}
