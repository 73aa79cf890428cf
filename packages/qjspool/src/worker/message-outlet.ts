// SPDX-License-Identifier: MIT
// The way to the driver where memory is not shared: every frame is a message, and nothing blocks.

import type { ByteWriter } from "../bytes.js";
import type { Part } from "../core/isolate.js";
import { postMail, type Post } from "./mail.js";
import type { Outlet } from "./outlet.js";

export class MessageOutlet implements Outlet {
  private readonly post: Post;

  constructor(post: Post) {
    this.post = post;
  }

  send(frame: ByteWriter, tail?: Uint8Array, parts?: readonly Part[]): void {
    postMail(this.post, frame, tail, parts);
  }

  claim(): boolean {
    return true;
  }

  stopStatus(): number {
    return 0;
  }

  ask(frame: ByteWriter): null {
    postMail(this.post, frame);
    return null;
  }
}
