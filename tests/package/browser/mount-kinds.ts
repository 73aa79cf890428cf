// SPDX-License-Identifier: MIT
// lib/mount-kinds.ts for pages. Where there is no shared memory, each worker has its own, which the
// package says once for each pool: that line is dropped here, as it is meant.
import { memory, opfs } from "qjspool";
import type { MountKind } from "../lib/mounts.js";
import { runtime } from "../lib/env.js";
import { hasSharedMemory, hasWorkers } from "../lib/needs.js";
import { sleep } from "../lib/pools.js";

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

const isSlow = runtime.startsWith("firefox");

/** Each mount has a directory of its own. Chromium and Firefox differ in names and speed. */
const origins: MountKind = {
  name: "origin",
  isOneForAll: true,
  needsWorkers: true,
  lacks: ["times", "permissions", "names", "offsets", "deep folders", ...(isSlow ? ["quick files"] : [])],
  isSlow,
  make(limitBytes) {
    const name = `test-${crypto.randomUUID()}`;
    return Promise.resolve({ mount: opfs(name, { limitBytes }), remove: () => removeDirectory(name) });
  },
};

/** A worker that was ended takes a moment to let go of what it had open. */
async function removeDirectory(name: string): Promise<void> {
  await navigator.locks.request(`qjspool:${name}`, async () => {
    const root = await navigator.storage.getDirectory();
    for (let i = 0; ; i++) {
      try {
        return await root.removeEntry(name, { recursive: true });
      } catch (error) {
        if ((error as DOMException).name === "NotFoundError") return;
        if (i === 50) throw error;
      }
      await sleep(20);
    }
  });
}

/** Nothing else is there where workers are blocked. */
export const mountKinds: readonly MountKind[] = hasWorkers ? [memories, origins] : [memories];
