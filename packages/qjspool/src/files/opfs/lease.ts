// SPDX-License-Identifier: MIT
// Who may use a directory: one owner in all tabs of the origin, as long as it does something there.
// By Web Locks, which end with whoever has them. Page code that wants to have a directory for itself
// takes the same lock (docs/files.md).
//
// The lock of a directory is exclusive; those of the directories above it are shared with owners
// of their other parts, and keep an owner of the whole away.

import { E, type Errno } from "../errno.js";
import { errnoOf } from "./errors.js";

/** How long a call waits for its turn. */
const PATIENCE_MS = 10_000;
/** Between two looks whether others wait, while nothing is open. */
const LOOK_MS = 25;

export interface LeaseEvents {
  /** The directory is ours. What it throws refuses those who waited. */
  onTaken(): Promise<void>;
  /** It is not any more, nothing may be open or remembered. */
  onGivenBack(): void;
  /** Somebody took the lock by force. */
  onStolen(): void;
}

export function lockNames(directory: string): string[] {
  const parts = directory.split("/");
  return parts.map((_, i) => `qjspool:${parts.slice(0, i + 1).join("/")}`);
}

export class Lease {
  private readonly names: string[];
  private readonly idleMs: number;
  private readonly events: LeaseEvents;
  /** Calls that wait or are under way, and open files. */
  private nusers = 0;
  private releases: (() => void)[] = [];
  private held = false;
  private taking: Promise<Errno> | null = null;
  private waiting: AbortController | null = null;
  private isWanted = false;
  private lastUse = 0;
  private lastLook = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(directory: string, idleMs: number, events: LeaseEvents) {
    this.names = lockNames(directory);
    this.idleMs = idleMs;
    this.events = events;
  }

  get isHeld(): boolean {
    return this.held;
  }

  /** 0: it is held until `leave`. Otherwise the errno negated, and there is nothing to leave. */
  enter(): Errno | Promise<Errno> {
    this.nusers++;
    return this.held ? 0 : this.wait();
  }

  leave(): void {
    if (--this.nusers > 0 || !this.held) return;
    this.lastUse = performance.now();
    if (this.isWanted) {
      this.giveBack();
      return;
    }
    if (this.lastUse - this.lastLook > LOOK_MS) void this.look();
    this.timer ??= setTimeout(() => this.tick(), Math.min(this.idleMs, LOOK_MS));
  }

  private tick(): void {
    this.timer = null;
    if (!this.held || this.nusers > 0) return; // the last one to leave begins anew
    const left = this.lastUse + this.idleMs - performance.now();
    if (left <= 0) {
      this.giveBack();
      return;
    }
    void this.look();
    this.timer = setTimeout(() => this.tick(), Math.min(left + 1, LOOK_MS));
  }

  giveBack(): void {
    if (!this.held) return;
    this.held = false;
    this.isWanted = false;
    this.events.onGivenBack();
    this.release();
  }

  private release(): void {
    for (const release of this.releases) release();
    this.releases = [];
  }

  private async wait(): Promise<Errno> {
    this.taking ??= this.take();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<Errno>((done) => (timer = setTimeout(done, PATIENCE_MS, -E.EBUSY)));
    const result = await Promise.race([this.taking, late]);
    clearTimeout(timer);
    if (result < 0) this.leave();
    if (this.nusers === 0) this.waiting?.abort();
    return result;
  }

  /** Until it is held; an errno, if that cannot be. */
  private async take(): Promise<Errno> {
    const waiting = new AbortController();
    this.waiting = waiting;
    try {
      for (const [i, name] of this.names.entries()) {
        const mode = i === this.names.length - 1 ? "exclusive" : "shared";
        this.releases.push(await this.request(name, mode, waiting.signal));
      }
      await this.events.onTaken();
      this.held = true;
      this.lastLook = performance.now();
      if (this.nusers === 0) this.giveBack(); // all have given up
      return 0;
    } catch (error) {
      this.release();
      return waiting.signal.aborted ? -E.EBUSY : errnoOf(error);
    } finally {
      this.waiting = null;
      this.taking = null;
    }
  }

  /** Resolves to what releases it. */
  private request(name: string, mode: LockMode, signal: AbortSignal): Promise<() => void> {
    return new Promise((granted, refused) => {
      let isGranted = false;
      const hold = (): Promise<void> =>
        new Promise((release) => {
          isGranted = true;
          granted(release);
        });
      navigator.locks.request(name, { mode, signal }, hold).catch((error) => {
        if (isGranted) this.events.onStolen();
        else refused(error);
      });
    });
  }

  /** Whether another waits. */
  private async look(): Promise<void> {
    this.lastLook = performance.now();
    const { pending } = await navigator.locks.query().catch(() => ({ pending: [] as LockInfo[] }));
    if (!this.held || !pending?.some(({ name }) => this.names.includes(name!))) return;
    this.isWanted = true;
    if (this.nusers === 0) this.giveBack();
  }
}
