// SPDX-License-Identifier: MIT
// `memory()` as a pool has it: shared by its workers where that can be.

import type { Placement, StoreHost } from "../store-host.js";
import { nothing } from "../store-host.js";
import { MemoryHost } from "./memory-host.js";

export function newMemoryMount(module: WebAssembly.Module, limitBytes: number, place: Placement): StoreHost {
  if (place.isMultiThreaded && !place.isShared) return ownMemory(module, limitBytes);
  const host = new MemoryHost(module, limitBytes);
  return {
    newClient() {
      const link = host.newClient();
      return {
        link: { kind: "memory", link },
        waits: false,
        transfer: [],
        ban: () => host.ban(link.client),
        free: () => host.free(link.client),
      };
    },
    dispose: nothing, // it goes with the last who knows it
  };
}

let lastId = 0;

function ownMemory(module: WebAssembly.Module, limitBytes: number): StoreHost {
  const id = ++lastId;
  return {
    newClient: () => ({
      link: { kind: "own-memory", id, module, limitBytes },
      waits: false,
      transfer: [],
      ban: nothing,
      free: nothing,
    }),
    dispose: nothing,
  };
}
