// SPDX-License-Identifier: MIT
import { defaultOpfs } from "../options/mounts.js";
import type { Placement, StoreHost } from "../files/store-host.js";
import type { Mount } from "../types.js";

export async function openBrowserStore(given: Mount | null, place: Placement): Promise<StoreHost> {
  const mount = given ?? defaultOpfs();
  if (mount.kind !== "opfs") throw new Error("hostDirectory() is not of browsers; opfs() or memory() can be used here");
  if (!place.isMultiThreaded) throw new Error("opfs() needs workers");
  throw new Error("not yet");
}
