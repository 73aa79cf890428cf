// SPDX-License-Identifier: MIT
// The mounts of a pool: their stores, and what each worker is given of them and leaves behind.

import { platform } from "#platform";
import type { MountInit } from "../files/links.js";
import { newMemoryMount } from "../files/memory/memory-mount.js";
import type { Placement, StoreClient, StoreHost } from "../files/store-host.js";
import { warnOwnMemory } from "../logger.js";
import type { ResolvedMount } from "../options/mounts.js";
import type { WorkerPort } from "../runtime/port.js";

/** What one worker is started with. */
export interface WorkerMounts {
  inits: MountInit[];
  transfer: MessagePort[];
  /** The same worker, that tells the stores before and after its end. */
  watch(port: WorkerPort): WorkerPort;
}

interface Opened {
  path: string;
  isReadOnly: boolean;
  isMemory: boolean;
  host: StoreHost;
}

export class Mounts {
  private readonly opened: readonly Opened[];
  private readonly hosts: readonly StoreHost[];
  private isDisposed = false;

  private constructor(opened: readonly Opened[], hosts: readonly StoreHost[]) {
    this.opened = opened;
    this.hosts = hosts;
  }

  /** Rejects with an error that names the mount. `loadFilesWasm`: for memory. */
  static async open(
    mounts: readonly ResolvedMount[],
    loadFilesWasm: () => Promise<WebAssembly.Module>,
    place: Placement,
  ): Promise<Mounts> {
    const opened: Opened[] = [];
    const hosts = new Map<object, StoreHost>();
    try {
      for (const { path, mount, origin } of mounts) {
        const host = hosts.get(origin) ?? (await openHost(path, mount, loadFilesWasm, place));
        hosts.set(origin, host);
        const isMemory = mount?.kind === "memory";
        opened.push({ path, isReadOnly: mount?.readOnly ?? false, isMemory, host });
      }
    } catch (error) {
      for (const host of hosts.values()) host.dispose();
      throw error;
    }
    return new Mounts(opened, [...hosts.values()]);
  }

  forWorker(): WorkerMounts {
    const clients: StoreClient[] = [];
    try {
      for (const { host } of this.opened) clients.push(host.newClient());
    } catch (error) {
      for (const client of clients) client.free();
      throw error;
    }
    return {
      inits: this.opened.map(({ path, isReadOnly }, i) => {
        const { link, waits } = clients[i]!;
        return { path, isReadOnly, waits, store: link };
      }),
      transfer: clients.flatMap(({ transfer }) => transfer),
      watch: (port) => (clients.length === 0 ? port : new WatchedPort(port, clients)),
    };
  }

  /** Once it is known that there are workers. */
  warn(place: Placement): void {
    if (!place.isMultiThreaded || place.isShared) return;
    for (const { path, isMemory } of this.opened) if (isMemory) warnOwnMemory(path);
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    for (const host of this.hosts) host.dispose();
  }
}

async function openHost(
  path: string,
  mount: ResolvedMount["mount"],
  loadFilesWasm: () => Promise<WebAssembly.Module>,
  place: Placement,
): Promise<StoreHost> {
  try {
    if (mount?.kind !== "memory") return await platform.openStore(mount, place);
    return newMemoryMount(await loadFilesWasm(), mount.limitBytes, place);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`mount ${JSON.stringify(path)}: ${reason}`, { cause: error });
  }
}

class WatchedPort implements WorkerPort {
  onMessage: (message: unknown) => void = () => {};
  onExit: (reason: string) => void = () => {};
  private readonly port: WorkerPort;
  private readonly clients: readonly StoreClient[];

  constructor(port: WorkerPort, clients: readonly StoreClient[]) {
    this.port = port;
    this.clients = clients;
    port.onMessage = (message) => this.onMessage(message);
    port.onExit = (reason) => {
      for (const client of clients) client.free();
      this.onExit(reason);
    };
  }

  post(message: unknown, transfer?: ArrayBuffer[]): void {
    this.port.post(message, transfer);
  }

  terminate(): void {
    for (const client of this.clients) client.ban();
    this.port.terminate();
  }
}
