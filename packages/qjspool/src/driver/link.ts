// SPDX-License-Identifier: MIT
// The two ways of frames between a pool and one worker, behind one interface: a ring in shared
// memory with pings, or plain messages. Trusts nothing that comes from the worker.

import { FromWorker, movedWith, type Mail, type Ping } from "../protocol.js";
import { OwnerRing } from "../ring.js";
import type { WorkerPort } from "../runtime/port.js";
import type { Cut } from "../codec/decode.js";

/** Gets each frame in order. `frame` is borrowed for the call. Throws at one that cannot be. */
export type FrameHandler = (frame: Uint8Array, cuts: readonly Cut[] | undefined) => void;

/** A frame that came as a message, and what came beside it. */
interface Letter {
  readonly frame: Uint8Array;
  readonly cuts: readonly Cut[] | undefined;
}

/** null: it is neither a frame nor mail. */
function toLetter(message: unknown): Letter | null {
  if (message instanceof Uint8Array) return { frame: message, cuts: undefined };
  if (typeof message !== "object" || message === null) return null;
  const { frame, cuts } = message as Partial<Mail>;
  return frame instanceof Uint8Array && Array.isArray(cuts) ? { frame, cuts } : null;
}

export class Link {
  private readonly port: WorkerPort;
  private readonly ring: OwnerRing | null;
  private readonly handler: FrameHandler;
  /** Messages that came before the ring said that it is their turn. */
  private readonly mail: Letter[] = [];
  private isMailDue = false;
  private readonly scratch = new Uint8Array(32 * 1024);

  constructor(port: WorkerPort, shared: SharedArrayBuffer | null, handler: FrameHandler) {
    this.port = port;
    this.ring = shared === null ? null : new OwnerRing(shared);
    this.handler = handler;
  }

  /** The frame is copied. */
  send(frame: Uint8Array): void {
    if (this.ring !== null) {
      this.ring.send(frame);
      return;
    }
    const copy = frame.slice();
    this.port.post(copy, movedWith(copy));
  }

  /** A message of the port. Whatever is neither a ping nor mail is nobody's, and ignored. */
  receive(message: unknown): void {
    if ((message as Ping) !== 0) {
      const letter = toLetter(message);
      if (letter === null) return;
      if (this.ring === null) {
        this.handler(letter.frame, letter.cuts);
        return;
      }
      this.mail.push(letter);
    }
    this.drain();
  }

  /** Handles every frame that has come. */
  drain(): void {
    const ring = this.ring;
    if (ring === null) return;
    ring.beginReading();
    for (;;) {
      if (this.isMailDue && !this.takeMail()) return;
      const frame = ring.next();
      if (frame === null) return;
      if (frame[0] === FromWorker.mail) {
        ring.release();
        this.isMailDue = true;
        continue;
      }
      // a copy: what the worker could still change must not be looked at twice
      const copy = this.scratch.subarray(0, frame.length);
      copy.set(frame);
      ring.release();
      this.handler(copy, undefined);
    }
  }

  private takeMail(): boolean {
    const mail = this.mail.shift();
    if (mail === undefined) return false;
    this.isMailDue = false;
    this.handler(mail.frame, mail.cuts);
    return true;
  }

  // ---- shared memory only; without it nothing is lined up, and nothing stops in place ----

  get isShared(): boolean {
    return this.ring !== null;
  }

  canOffer(seq: number): boolean {
    return this.ring?.canOffer(seq) ?? true;
  }

  offer(seq: number): void {
    this.ring?.offer(seq);
  }

  revoke(seq: number): boolean {
    return this.ring?.revoke(seq) ?? false;
  }

  stop(seq: number, status: number): void {
    this.ring?.stop(seq, status);
  }
}
