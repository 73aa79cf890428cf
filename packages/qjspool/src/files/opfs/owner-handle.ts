// SPDX-License-Identifier: MIT
// The worker that owns the files of an OPFS directory, as the thread that made the pool sees it.

import type { WorkerPort } from "../../runtime/port.js";
import { faultOfDirectory } from "./names.js";
import {
  Desk,
  newDeskMemory,
  OVER,
  STATE,
  type FromOwner,
  type Greeting,
  type OpfsLink,
  type OwnerInit,
  type ToOwner,
} from "./wire.js";

/** A worker that was asked to end is terminated after this. */
const END_MS = 2000;

export interface OpfsOwnerOptions {
  /** A relative path in the origin private file system; made where it is missing. */
  name: string;
  /** Bytes; 0: none. */
  limit: number;
  /** Clients share memory with the owner. */
  isShared: boolean;
  spawn(init: OwnerInit): WorkerPort;
}

export class OpfsOwner {
  /** It died by itself. Once. */
  onLost: (reason: string) => void = () => {};
  private readonly port: WorkerPort;
  private readonly life: string;
  private readonly isShared: boolean;
  private readonly clients = new Map<OpfsLink, number>();
  private lastId = 0;
  private isOver = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Rejects with the reason why there is none. */
  static start(options: OpfsOwnerOptions): Promise<OpfsOwner> {
    const { name, limit, isShared, spawn } = options;
    const refused = (reason: string): Error => new Error(`OPFS "${name}": ${reason}`);
    const isSecure = globalThis.isSecureContext !== false;
    const fault = isSecure ? faultOfDirectory(name) : "it needs a page from https or localhost";
    if (fault !== "") return Promise.reject(refused(fault));
    return new Promise((resolve, reject) => {
      const life = `qjspool-owner:${crypto.randomUUID()}`;
      const port = spawn({ role: "opfs", name, limit, life });
      port.onExit = (reason) => reject(refused(`the worker for it could not be started: ${reason}`));
      port.onMessage = (message) => {
        const answer = message as FromOwner;
        if (answer.kind === "up") {
          resolve(new OpfsOwner(port, life, isShared));
        } else {
          reject(refused(answer.reason));
          port.terminate();
        }
      };
    });
  }

  private constructor(port: WorkerPort, life: string, isShared: boolean) {
    this.port = port;
    this.life = life;
    this.isShared = isShared;
    port.onMessage = () => {};
    port.onExit = (reason) => this.end(reason);
  }

  /** `transfer`: goes to the client's worker together with `link`. */
  newClient(): { link: OpfsLink; transfer: Transferable[] } {
    const link: OpfsLink = { shared: null, port: null };
    const ownLink: OpfsLink = { shared: null, port: null };
    if (this.isShared) link.shared = ownLink.shared = newDeskMemory();
    if (!this.isShared || typeof Atomics.waitAsync !== "function") {
      const { port1, port2 } = new MessageChannel();
      link.port = port1;
      ownLink.port = port2;
      if (!this.isShared) port2.postMessage({ life: this.life } satisfies Greeting);
    }
    const id = ++this.lastId;
    this.clients.set(link, id);
    if (this.isOver) close(link);
    else this.post({ kind: "client", id, link: ownLink }, ownLink.port);
    return { link, transfer: link.port === null ? [] : [link.port] };
  }

  /** Its worker has ended, at whatever point: what it had open is closed. */
  releaseClient(link: OpfsLink): void {
    const id = this.clients.get(link);
    if (id === undefined) return;
    this.clients.delete(link);
    close(link); // at once: the owner may be in the middle of serving others
    if (!this.isOver) this.post({ kind: "release", id }, null);
  }

  /** Closes everything and ends the worker. Clients that are left get EIO. */
  dispose(): void {
    if (this.isOver) return;
    this.onLost = () => {};
    this.post({ kind: "end" }, null);
    this.timer ??= setTimeout(() => this.port.terminate(), END_MS);
  }

  private post(message: ToOwner, port: MessagePort | null): void {
    this.port.post(message, port === null ? [] : [port]);
  }

  private end(reason: string): void {
    this.isOver = true;
    clearTimeout(this.timer);
    for (const link of this.clients.keys()) close(link);
    this.onLost(reason);
  }
}

/** Nothing of this client is served any more. Those that use messages see an owner's end themselves. */
function close({ shared }: OpfsLink): void {
  if (shared === null) return;
  const { control } = new Desk(shared);
  Atomics.store(control, OVER, 1);
  Atomics.notify(control, STATE);
}
