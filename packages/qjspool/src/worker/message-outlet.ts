// SPDX-License-Identifier: MIT
// The way to the driver where memory is not shared: every frame is a message, and nothing blocks.

import type { ByteWriter } from "../bytes.js";
import { postMail, type Post } from "./mail.js";
import type { Outlet } from "./outlet.js";

export class MessageOutlet implements Outlet {
  private readonly post: Post;

  constructor(post: Post) {
    this.post = post;
  }

  send(frame: ByteWriter, tail?: Uint8Array): void {
    postMail(this.post, frame, tail);
  }

  claim(): boolean {
    return true;
  }

  stopStatus(): number {
    return 0;
  }

  ask(): null {
    return null;
  }
}
