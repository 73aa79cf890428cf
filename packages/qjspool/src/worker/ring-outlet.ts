// SPDX-License-Identifier: MIT
// The way to the driver where memory is shared: small frames through the ring, large ones as
// messages that the ring announces, so that the order stays. May block.

import { ByteReader, ByteWriter, NO_BYTES } from "../bytes.js";
import type { Answer, Part } from "../core/isolate.js";
import { FromWorker, Status, ToWorker, type Ping } from "../protocol.js";
import { PIECE_BYTES, WorkerRing } from "../ring.js";
import { postMail, type Post } from "./mail.js";
import type { Outlet } from "./outlet.js";

const MAIL_NOTICE = new Uint8Array([FromWorker.mail]);
const PING: Ping = 0;

export class RingOutlet implements Outlet {
  readonly ring: WorkerRing;
  /** Frames that came while a question waited for its reply. */
  readonly deferred: Uint8Array[] = [];
  private readonly post: Post;

  constructor(shared: SharedArrayBuffer, post: Post) {
    this.ring = new WorkerRing(shared, () => post(PING));
    this.post = post;
  }

  send(frame: ByteWriter, tail?: Uint8Array, parts?: readonly Part[]): void {
    if (frame.length + (tail?.length ?? 0) > PIECE_BYTES) {
      postMail(this.post, frame, tail, parts);
      this.ring.send(MAIL_NOTICE);
      return;
    }
    if (tail !== undefined) frame.bytes(tail);
    this.ring.send(frame.view());
  }

  claim(seq: number): boolean {
    return this.ring.claim(seq);
  }

  stopStatus(seq: number): number {
    return this.ring.stopStatus(seq);
  }

  ask(frame: ByteWriter, callSeq: number, seq: number, deadlineMs: number): Answer {
    // the task's own frame was copied into the isolate, and must not be read again
    this.ring.release();
    this.send(frame);
    for (;;) {
      const reply = this.findReply(callSeq);
      if (reply !== null) return reply;
      const stopped = this.ring.stopStatus(seq);
      if (stopped !== 0) return { status: stopped, bytes: NO_BYTES };
      const left = deadlineMs - performance.now();
      if (left <= 0) return { status: Status.timeout, bytes: NO_BYTES };
      this.ring.sleep(left, true);
    }
  }

  private findReply(callSeq: number): Answer | null {
    let frame: Uint8Array | null;
    while ((frame = this.ring.next()) !== null) {
      const copy = frame.slice();
      this.ring.release();
      if (copy[0] !== ToWorker.reply) {
        this.deferred.push(copy);
        continue;
      }
      const reader = new ByteReader(copy);
      reader.u8();
      // a reply to an earlier question, which was given up
      if (reader.u32() !== callSeq) continue;
      const status = reader.u32() | 0;
      return { status, bytes: reader.bytes(reader.left) };
    }
    return null;
  }
}
