// SPDX-License-Identifier: MIT
// The stores of a worker on Node, Bun and Deno that others do not have.

import { DirectoryStore } from "../files/directory/directory-store.js";
import type { StoreLink } from "../files/links.js";
import type { AsyncStore, Store } from "../files/store.js";

/** Nothing here waits, so nothing need be stopped. */
export function openPlatformStore(link: StoreLink, _isStopped: () => boolean): Store | AsyncStore {
  if (link.kind === "directory") return new DirectoryStore(link.link);
  throw new Error(`there is no ${link.kind} here`);
}
