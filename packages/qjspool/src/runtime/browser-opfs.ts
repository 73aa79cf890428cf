// SPDX-License-Identifier: MIT
// `opfs()` as a pool has it: a worker of its own holds the directory, and the pool's workers ask it.

import { defaultOpfs } from "../options/mounts.js";
import { OpfsOwner } from "../files/opfs/owner-handle.js";
import { nothing, type Placement, type StoreHost } from "../files/store-host.js";
import type { Mount } from "../types.js";
import { BrowserPort } from "./browser-thread.js";

export async function openBrowserStore(given: Mount | null, place: Placement): Promise<StoreHost> {
  const mount = given ?? defaultOpfs();
  if (mount.kind !== "opfs") {
    throw new Error("hostDirectory() is of Node, Bun and Deno; opfs() or memory() can be used here");
  }
  checkPlace(place);
  const { isShared, workerUrl } = place;
  const owner = await OpfsOwner.start({
    name: mount.name,
    limit: mount.limitBytes,
    isShared,
    spawn: (init) =>
      new BrowserPort(init, { workerUrl: workerUrl ?? undefined, stackBytes: 0, transfer: [] }),
  });
  return {
    newClient() {
      const { link, transfer } = owner.newClient();
      return {
        link: { kind: "opfs", link },
        waits: !isShared,
        transfer: transfer as MessagePort[],
        ban: nothing, // whatever it was about to write, the owner writes whole or not at all
        free: () => owner.releaseClient(link),
      };
    },
    dispose: () => owner.dispose(),
  };
}

function checkPlace({ isMultiThreaded, isShared }: Placement): void {
  if (!isMultiThreaded) throw new Error("opfs() needs workers; memory() does not");
  if (isShared || "Suspending" in WebAssembly) return;
  throw new Error(
    "opfs() needs a page that is cross-origin isolated (its COOP and COEP headers), or a browser " +
      "that can suspend WebAssembly (JavaScript Promise Integration)",
  );
}
