// SPDX-License-Identifier: MIT
// The stores of a worker, opened once, and what the isolate has open in them: an isolate that is
// thrown away closes nothing itself.

import { openPlatformStore } from "#stores";
import { CallWord, FileOp, performCall, performCallLater, type CallMemory } from "../core/file-call.js";
import type { MountInit, StoreLink } from "../files/links.js";
import { MemoryHost } from "../files/memory/memory-host.js";
import { MemoryStore } from "../files/memory/memory-store.js";
import type { AsyncStore, Store } from "../files/store.js";

/** `own`: the memories of this worker, by their ids. */
function openStore(link: StoreLink, own: Map<number, Store>, isStopped: () => boolean): Store | AsyncStore {
  switch (link.kind) {
    case "memory":
      return new MemoryStore(link.link);
    case "own-memory": {
      const known = own.get(link.id);
      if (known !== undefined) return known;
      const store = new MemoryStore(new MemoryHost(link.module, link.limitBytes).newClient());
      own.set(link.id, store);
      return store;
    }
    default:
      return openPlatformStore(link, isStopped);
  }
}

interface Mounted {
  store: Store | AsyncStore;
  handles: Set<number>;
}

export class MountedStores {
  private readonly mounted: Mounted[];

  /** Throws if a store cannot be opened. `isStopped`: whether the running task must end. */
  constructor(mounts: readonly MountInit[], isStopped: () => boolean) {
    const own = new Map<number, Store>();
    this.mounted = mounts.map(({ path, store }) => {
      try {
        return { store: openStore(store, own, isStopped), handles: new Set() };
      } catch (error) {
        throw new Error(`mount ${path}: ${error instanceof Error ? error.message : error}`, { cause: error });
      }
    });
  }

  /** The import `file` of isolate.wasm. */
  call(index: number, memory: CallMemory, record: number, out: number): number {
    const { store, handles } = this.mounted[index]!;
    const ret = performCall(store as Store, memory, record, out);
    note(handles, memory, record, ret);
    return ret;
  }

  /** The import `file_wait`. */
  async callLater(index: number, memory: CallMemory, record: number, out: number): Promise<number> {
    const { store, handles } = this.mounted[index]!;
    const ret = await performCallLater(store as AsyncStore, memory, record, out);
    note(handles, memory, record, ret);
    return ret;
  }

  /** Closes what an isolate that is gone had open. */
  closeAll(): void {
    for (const { store, handles } of this.mounted) {
      for (const handle of handles) void store.close(handle);
      handles.clear();
    }
  }

  /** The worker ends. */
  dispose(): void {
    this.closeAll();
    for (const { store } of this.mounted) store.dispose?.();
  }
}

function note(handles: Set<number>, { words }: CallMemory, record: number, ret: number): void {
  const op = words[(record >> 2) + CallWord.op];
  if (op === FileOp.open && ret >= 0) handles.add(ret);
  else if (op === FileOp.close) handles.delete(words[(record >> 2) + CallWord.handle]! | 0);
}
