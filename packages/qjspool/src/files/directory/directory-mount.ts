// SPDX-License-Identifier: MIT
// `hostDirectory()` as a pool has it, and the private directory of a pool that names none.

import { mkdtempSync, realpathSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { nothing, type StoreHost } from "../store-host.js";
import type { UrlLike } from "../../types.js";
import { newQuota, Quota } from "./quota.js";
import { removeTree } from "./remove-tree.js";

/** Of a quota: the pool's thread. Workers have the numbers above. */
const POOL = 1;

/** Throws if the directory is none. */
export function newDirectoryMount(directory: string | UrlLike, limitBytes: number): StoreHost {
  const root = resolve(typeof directory === "string" ? directory : fileURLToPath(directory.href));
  if (!statSync(root).isDirectory()) throw new Error(`not a directory: ${root}`);
  if (limitBytes === 0) return newHost(root);
  const shared = newQuota(root, limitBytes, POOL);
  const quota = new Quota(shared);
  let lastUser = POOL;
  return {
    newClient() {
      const user = ++lastUser;
      return {
        link: { kind: "directory", link: { root, quota: { ...shared, user } } },
        waits: false,
        transfer: [],
        ban: nothing,
        free: () => quota.forget(user),
      };
    },
    dispose: nothing,
  };
}

function newHost(root: string): StoreHost {
  return {
    newClient: () => ({
      link: { kind: "directory", link: { root, quota: null } },
      waits: false,
      transfer: [],
      ban: nothing,
      free: nothing,
    }),
    dispose: nothing,
  };
}

/** Private directories that are still there. */
const privateRoots = new Set<string>();

function removePrivate(root: string): void {
  try {
    removeTree(root);
    privateRoots.delete(root);
  } catch {
    // whoever still writes there is about to end; the next attempt, at exit, finds it
  }
}

function removeAllPrivate(): void {
  for (const root of privateRoots) removePrivate(root);
}

/** A new directory that goes with the pool, and with the process at the latest. */
export function newPrivateMount(): StoreHost {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "qjspool-")));
  // one listener for all: each more is one more of which Node warns
  if (!process.listeners("exit").includes(removeAllPrivate)) process.on("exit", removeAllPrivate);
  privateRoots.add(root);
  return { ...newHost(root), dispose: () => removePrivate(root) };
}
