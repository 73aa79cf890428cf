// SPDX-License-Identifier: MIT
// What the worker that owns the files does: it takes clients, serves them, and looks for the next
// call a moment before it sleeps, since waking it takes longer than most calls do.

import { OpfsStore } from "./opfs-store.js";
import { nameOf } from "./errors.js";
import { MessageSeat, SharedSeat, type Seat, type Traffic } from "./seats.js";
import { Session } from "./session.js";
import { canMoveFiles } from "./tree.js";
import type { FromOwner, OwnerInit, ToOwner } from "./wire.js";

/** How long it looks for the next call, and how often it then does not after that was in vain. */
const WATCH_MS = 0.3;
const WATCH_PAUSES = 8;
/** Between two looks at the clock. */
const WATCH_LOOKS = 100;
/** With calls coming all the time, the event loop gets a turn after so long. */
const TURN_MS = 4;

/** What an owner says and does to its thread. */
export interface OwnerScope {
  post(message: FromOwner): void;
  /** The worker ends. "": it was asked to. */
  end(reason: string): void;
  /** Runs `fn` in the next turn of the event loop. */
  defer(fn: () => void): void;
}

export class Owner implements Traffic {
  nbusy = 0;
  private readonly store: OpfsStore;
  private readonly scope: OwnerScope;
  private readonly seats = new Map<number, Seat>();
  private shared: SharedSeat[] = [];
  private npauses = 0;
  private isServing = false;

  private constructor(store: OpfsStore, scope: OwnerScope) {
    this.store = store;
    this.scope = scope;
  }

  /** Says that it is up, or why it cannot be. */
  static async start(init: OwnerInit, scope: OwnerScope): Promise<Owner | null> {
    try {
      const fault = missing();
      if (fault !== "") throw new Error(fault);
      const onStolen = (): void => scope.end(`the lock of OPFS "${init.name}" was taken by force`);
      const store = await OpfsStore.open({ name: init.name, limit: init.limit, onStolen });
      await holdLife(init.life);
      const owner = new Owner(store, scope);
      scope.post({ kind: "up" });
      return owner;
    } catch (error) {
      scope.post({ kind: "failed", reason: reasonOf(error) });
      return null;
    }
  }

  handle(message: ToOwner): void {
    switch (message.kind) {
      case "client":
        this.seats.set(message.id, this.newSeat(message));
        this.findShared();
        this.onCall();
        break;
      case "release":
        this.seats.get(message.id)?.end();
        this.seats.delete(message.id);
        this.findShared();
        break;
      case "end":
        for (const seat of this.seats.values()) seat.end();
        void this.store.end().finally(() => this.scope.end(""));
        break;
    }
  }

  private newSeat({ link: { shared, port } }: ToOwner & { kind: "client" }): Seat {
    const session = new Session(this.store);
    if (shared !== null) return new SharedSeat(session, shared, port, this);
    return new MessageSeat(session, port!, this);
  }

  private findShared(): void {
    this.shared = [...this.seats.values()].filter((seat) => seat instanceof SharedSeat);
  }

  onCall(): void {
    if (this.isServing) return;
    this.isServing = true;
    const goesOn = this.serveAll();
    this.isServing = false;
    if (goesOn) this.scope.defer(() => this.onCall());
  }

  /** True: it has been busy for long, and is to go on after a turn of the event loop. */
  private serveAll(): boolean {
    const begin = performance.now();
    for (const seat of this.shared) seat.stayAwake();
    this.serveOnce();
    for (;;) {
      if (performance.now() - begin > TURN_MS) return true;
      if (this.watch()) continue;
      if (this.fallAsleep()) return false;
      this.serveOnce();
    }
  }

  private serveOnce(): boolean {
    let served = false;
    for (const seat of this.shared) served = seat.serve() || served;
    return served;
  }

  /** False: nobody wants anything. What is under way needs the event loop. */
  private watch(): boolean {
    if (this.nbusy > 0) return this.serveOnce();
    if (this.npauses > 0) {
      this.npauses--;
      return this.serveOnce();
    }
    const end = performance.now() + WATCH_MS;
    do {
      for (let i = 0; i < WATCH_LOOKS; i++) {
        if (this.serveOnce()) return true;
      }
    } while (performance.now() < end);
    this.npauses = WATCH_PAUSES;
    return false;
  }

  /** False: a call came meanwhile. */
  private fallAsleep(): boolean {
    return this.shared.map((seat) => seat.sleep()).every((sleeps) => sleeps);
  }
}

/** What of all that is needed this browser does not have; "": nothing. */
function missing(): string {
  const { navigator, FileSystemFileHandle } = globalThis;
  if (typeof navigator?.storage?.getDirectory !== "function") return "this browser has no such file system";
  if (navigator.locks === undefined) return "this browser has no Web Locks";
  if (typeof FileSystemFileHandle?.prototype.createSyncAccessHandle !== "function") {
    return "this browser has no synchronous access to it";
  }
  return canMoveFiles() ? "" : "this browser cannot move files there";
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  switch (nameOf(error)) {
    case "SecurityError":
    case "NotAllowedError":
      return `this page may not use it (a private window, or blocked storage?): ${message}`;
    case "TypeMismatchError":
      return "a part of that path is a file";
    default:
      return message;
  }
}

/** Until this worker ends, others can wait for a lock. */
function holdLife(life: string): Promise<void> {
  return new Promise((held, failed) => {
    const hold = (): Promise<void> => {
      held();
      return new Promise(() => {});
    };
    navigator.locks.request(life, hold).catch(failed);
  });
}
