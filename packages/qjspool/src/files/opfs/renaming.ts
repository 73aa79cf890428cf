// SPDX-License-Identifier: MIT
// Renaming within a store. A file takes the place of another at once, by the browser's own move. Of
// files that are open the handles are closed for that, and opened again where they are then.

import { E } from "../errno.js";
import { ENTRY_COST } from "../store.js";
import { FileError } from "./errors.js";
import type { OpenFile } from "./open-file.js";
import type { OpenFiles } from "./open-files.js";
import type { Quota } from "./quota.js";
import type { Trash } from "./trash.js";
import {
  canMoveDirectories,
  find,
  getDirectory,
  getFile,
  isEmpty,
  isWithin,
  move,
  moveTree,
  type Found,
  type Place,
  type Tree,
} from "./tree.js";

export class Renaming {
  private readonly tree: Tree;
  private readonly files: OpenFiles;
  private readonly trash: Trash;
  private readonly quota: Quota;

  constructor(tree: Tree, files: OpenFiles, trash: Trash, quota: Quota) {
    this.tree = tree;
    this.files = files;
    this.trash = trash;
    this.quota = quota;
  }

  /** In the order of checks that Linux has. */
  async rename(from: string, to: string): Promise<void> {
    if (from === "" || to === "") throw new FileError(E.EBUSY);
    const source = await this.tree.place(from);
    const found = await find(source);
    if (found === null) throw new FileError(E.ENOENT);
    const target = await this.tree.place(to);
    const replaced = await find(target);
    if (from === to) return;
    if (found === "directory") {
      if (isWithin(to, from)) throw new FileError(E.EINVAL);
      await this.renameDirectory(from, source, to, target, replaced);
    } else {
      if (replaced === "directory") throw new FileError(E.EISDIR);
      await this.renameFile(from, found, to, target, replaced !== null);
    }
  }

  private async renameFile(
    from: string,
    found: FileSystemFileHandle,
    to: string,
    target: Place,
    replaces: boolean,
  ): Promise<void> {
    const [moved] = this.files.release(from);
    const [gone] = this.files.release(to);
    try {
      await this.moveFile({ from, found, moved }, { to, target, replaces, gone });
    } finally {
      if (moved !== undefined) await this.files.leave(moved);
      if (gone !== undefined) await this.files.leave(gone);
    }
  }

  private async moveFile(
    { from, found, moved }: { from: string; found: FileSystemFileHandle; moved: OpenFile | undefined },
    { to, target, replaces, gone }: { to: string; target: Place; replaces: boolean; gone: OpenFile | undefined },
  ): Promise<void> {
    const cost = replaces && gone === undefined ? await this.quota.costOf(target) : 0;
    const moveIt = async (): Promise<void> => {
      if (moved === undefined) await move(found, target);
      else await this.moveOpen(moved, from, to, target);
    };
    if (gone === undefined) {
      await moveIt();
      this.quota.give(cost);
    } else {
      await this.replaceOpen(gone, to, moveIt);
    }
  }

  private async moveOpen(file: OpenFile, from: string, to: string, target: Place): Promise<void> {
    await file.whileClosed(async (handle) => {
      await move(handle, target);
      file.place = target;
      this.files.rename(file, from, to);
    });
  }

  /** Who has the old file open gets a copy of it, so that at no time there is neither. */
  private async replaceOpen(gone: OpenFile, path: string, moveIt: () => Promise<void>): Promise<void> {
    const place = await this.trash.newPlace();
    const copy = await place.dir.getFileHandle(place.name, { create: true });
    try {
      await gone.divert(copy, place, async () => {
        await moveIt();
        this.files.rename(gone, path, null);
      });
    } catch (error) {
      await place.dir.removeEntry(place.name).catch(() => {});
      throw error;
    }
  }

  private async renameDirectory(
    from: string,
    source: Place,
    to: string,
    target: Place,
    replaced: Found,
  ): Promise<void> {
    if (replaced !== null && replaced !== "directory") throw new FileError(E.ENOTDIR);
    if (replaced !== null && !(await isEmpty(await getDirectory(target, false)))) throw new FileError(E.ENOTEMPTY);
    const used = this.files.release(from);
    for (const file of used) file.suspend();
    try {
      await this.moveDirectory(source, target);
      if (replaced !== null) this.quota.give(ENTRY_COST);
    } finally {
      this.tree.forget(from);
      this.tree.forget(to);
      for (const file of used) {
        await this.reopen(file, to + file.path!.slice(from.length));
        await this.files.leave(file);
      }
    }
  }

  private async moveDirectory(source: Place, target: Place): Promise<void> {
    const dir = await getDirectory(source, false);
    if (canMoveDirectories()) {
      await move(dir, target);
      return;
    }
    await moveTree(dir, await getDirectory(target, true));
    await source.dir.removeEntry(source.name);
  }

  /** At its new path, or, if the move failed before its turn came, at the old one. */
  private async reopen(file: OpenFile, path: string): Promise<void> {
    for (const at of [path, file.path!]) {
      try {
        const place = await this.tree.place(at);
        const handle = await getFile(place, false);
        file.place = place;
        this.files.rename(file, file.path!, at);
        await file.resume(handle);
        return;
      } catch {
        // not there
      }
    }
    await file.resume(null);
  }
}
