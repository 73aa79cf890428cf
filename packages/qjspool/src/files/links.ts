// SPDX-License-Identifier: MIT
// How a worker is told of the stores that it uses: plain data, which structured clone carries.

import type { DirectoryLink } from "./directory/directory-store.js";
import type { MemoryLink } from "./memory/files-wasm.js";
import type { OpfsLink } from "./opfs/client.js";

export type StoreLink =
  | { kind: "memory"; link: MemoryLink }
  /** Memory that cannot be shared: the worker makes its own, one for each id. */
  | { kind: "own-memory"; id: number; module: WebAssembly.Module; limitBytes: number }
  | { kind: "directory"; link: DirectoryLink }
  | { kind: "opfs"; link: OpfsLink };

/** A mount as a worker sees it. */
export interface MountInit {
  path: string;
  isReadOnly: boolean;
  /** Its answers come later, and the isolate is suspended until then. */
  waits: boolean;
  store: StoreLink;
}
