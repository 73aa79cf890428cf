// SPDX-License-Identifier: MIT
// Names within one directory: from paths to the browser's handles. Directories that were walked are
// remembered until `forget`. Refusals are thrown, see errors.ts.

import { E } from "../errno.js";
import { FileError, nameOf } from "./errors.js";

/** Where an entry is, or would be. */
export interface Place {
  dir: FileSystemDirectoryHandle;
  name: string;
}

/** What a place holds; null: nothing. */
export type Found = FileSystemFileHandle | "directory" | null;

/** Directories that are remembered; when there are more, all are walked anew. */
const MOST_KNOWN = 256;

/** As far as browsers agree on it: it replaces a file, and moves directories not everywhere. */
interface Movable {
  move?(dir: FileSystemDirectoryHandle, name: string): Promise<void>;
}

export const canMoveFiles = (): boolean =>
  typeof (FileSystemFileHandle.prototype as unknown as Movable).move === "function";
export const canMoveDirectories = (): boolean =>
  typeof (FileSystemDirectoryHandle.prototype as unknown as Movable).move === "function";

/** Replaces what is there. */
export function move(entry: FileSystemHandle, { dir, name }: Place): Promise<void> {
  return (entry as Movable).move!(dir, name);
}

/** A browser refuses a name by a TypeError; ours or not is told apart nowhere else. */
function namely(error: unknown): never {
  throw nameOf(error) === "TypeError" ? new FileError(E.EINVAL) : error;
}

/** Throws what the browser throws but for names that cannot be. */
export function getFile({ dir, name }: Place, create: boolean): Promise<FileSystemFileHandle> {
  return dir.getFileHandle(name, { create }).catch(namely);
}

export function getDirectory({ dir, name }: Place, create: boolean): Promise<FileSystemDirectoryHandle> {
  return dir.getDirectoryHandle(name, { create }).catch(namely);
}

export async function find(place: Place): Promise<Found> {
  try {
    return await getFile(place, false);
  } catch (error) {
    if (nameOf(error) === "TypeMismatchError") return "directory";
    if (nameOf(error) === "NotFoundError") return null;
    throw error;
  }
}

/** A file that is there, or made. `mustBeNew`: -EEXIST for what is there. */
export async function findOrMake(place: Place, mustBeNew: boolean): Promise<FileSystemFileHandle> {
  if (mustBeNew && (await find(place)) !== null) throw new FileError(E.EEXIST);
  try {
    return await getFile(place, true);
  } catch (error) {
    throw nameOf(error) === "TypeMismatchError" ? new FileError(E.EISDIR) : error;
  }
}

async function step(dir: FileSystemDirectoryHandle, name: string): Promise<FileSystemDirectoryHandle> {
  try {
    return await getDirectory({ dir, name }, false);
  } catch (error) {
    throw nameOf(error) === "TypeMismatchError" ? new FileError(E.ENOTDIR) : error;
  }
}

export async function isEmpty(dir: FileSystemDirectoryHandle): Promise<boolean> {
  for await (const _ of dir.keys()) return false;
  return true;
}

export class Tree {
  private readonly root: FileSystemDirectoryHandle;
  private readonly known = new Map<string, FileSystemDirectoryHandle>();

  constructor(root: FileSystemDirectoryHandle) {
    this.root = root;
  }

  /** -ENOENT, -ENOTDIR. */
  async directory(path: string): Promise<FileSystemDirectoryHandle> {
    if (path === "") return this.root;
    const known = this.known.get(path);
    if (known !== undefined) return known;
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    let dir = this.root;
    for (let end = 0; end !== path.length; ) {
      const begin = end === 0 ? 0 : end + 1;
      const slash = path.indexOf("/", begin);
      end = slash < 0 ? path.length : slash;
      const at = path.slice(0, end);
      dir = this.known.get(at) ?? (await step(dir, path.slice(begin, end)));
      this.known.set(at, dir);
    }
    return dir;
  }

  /** The place of a path that is not the root. */
  async place(path: string): Promise<Place> {
    const slash = path.lastIndexOf("/");
    const dir = await this.directory(slash < 0 ? "" : path.slice(0, slash));
    return { dir, name: path.slice(slash + 1) };
  }

  /** A directory that is gone, or another now, and all below it. */
  forget(path: string): void {
    for (const known of this.known.keys()) {
      if (isWithin(known, path)) this.known.delete(known);
    }
  }
}

/** Whether `path` is `directory` or below it. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || directory === "" || path.startsWith(`${directory}/`);
}

/** Where it can only be moved a file at a time: not at once, and if that fails, in part. */
export async function moveTree(from: FileSystemDirectoryHandle, to: FileSystemDirectoryHandle): Promise<void> {
  const entries: FileSystemHandle[] = [];
  for await (const entry of from.values()) entries.push(entry);
  for (const entry of entries) {
    const { name } = entry;
    if (entry.kind === "file") {
      await move(entry, { dir: to, name });
      continue;
    }
    const target = await to.getDirectoryHandle(name, { create: true });
    await moveTree(entry as FileSystemDirectoryHandle, target);
    await from.removeEntry(name);
  }
}
