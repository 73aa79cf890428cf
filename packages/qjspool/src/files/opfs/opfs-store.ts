// SPDX-License-Identifier: MIT
// A store in a directory of the origin private file system, for a worker that has it to itself. What
// is done to names is done one after the other; bytes of files that are open are reached at once.
//
// Answers come at once where they can, otherwise as promises.

import { E, type Errno } from "../errno.js";
import { ENTRY_COST, FileType, Open, Remove, type Entry, type FileInfo, type Result } from "../store.js";
import { errnoOf, FileError, nameOf } from "./errors.js";
import { Lease } from "./lease.js";
import { describe, openAccess, OpenFile } from "./open-file.js";
import { OpenFiles } from "./open-files.js";
import { Quota } from "./quota.js";
import { Renaming } from "./renaming.js";
import { Trash } from "./trash.js";
import { find, findOrMake, getDirectory, isEmpty, move, Tree, type Place } from "./tree.js";

export type Answer<T> = T | Promise<T>;

/** The directory is left to others when it was idle for so long. */
const IDLE_MS = 10;
/** With a limit all files are counted whenever it is taken. */
const LIMITED_IDLE_MS = 1000;

interface Handle {
  file: OpenFile;
  flags: number;
}

export interface OpfsOptions {
  /** A relative path, see names.ts. */
  name: string;
  /** Bytes; 0: none. */
  limit: number;
  /** Another took the directory by force: nothing can be relied on any more. */
  onStolen(): void;
}

/** The directory of a path, made where it is missing. */
async function directoryOf(root: FileSystemDirectoryHandle, name: string): Promise<FileSystemDirectoryHandle> {
  let dir = root;
  for (const part of name.split("/")) dir = await dir.getDirectoryHandle(part, { create: true });
  return dir;
}

export class OpfsStore {
  private readonly lease: Lease;
  private readonly quota: Quota;
  private readonly trash: Trash;
  private readonly files = new OpenFiles((file) => this.removeNameless(file));
  private readonly handles = new Map<number, Handle>();
  private lastHandle = -1;
  /** As long as the lease is held. */
  private tree!: Tree;
  /** The end of what is being done to names. */
  private queue: Promise<unknown> = Promise.resolve();
  private nqueued = 0;

  /** Throws what the browser throws, if it has no such directory. */
  static async open(options: OpfsOptions): Promise<OpfsStore> {
    const root = await navigator.storage.getDirectory();
    await directoryOf(root, options.name);
    return new OpfsStore(root, options);
  }

  private constructor(root: FileSystemDirectoryHandle, { name, limit, onStolen }: OpfsOptions) {
    this.quota = new Quota(limit);
    this.trash = new Trash(root, name);
    this.lease = new Lease(name, limit === 0 ? IDLE_MS : LIMITED_IDLE_MS, {
      onTaken: async () => {
        const dir = await directoryOf(root, name);
        this.tree = new Tree(dir);
        await this.trash.begin();
        await this.quota.count(dir);
      },
      onGivenBack: () => this.files.dropKept(),
      onStolen,
    });
  }

  /** Closes everything, once what is being done to names is done. */
  async end(): Promise<void> {
    await this.queue;
    await Promise.all([...this.handles.keys()].map((handle) => this.close(handle)));
    this.lease.giveBack();
  }

  // ---- files ----

  open(path: string, flags: number): Answer<Result> {
    const file = this.nqueued === 0 && this.lease.isHeld ? this.files.get(path) : undefined;
    // one that is open already costs nothing
    if (file !== undefined && file.settled === null) return this.attempt(() => this.openAgain(file, flags));
    return this.inTurn(() => this.openNow(path, flags));
  }

  private async openNow(path: string, flags: number): Promise<number> {
    if ((flags & Open.nameless) !== 0) return this.openNameless(path, flags);
    const isExclusive = (flags & Open.create) !== 0 && (flags & Open.exclusive) !== 0;
    if (path === "") throw new FileError(isExclusive ? E.EEXIST : E.EISDIR);
    const known = this.files.get(path);
    if (known !== undefined) return this.openAgain(known, flags);
    const place = await this.tree.place(path);
    const handle = await this.fileFor(place, flags, isExclusive);
    const file = new OpenFile(path, place, handle, await openAccess(handle));
    this.files.add(file);
    try {
      return this.openAgain(file, flags & ~Open.exclusive);
    } catch (error) {
      this.files.keep(file);
      throw error;
    }
  }

  private async fileFor(place: Place, flags: number, isExclusive: boolean): Promise<FileSystemFileHandle> {
    const makes = (flags & Open.create) !== 0;
    if (makes && !this.quota.isLimited) return findOrMake(place, isExclusive);
    const found = await find(place);
    if (found !== null && isExclusive) throw new FileError(E.EEXIST);
    if (found === "directory") throw new FileError(E.EISDIR);
    if (found !== null) return found;
    if (!makes) throw new FileError(E.ENOENT);
    return this.quota.spend(ENTRY_COST, () => findOrMake(place, false));
  }

  private openAgain(file: OpenFile, flags: number): number {
    if ((flags & Open.create) !== 0 && (flags & Open.exclusive) !== 0) throw new FileError(E.EEXIST);
    if ((flags & Open.truncate) !== 0) this.resize(file, 0);
    return this.newHandle(file, flags);
  }

  private async openNameless(path: string, flags: number): Promise<number> {
    await this.tree.directory(path);
    const file = await this.quota.spend(ENTRY_COST, async () => {
      const place = await this.trash.newPlace();
      const handle = await place.dir.getFileHandle(place.name, { create: true });
      return new OpenFile(null, place, handle, await openAccess(handle));
    });
    return this.newHandle(file, flags);
  }

  /** Each keeps the lease. */
  private newHandle(file: OpenFile, flags: number): number {
    void this.lease.enter(); // it is held
    do this.lastHandle = (this.lastHandle + 1) & 0x3fffffff;
    while (this.handles.has(this.lastHandle));
    this.handles.set(this.lastHandle, { file, flags });
    this.files.use(file);
    return this.lastHandle;
  }

  close(handle: number): Answer<Result> {
    const opened = this.handles.get(handle);
    if (opened === undefined) return -E.EBADF;
    const { file } = opened;
    if (file.settled !== null) return file.settled.then(() => this.close(handle));
    this.handles.delete(handle);
    const result = this.attempt(() => {
      if (file.path !== null) file.flush();
      return 0;
    });
    const left = (): Result => {
      this.lease.leave();
      return result;
    };
    const leaving = this.files.leave(file);
    return leaving === undefined ? left() : leaving.then(left);
  }

  private async removeNameless(file: OpenFile): Promise<void> {
    file.close();
    this.quota.give(ENTRY_COST + file.size);
    // if it stays, then until the trash is emptied
    await file.place.dir.removeEntry(file.place.name).catch(() => {});
  }

  read(handle: number, offset: number, to: Uint8Array): Answer<Result> {
    return this.onFile(handle, Open.writeOnly, (file) => file.read(offset, to));
  }

  write(handle: number, offset: number, from: Uint8Array): Answer<Result> {
    return this.onFile(handle, Open.readOnly, (file) => {
      this.put(file, offset, from);
      return from.length;
    });
  }

  append(handle: number, from: Uint8Array): Answer<Result> {
    return this.onFile(handle, Open.readOnly, (file) => {
      this.put(file, file.size, from);
      return file.size;
    });
  }

  truncate(handle: number, size: number): Answer<Result> {
    return this.onFile(handle, Open.readOnly, (file) => {
      this.resize(file, size);
      return 0;
    });
  }

  sync(handle: number): Answer<Result> {
    return this.onFile(handle, -1, (file) => {
      file.flush();
      return 0;
    });
  }

  info(handle: number): Answer<FileInfo | Errno> {
    const opened = this.handles.get(handle);
    if (opened === undefined) return -E.EBADF;
    const { file } = opened;
    if (file.settled !== null) return file.settled.then(() => this.info(handle));
    return file.infoNow() ?? file.info().catch(errnoOf);
  }

  private put(file: OpenFile, offset: number, from: Uint8Array): void {
    const before = file.size;
    if (from.length > 0) this.quota.check(offset + from.length - before);
    file.write(offset, from);
    this.quota.give(before - file.size);
  }

  private resize(file: OpenFile, size: number): void {
    const before = file.size;
    this.quota.check(size - before);
    if (size !== before) file.truncate(size);
    this.quota.give(before - file.size);
  }

  /** `refused`: the access mode for which this is not. */
  private onFile(handle: number, refused: number, action: (file: OpenFile) => number): Answer<Result> {
    const opened = this.handles.get(handle);
    if (opened === undefined || (opened.flags & Open.accessMode) === refused) return -E.EBADF;
    const { file } = opened;
    if (file.settled !== null) return file.settled.then(() => this.onFile(handle, refused, action));
    return this.attempt(() => action(file));
  }

  private attempt(action: () => number): Result {
    try {
      return action();
    } catch (error) {
      return errnoOf(error);
    }
  }

  // ---- names ----

  stat(path: string): Answer<FileInfo | Errno> {
    return this.inTurn(async () => {
      if (path === "") return describe("", FileType.directory, 0, 0);
      const file = this.files.get(path);
      if (file !== undefined) return file.info();
      const found = await find(await this.tree.place(path));
      if (found === null) throw new FileError(E.ENOENT);
      if (found === "directory") return describe(path, FileType.directory, 0, 0);
      const { size, lastModified } = await found.getFile();
      return describe(path, FileType.regular, size, lastModified);
    });
  }

  list(path: string): Answer<Entry[] | Errno> {
    return this.inTurn(async () => {
      const dir = await this.tree.directory(path);
      const entries: Entry[] = [];
      for await (const { name, kind } of dir.values()) {
        entries.push({ name, type: kind === "directory" ? FileType.directory : FileType.regular });
      }
      return entries;
    });
  }

  mkdir(path: string): Answer<Result> {
    return this.inTurn(async () => {
      if (path === "") throw new FileError(E.EEXIST);
      const place = await this.tree.place(path);
      if ((await find(place)) !== null) throw new FileError(E.EEXIST);
      await this.quota.spend(ENTRY_COST, () => getDirectory(place, true));
      return 0;
    });
  }

  remove(path: string, what: number): Answer<Result> {
    return this.inTurn(async () => {
      const wantsDirectory = what === Remove.directory;
      if (path === "") throw new FileError(wantsDirectory ? E.EBUSY : E.EISDIR);
      const place = await this.tree.place(path);
      const found = await find(place);
      if (found === null) throw new FileError(E.ENOENT);
      if ((found === "directory") !== wantsDirectory) throw new FileError(wantsDirectory ? E.ENOTDIR : E.EISDIR);
      if (wantsDirectory) await this.removeDirectory(path, place);
      else await this.removeFile(path, place);
      return 0;
    });
  }

  private async removeDirectory(path: string, { dir, name }: Place): Promise<void> {
    try {
      await dir.removeEntry(name);
    } catch (error) {
      // one of its files may be open
      const wasEmpty = nameOf(error) !== "InvalidModificationError" && (await isEmpty(await getDirectory({ dir, name }, false)));
      throw wasEmpty ? error : new FileError(E.ENOTEMPTY);
    }
    this.tree.forget(path);
    this.quota.give(ENTRY_COST);
  }

  private async removeFile(path: string, place: Place): Promise<void> {
    const [used] = this.files.release(path);
    if (used === undefined) {
      const cost = await this.quota.costOf(place);
      await place.dir.removeEntry(place.name);
      this.quota.give(cost);
      return;
    }
    try {
      const trash = await this.trash.newPlace();
      await used.whileClosed(async (handle) => {
        await move(handle, trash);
        used.place = trash;
        this.files.rename(used, path, null);
      });
    } finally {
      await this.files.leave(used);
    }
  }

  rename(from: string, to: string): Answer<Result> {
    return this.inTurn(async () => {
      await new Renaming(this.tree, this.files, this.trash, this.quota).rename(from, to);
      return 0;
    });
  }

  /** OPFS has no way to set times. */
  utimes(path: string): Answer<Result> {
    return this.after(this.stat(path), (info) => (typeof info === "number" ? info : -E.ENOTSUP));
  }

  realpath(path: string): Answer<string | Errno> {
    return this.after(this.stat(path), (info) => (typeof info === "number" ? info : path));
  }

  private after<T, U>(answer: Answer<T>, next: (value: T) => U): Answer<U> {
    return answer instanceof Promise ? answer.then(next) : next(answer);
  }

  /** With the lease, when all that came before is done. */
  private async inTurn<T>(action: () => Promise<T>): Promise<T | Errno> {
    const refused = await this.lease.enter();
    if (refused < 0) return refused;
    this.nqueued++;
    const done = this.queue.then(action).catch(errnoOf);
    this.queue = done;
    const result = await done;
    this.nqueued--;
    this.lease.leave();
    return result;
  }
}
