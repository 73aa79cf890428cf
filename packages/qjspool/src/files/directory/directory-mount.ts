// SPDX-License-Identifier: MIT
// `hostDirectory()` as a pool has it, and the private directory of a pool that names none.

import { mkdtempSync, realpathSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { startIdleTimer } from "../../driver/idle-timer.js";
import { nothing, type Placement, type StoreClient, type StoreHost } from "../store-host.js";
import type { UrlLike } from "../../types.js";
import {
  banDescriptors,
  closeDescriptors,
  mustShareDescriptors,
  newSharedDescriptors,
} from "./descriptors.js";
import type { DirectoryLink } from "./directory-store.js";
import { newQuota, Quota } from "./quota.js";
import { removeTree } from "./remove-tree.js";

/** Of a quota: the pool's thread. Workers have the numbers above. */
const POOL = 1;
const RETRY_MS = 20;

/** Throws if the directory is none. */
export function newDirectoryMount(directory: string | UrlLike, limitBytes: number, place: Placement): StoreHost {
  const root = resolve(typeof directory === "string" ? directory : fileURLToPath(directory.href));
  if (!statSync(root).isDirectory()) throw new Error(`not a directory: ${root}`);
  return newHost(realpathSync(root), limitBytes, place);
}

function newHost(root: string, limitBytes: number, place: Placement): StoreHost {
  const shared = limitBytes === 0 ? null : newQuota(root, limitBytes, POOL);
  const quota = shared === null ? null : new Quota(shared);
  let lastUser = POOL;
  return {
    newClient() {
      const user = ++lastUser;
      const descriptors = place.isMultiThreaded && mustShareDescriptors ? newSharedDescriptors() : null;
      const link = { root, quota: shared === null ? null : { ...shared, user }, descriptors };
      const forget = (): void => {
        if (quota?.forget(user) === false) startIdleTimer(RETRY_MS, forget);
      };
      return newDirectoryClient(link, forget);
    },
    dispose: nothing,
  };
}

/** `forget`: the worker takes nothing of the limit any more. */
function newDirectoryClient(link: DirectoryLink, forget: () => void): StoreClient {
  const { root, descriptors } = link;
  let isOver = false;
  const end = (isGone: boolean): void => {
    if (isOver) return;
    isOver = descriptors === null ? isGone : closeDescriptors(descriptors, root, isGone);
    if (isOver) forget();
  };
  return {
    link: { kind: "directory", link },
    waits: false,
    transfer: [],
    ban() {
      if (descriptors === null) return;
      banDescriptors(descriptors);
      end(false);
    },
    free: () => end(true),
  };
}

/** Private directories that are still there. */
const privateRoots = new Set<string>();

/** Whoever still writes there is about to end: what is left is for the next attempt, at exit. */
function removePrivate(root: string): void {
  if (!privateRoots.delete(root)) return;
  const left = removeTree(root);
  if (left !== null) privateRoots.add(left);
}

function removeAllPrivate(): void {
  for (const root of [...privateRoots]) removePrivate(root);
}

/** A new directory that goes with the pool, and with the process at the latest. */
export function newPrivateMount(place: Placement): StoreHost {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "qjspool-")));
  // one listener for all: each more is one more of which Node warns
  if (!process.listeners("exit").includes(removeAllPrivate)) process.on("exit", removeAllPrivate);
  privateRoots.add(root);
  return { ...newHost(root, 0, place), dispose: () => removePrivate(root) };
}
