// SPDX-License-Identifier: MIT
// The stores of a worker in browsers that others do not have.

import type { StoreLink } from "../files/links.js";
import { openAsync, openBlocking } from "../files/opfs/client.js";
import type { AsyncStore, Store } from "../files/store.js";

/** `isStopped`: whether the task that waits must end. */
export function openPlatformStore(link: StoreLink, isStopped: () => boolean): Store | AsyncStore {
  if (link.kind !== "opfs") throw new Error(`there is no ${link.kind} here`);
  return link.link.shared === null ? openAsync(link.link) : openBlocking(link.link, isStopped);
}
