// SPDX-License-Identifier: MIT
// `hostDirectory()` as a pool has it, and the private directory of a pool that names none.

import { mkdtempSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { nothing, type StoreHost } from "../store-host.js";
import type { UrlLike } from "../../types.js";
import { newQuota } from "./quota.js";

/** Throws if the directory is none. */
export function newDirectoryMount(directory: string | UrlLike, limitBytes: number): StoreHost {
  const root = resolve(typeof directory === "string" ? directory : fileURLToPath(directory.href));
  if (!statSync(root).isDirectory()) throw new Error(`not a directory: ${root}`);
  const quota = limitBytes === 0 ? null : newQuota(root, limitBytes);
  return {
    newClient: () => ({
      link: { kind: "directory", link: { root, quota } },
      waits: false,
      transfer: [],
      ban: nothing,
      free: nothing,
    }),
    dispose: nothing,
  };
}

/** A new directory that goes with the pool, and with the process at the latest. */
export function newPrivateMount(): StoreHost {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "qjspool-")));
  const remove = (): void => {
    try {
      rmSync(root, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // whoever still writes there is about to end; the next attempt, at exit, finds it
    }
  };
  process.on("exit", remove);
  return {
    ...newDirectoryMount(root, 0),
    dispose() {
      process.off("exit", remove);
      remove();
    },
  };
}
