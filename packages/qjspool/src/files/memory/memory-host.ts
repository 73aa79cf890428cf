// SPDX-License-Identifier: MIT
// A memory store on the thread that made it: who its clients are, and what is done when one goes.
// This thread may not block, so it tries for the lock again and again; nobody holds it for long.

import { newFilesInstance, type FilesExports, type MemoryLink } from "./files-wasm.js";

const PAGE = 65536;
/** Stack and data of the module, and a page for the store's own. */
const STATIC_PAGES = 4;
/** On top of what is stored: what the allocator wastes, and data that crosses. */
const SLACK_BYTES = 16 << 20;
const MAX_ROOM = 0xf0000000;
/** Whoever holds the lock for so long is not running any more. */
const LOCK_MS = 1000;

export class MemoryHost {
  private readonly module: WebAssembly.Module;
  private readonly memory: WebAssembly.Memory;
  private readonly exports: FilesExports;
  private readonly files: number;

  /** Throws a RangeError where there is no memory. */
  constructor(module: WebAssembly.Module, limitBytes: number) {
    const room = Math.min(MAX_ROOM, limitBytes + (limitBytes >> 2) + SLACK_BYTES);
    this.module = module;
    this.memory = new WebAssembly.Memory({
      initial: STATIC_PAGES,
      maximum: STATIC_PAGES + 1 + Math.ceil(room / PAGE),
      shared: true,
    });
    this.exports = newFilesInstance(module, this.memory);
    this.files = this.exports.qjsp_files_new(limitBytes, room);
    if (this.files === 0) throw new RangeError("no memory for a mount");
  }

  newClient(): MemoryLink {
    const { module, memory, files } = this;
    let client = 0;
    this.locked(() => (client = this.exports.qjsp_files_client_new(files)));
    if (client === 0) throw new RangeError("no memory for one more user of a mount");
    return { module, memory, files, client };
  }

  /** Before its thread is ended: afterwards it is not in the middle of anything. Its files are closed. */
  ban(client: number): void {
    this.locked(() => this.exports.qjsp_files_ban(this.files, client));
  }

  /** Its thread is gone. */
  free(client: number): void {
    this.exports.qjsp_files_bury(this.files, client);
    this.locked(() => this.exports.qjsp_files_client_free(this.files, client));
  }

  /** Not at all, if nobody gives the lock back: what is left open then is the lesser harm. */
  private locked(fn: () => void): void {
    const until = performance.now() + LOCK_MS;
    let isHeld = false;
    do isHeld = this.exports.qjsp_files_try_lock(this.files) !== 0;
    while (!isHeld && performance.now() < until);
    if (!isHeld) return;
    try {
      fn();
    } finally {
      this.exports.qjsp_files_unlock(this.files);
    }
  }
}
