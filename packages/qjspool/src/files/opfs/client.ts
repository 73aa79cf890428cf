// SPDX-License-Identifier: MIT
import type { AsyncStore, Store } from "../store.js";
export interface OpfsLink { shared: SharedArrayBuffer | null; port: MessagePort | null }
export function openBlocking(_link: OpfsLink, _isStopped: () => boolean): Store { throw new Error("not yet"); }
export function openAsync(_link: OpfsLink): AsyncStore { throw new Error("not yet"); }
