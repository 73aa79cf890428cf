// SPDX-License-Identifier: MIT
// The kinds of mount that this runtime has, each with a way to make an empty one. In pages
// browser/mount-kinds.ts stands for this file.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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
  isOpen: true,
  make(limitBytes) {
    const folder = newFolder();
    const remove = async (): Promise<void> => removeFolder(folder);
    const put = (path: string, text: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    return Promise.resolve({ mount: hostDirectory(folder, { limitBytes }), put, remove });
  },
};

export const mountKinds: readonly MountKind[] = [memories, directories];

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "qjspool-test-"));
}

export function removeFolder(folder: string): void {
  const left = removeTree(folder);
  if (left !== null) throw new Error(`${left} cannot be removed`);
}
