// SPDX-License-Identifier: MIT
// Where the files of guests are kept: in a directory of the browser that this page can look into, or,
// where there is none for it, in memory.
import { memory, opfs, type Mount } from "qjspool";
import { Emitter } from "../engine/emitter.js";
import { OriginDirectory } from "./origin-directory.js";

export const MOUNT_PATH = "/data";
const DIRECTORY = "qjspool-playground";
const LIMIT_BYTES = 32 * 2 ** 20;

export class SharedFiles {
  /** null: nobody can look into them. */
  directory: OriginDirectory | null = null;
  /** Why `directory` is null. */
  reason = "";
  readonly changed = new Emitter<this>();
  private isOpened = false;

  /** For a new pool. */
  async mount(): Promise<Mount> {
    if (!this.isOpened) await this.open();
    return this.directory === null
      ? memory({ limitBytes: LIMIT_BYTES })
      : opfs(DIRECTORY, { limitBytes: LIMIT_BYTES });
  }

  /** From here on they are in memory. */
  giveUp(reason: string): void {
    this.directory = null;
    this.reason = reason;
    this.changed.emit(this);
  }

  private async open(): Promise<void> {
    this.isOpened = true;
    try {
      this.directory = await OriginDirectory.open(DIRECTORY);
      this.changed.emit(this);
    } catch (error) {
      this.giveUp(`this page gets no directory from the browser (${(error as Error).message})`);
    }
  }
}
