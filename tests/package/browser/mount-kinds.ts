// SPDX-License-Identifier: MIT
// lib/mount-kinds.ts for pages. Where there is no shared memory, each worker has its own, which the
// package says once for each pool: that line is dropped here, as it is meant.
import { memory } from "qjspool";
import type { MountKind } from "../lib/mounts.js";
import { hasSharedMemory, hasWorkers } from "../lib/needs.js";

const WARNING = /^\[WorkerPool\] Mount "[^"]*": memory\(\) is private to each worker here/;

if (hasWorkers && !hasSharedMemory) {
  const warn = console.warn.bind(console);
  console.warn = (...args: unknown[]): void => {
    if (!WARNING.test(String(args[0]))) warn(...args);
  };
}

const memories: MountKind = {
  name: "memory",
  isOneForAll: hasSharedMemory || !hasWorkers,
  make: (limitBytes) => Promise.resolve({ mount: memory({ limitBytes }), remove: async () => {} }),
};

export const mountKinds: readonly MountKind[] = [memories];
