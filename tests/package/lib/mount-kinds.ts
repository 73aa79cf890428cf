// SPDX-License-Identifier: MIT
// The kinds of mount that this runtime has, each with a way to make an empty one. In pages
// browser/mount-kinds.ts stands for this file.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostDirectory, memory } from "qjspool";
import { removeTree } from "../../../packages/qjspool/src/files/directory/remove-tree.js";
import type { MountKind } from "./mounts.js";

const memories: MountKind = {
  name: "memory",
  isOneForAll: true,
  make: (limitBytes) => Promise.resolve({ mount: memory({ limitBytes }), remove: async () => {} }),
};

const directories: MountKind = {
  name: "directory",
  isOneForAll: true,
  make(limitBytes) {
    const folder = newFolder();
    const remove = async (): Promise<void> => removeFolder(folder);
    return Promise.resolve({ mount: hostDirectory(folder, { limitBytes }), remove });
  },
};

export const mountKinds: readonly MountKind[] = [memories, directories];

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "qjspool-test-"));
}

export function removeFolder(folder: string): void {
  removeTree(folder);
}
