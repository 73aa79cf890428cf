// SPDX-License-Identifier: MIT
// The platform of browsers: Web Workers from a blob of the embedded script, or from a URL. Uses
// nothing that a page with a strict Content-Security-Policy would have to allow beyond workers and
// WebAssembly, and nothing that a worker's own scope lacks.

import { openBrowserStore } from "./browser-opfs.js";
import { fetchBytes } from "./fetch-bytes.js";
import { defer } from "./browser-defer.js";
import { BrowserPort } from "./browser-thread.js";
import type { Platform } from "./port.js";

/**
 * Chromium gives workers about 500 KB. Each level of guest recursion takes up to twice as much of
 * that as of the guest's stack: with this limit the guest gets a RangeError that it can catch.
 */
const WORKER_STACK_BYTES = 256 * 1024;

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
  compileAsyncified: (bytes) => WebAssembly.compile(bytes),
  async unpack(embedded) {
    const packed = new Blob([fromBase64(embedded)]).stream();
    const stream = packed.pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  },
  // a page lives as long as its user wants
  keepAlive: () => ({ hold() {}, release() {} }),
  defer,
};
