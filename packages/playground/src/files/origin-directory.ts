// SPDX-License-Identifier: MIT
// The page's own view of the directory that guests have as /data: what was flushed or closed is seen
// at any time; what changes it is done with the directory's lock, when no guest has a file open.
import { LockedError } from "./locked-error.js";

export interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  /** Bytes; 0 of a folder. */
  readonly size: number;
  /** Milliseconds since 1970; 0 of a folder, which has none. */
  readonly changedAt: number;
}

export interface Listing {
  readonly entries: readonly Entry[];
  /** More than are listed. */
  readonly nmore: number;
}

export interface Content {
  readonly file: File;
  /** The beginning of it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A guest may make thousands. So many are looked at, and so many shown. */
const MOST_NAMES = 5000;
const MOST_ENTRIES = 200;
/** As long as a guest may keep the directory from others by an open file. */
const PATIENCE_MS = 3000;

export class OriginDirectory {
  private readonly name: string;
  private readonly root: FileSystemDirectoryHandle;

  /** Rejects where the browser has no such directories, or none for this page. */
  static async open(name: string): Promise<OriginDirectory> {
    const origin = await navigator.storage.getDirectory();
    return new OriginDirectory(name, await origin.getDirectoryHandle(name, { create: true }));
  }

  private constructor(name: string, root: FileSystemDirectoryHandle) {
    this.name = name;
    this.root = root;
  }

  /** Sorted, folders first. Rejects if there is no such folder (any more). */
  async list(path: string): Promise<Listing> {
    const dir = await this.folder(path);
    const handles: FileSystemHandle[] = [];
    let n = 0;
    for await (const handle of dir.values()) {
      if (++n <= MOST_NAMES) handles.push(handle);
    }
    handles.sort(inOrder);
    const shown = await Promise.all(handles.slice(0, MOST_ENTRIES).map(describe));
    return { entries: shown.filter((entry) => entry !== null), nmore: n - Math.min(n, MOST_ENTRIES) };
  }

  /** Up to `most` bytes of a file. Rejects if there is no such file (any more). */
  async read(path: string, most: number): Promise<Content> {
    const { dir, name } = await this.place(path);
    const file = await (await dir.getFileHandle(name)).getFile();
    return { file, bytes: new Uint8Array(await file.slice(0, most).arrayBuffer()) };
  }

  write(name: string, content: Blob): Promise<void> {
    return this.alone(async () => {
      const handle = await this.root.getFileHandle(name, { create: true });
      const writable = await handle.createWritable();
      await writable.write(content);
      await writable.close();
    });
  }

  /** A file, or a folder with all that is in it. */
  remove(path: string): Promise<void> {
    return this.alone(async () => {
      const { dir, name } = await this.place(path);
      await dir.removeEntry(name, { recursive: true });
    });
  }

  removeAll(): Promise<void> {
    return this.alone(async () => {
      const names: string[] = [];
      for await (const name of this.root.keys()) names.push(name);
      for (const name of names) await this.root.removeEntry(name, { recursive: true });
    });
  }

  private async alone(action: () => Promise<void>): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const request = navigator.locks.request(`qjspool:${this.name}`, { signal }, action);
    await request.catch((error: unknown) => {
      throw error === signal.reason ? new LockedError() : error;
    });
  }

  private async folder(path: string): Promise<FileSystemDirectoryHandle> {
    let dir = this.root;
    for (const part of path.split("/")) if (part !== "") dir = await dir.getDirectoryHandle(part);
    return dir;
  }

  private async place(path: string): Promise<{ dir: FileSystemDirectoryHandle; name: string }> {
    const slash = path.lastIndexOf("/");
    return { dir: await this.folder(path.slice(0, Math.max(0, slash))), name: path.slice(slash + 1) };
  }
}

function inOrder(a: FileSystemHandle, b: FileSystemHandle): number {
  if (a.kind !== b.kind) return a.kind === "directory" ? -1 : 1;
  return a.name.localeCompare(b.name, "en", { numeric: true });
}

/** null: it has gone meanwhile. */
async function describe(handle: FileSystemHandle): Promise<Entry | null> {
  const { name } = handle;
  if (handle.kind === "directory") return { name, isFolder: true, size: 0, changedAt: 0 };
  try {
    const { size, lastModified } = await (handle as FileSystemFileHandle).getFile();
    return { name, isFolder: false, size, changedAt: lastModified };
  } catch {
    return null;
  }
}
