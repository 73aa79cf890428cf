// SPDX-License-Identifier: MIT
// What a runner needs of the way to its driver. With shared memory the worker may block
// (ring-outlet.ts); without, frames are messages (message-outlet.ts).

import type { ByteWriter } from "../bytes.js";
import type { Answer, Part } from "../core/isolate.js";

export interface Outlet {
  /**
   * Sends what was written, and then `tail`, which is borrowed. `parts` of it travel best as
   * buffers of their own. The writer may be used again.
   */
  send(frame: ByteWriter, tail?: Uint8Array, parts?: readonly Part[]): void;
  /** Begins task `seq`; false: the driver took it back. */
  claim(seq: number): boolean;
  /** Why task `seq` must end, as far as that can be seen in the middle of it; 0: it need not. */
  stopStatus(seq: number): number;
  /**
   * Sends a question and waits for the reply with that number, until `deadlineMs` of
   * performance.now() or an interrupt of `seq`. null: this way cannot wait; the reply comes as
   * a frame.
   */
  ask(frame: ByteWriter, callSeq: number, seq: number, deadlineMs: number): Answer | null;
}
