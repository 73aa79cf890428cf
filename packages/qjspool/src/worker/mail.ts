// SPDX-License-Identifier: MIT
// Frames as messages: what is large moves by transfer, and is copied once on its way out of the
// isolate's memory.

import { NO_BYTES, type ByteWriter } from "../bytes.js";
import type { Part } from "../core/isolate.js";
import { movedWith, type Mail } from "../protocol.js";

export type Post = (message: unknown, transfer?: ArrayBuffer[]) => void;

const NO_PARTS: readonly Part[] = [];

/** `parts` lie within `tail`, in order. */
export function postMail(
  post: Post,
  frame: ByteWriter,
  tail: Uint8Array = NO_BYTES,
  parts: readonly Part[] = NO_PARTS,
): void {
  const apart = parts.reduce((sum, part) => sum + part.length, 0);
  const joined = new Uint8Array(frame.length + tail.length - apart);
  const cuts: Mail["cuts"] = [];
  joined.set(frame.view());
  let at = frame.length;
  let read = 0;
  for (const part of parts) {
    joined.set(tail.subarray(read, part.at), at);
    at += part.at - read;
    read = part.at + part.length;
    cuts.push({ at, buffer: tail.slice(part.at, read).buffer as ArrayBuffer });
  }
  joined.set(tail.subarray(read), at);
  if (cuts.length === 0) {
    post(joined, movedWith(joined));
    return;
  }
  const buffers = cuts.map((cut) => cut.buffer);
  post({ frame: joined, cuts } satisfies Mail, [joined.buffer, ...buffers]);
}
