// SPDX-License-Identifier: MIT
// Where files live that have no name (any more) but are open: a folder of the origin's root, so
// that no path of a guest leads there. What a crash left there goes with the next owner.

import { nameOf } from "./errors.js";
import type { Place } from "./tree.js";

export const TRASH = ".qjspool-trash";

export class Trash {
  private readonly root: FileSystemDirectoryHandle;
  private readonly name: string;
  private dir: FileSystemDirectoryHandle | null = null;
  private isEmptied = false;

  /** `root`: of the origin; `directory`: whose files these are. */
  constructor(root: FileSystemDirectoryHandle, directory: string) {
    this.root = root;
    this.name = encodeURIComponent(directory);
  }

  /** Its directory was taken: nothing of it is open. */
  async begin(): Promise<void> {
    this.dir = null;
    if (this.isEmptied) return;
    await this.empty();
    this.isEmptied = true;
  }

  private async empty(): Promise<void> {
    try {
      const trash = await this.root.getDirectoryHandle(TRASH);
      await trash.removeEntry(this.name, { recursive: true });
    } catch (error) {
      if (nameOf(error) !== "NotFoundError") throw error;
    }
  }

  async newPlace(): Promise<Place> {
    if (this.dir === null) {
      const trash = await this.root.getDirectoryHandle(TRASH, { create: true });
      this.dir = await trash.getDirectoryHandle(this.name, { create: true });
    }
    return { dir: this.dir, name: crypto.randomUUID() };
  }
}
