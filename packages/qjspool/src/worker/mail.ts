// SPDX-License-Identifier: MIT
// Frames as messages: what is large moves by transfer, and is copied once on its way out of the
// isolate's memory.

import type { ByteWriter } from "../bytes.js";
import type { Mail } from "../protocol.js";

export type Post = (message: unknown, transfer?: ArrayBuffer[]) => void;

export function postMail(post: Post, frame: ByteWriter, tail: Uint8Array | undefined): void {
  const joined = new Uint8Array(frame.length + (tail?.length ?? 0));
  joined.set(frame.view());
  if (tail !== undefined) joined.set(tail, frame.length);
  post({ frame: joined } satisfies Mail, [joined.buffer]);
}
