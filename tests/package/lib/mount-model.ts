// SPDX-License-Identifier: MIT
// A guest that does random things to files below a directory of its own, and keeps a model of what
// must come of them. Its source is sent to pools, so it uses nothing from outside.
import type { GuestFunction } from "qjspool";

declare const os: any;
declare const std: any;

/** Returns what differed from the model, as text; "": nothing did. */
export const runRandomly: GuestFunction = (seed: number, base: string, noperations: number): string => {
  type File = { text: string };
  type Folder = Map<string, Node>;
  type Node = File | Folder;
  const root: Folder = new Map();
  const open: { fd: number; file: File; at: number; canAppend: boolean }[] = [];
  const log: string[] = [];

  // mulberry32: Math.random's seed is the pool's
  let state = seed >>> 0;
  const random = (n: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n | 0;
  };
  const pick = <T>(from: readonly T[]): T => from[random(from.length)]!;
  const newPath = (): string[] => Array.from({ length: 1 + random(3) }, () => pick(["a", "b", "c", "d"]));
  const newText = (): string => pick("xyzw".split("")).repeat(pick([0, 1, 10, 500, 4000]));
  const isFolder = (node: Node | undefined): node is Folder => node instanceof Map;
  const nodeAt = (path: readonly string[]): Node | undefined => {
    let node: Node | undefined = root;
    for (const name of path) node = isFolder(node) ? node.get(name) : undefined;
    return node;
  };
  const parentOf = (path: readonly string[]): Folder | undefined => {
    const parent = nodeAt(path.slice(0, -1));
    return isFolder(parent) ? parent : undefined;
  };
  const textOf = (path: readonly string[]): string => `${base}/${path.join("/")}`;
  const put = (text: string, at: number, more: string): string =>
    text.slice(0, at).padEnd(at, "\0") + more + text.slice(at + more.length);

  const wrong = (what: string, got: unknown, want: unknown): never => {
    const short = (x: unknown): string => String(JSON.stringify(x)).slice(0, 200);
    throw new Error(`${what}: ${short(got)}, where ${short(want)} was expected; after\n${log.slice(-12).join("\n")}`);
  };
  const same = (what: string, got: unknown, want: unknown): void => {
    log.push(what);
    if (JSON.stringify(got) !== JSON.stringify(want)) wrong(what, got, want);
  };
  /** The file at `path`, made if need be; undefined: it cannot be opened. */
  const fileFor = (path: string[], creates: boolean): File | undefined => {
    const parent = parentOf(path);
    const node = nodeAt(path);
    if (isFolder(node) || parent === undefined) return undefined;
    if (node !== undefined) return node;
    if (!creates) return undefined;
    const made = { text: "" };
    parent.set(path.at(-1)!, made);
    return made;
  };

  const operations = {
    write(path: string[], mode = pick(["w", "a", "r+", "w+", "a+"])) {
      const text = newText();
      const file = fileFor(path, mode !== "r+");
      const f = std.open(textOf(path), mode);
      same(`open ${textOf(path)} ${mode}`, f !== null, file !== undefined);
      if (file === undefined) return;
      const at = mode === "r+" ? random(20) : 0;
      if (mode === "r+") f.seek(at, std.SEEK_SET);
      f.puts(text);
      same(`close ${textOf(path)}`, f.close(), 0);
      if (mode[0] === "a") file.text += text;
      else if (mode[0] === "w") file.text = text;
      else if (text !== "") file.text = put(file.text, at, text);
    },
    read(path: string[]) {
      const node = nodeAt(path);
      const want = node === undefined || isFolder(node) ? null : node.text;
      same(`read ${textOf(path)}`, std.loadFile(textOf(path)), want);
    },
    truncate(path: string[]) {
      const file = fileFor(path, false);
      const fd = os.open(textOf(path), os.O_WRONLY | os.O_TRUNC);
      same(`truncate ${textOf(path)}`, fd >= 0, file !== undefined);
      if (file === undefined) return;
      file.text = "";
      os.close(fd);
    },
    create(path: string[]) {
      const isThere = nodeAt(path) !== undefined;
      const file = isThere ? undefined : fileFor(path, true);
      const fd = os.open(textOf(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL);
      same(`create ${textOf(path)}`, fd >= 0, file !== undefined);
      if (fd >= 0) os.close(fd);
    },
    mkdir(path: string[]) {
      const parent = parentOf(path);
      const isNew = parent !== undefined && !parent.has(path.at(-1)!);
      same(`mkdir ${textOf(path)}`, os.mkdir(textOf(path)) === 0, isNew);
      if (isNew) parent.set(path.at(-1)!, new Map());
    },
    remove(path: string[]) {
      const node = nodeAt(path);
      const isGone = node !== undefined && !(isFolder(node) && node.size > 0);
      same(`remove ${textOf(path)}`, os.remove(textOf(path)) === 0, isGone);
      if (isGone) parentOf(path)!.delete(path.at(-1)!);
    },
    rename(from: string[], to = newPath()) {
      const [node, other, parent] = [nodeAt(from), nodeAt(to), parentOf(to)];
      const isInside = to.length > from.length && from.every((name, i) => to[i] === name);
      const fits =
        other === undefined || other === node ||
        (isFolder(node) ? isFolder(other) && other.size === 0 : !isFolder(other));
      const moves = node !== undefined && parent !== undefined && fits && !(isFolder(node) && isInside);
      same(`rename ${textOf(from)} ${textOf(to)}`, os.rename(textOf(from), textOf(to)) === 0, moves);
      if (!moves || other === node) return;
      parentOf(from)!.delete(from.at(-1)!);
      parent.set(to.at(-1)!, node);
    },
    readdir(path: string[]) {
      const node = nodeAt(path);
      const want = isFolder(node) ? [".", "..", ...node.keys()].sort() : [];
      same(`readdir ${textOf(path)}`, os.readdir(textOf(path))[0].sort(), want);
    },
    stat(path: string[]) {
      const node = nodeAt(path);
      const [found] = os.stat(textOf(path));
      if (node === undefined || isFolder(node)) {
        const want = node === undefined ? null : os.S_IFDIR;
        same(`stat ${textOf(path)}`, found && found.mode & os.S_IFMT, want);
      } else same(`stat ${textOf(path)}`, found && [found.mode & os.S_IFMT, found.size], [os.S_IFREG, node.text.length]);
    },
    hold(path: string[]) {
      if (open.length === 6) return;
      const file = fileFor(path, true);
      const canAppend = random(3) === 0;
      const fd = os.open(textOf(path), os.O_RDWR | os.O_CREAT | (canAppend ? os.O_APPEND : 0));
      same(`hold ${textOf(path)}`, fd >= 0, file !== undefined);
      if (file !== undefined) open.push({ fd, file, at: 0, canAppend });
    },
    heldWrite() {
      if (open.length === 0) return;
      const held = pick(open);
      const text = newText();
      const bytes = new TextEncoder().encode(text);
      same(`write to ${held.fd}`, os.write(held.fd, bytes.buffer, 0, bytes.length), text.length);
      if (text === "") return;
      if (held.canAppend) held.at = held.file.text.length;
      held.file.text = put(held.file.text, held.at, text);
      held.at += text.length;
    },
    heldRead() {
      if (open.length === 0) return;
      const held = pick(open);
      const bytes = new Uint8Array(700);
      const want = held.file.text.slice(held.at, held.at + 700);
      const n = os.read(held.fd, bytes.buffer, 0, 700);
      same(`read from ${held.fd}`, new TextDecoder().decode(bytes.subarray(0, Math.max(0, n))), want);
      held.at += want.length;
    },
    heldSeek() {
      if (open.length === 0) return;
      const held = pick(open);
      held.at = random(3) === 0 ? held.file.text.length + random(9000) : random(2000);
      same(`seek in ${held.fd}`, os.seek(held.fd, held.at, std.SEEK_SET), held.at);
    },
    heldClose() {
      if (open.length === 0) return;
      const [held] = open.splice(random(open.length), 1);
      same(`close ${held!.fd}`, os.close(held!.fd), 0);
    },
  };

  const names = Object.keys(operations) as (keyof typeof operations)[];
  same(`mkdir ${base}`, os.mkdir(base), 0);
  try {
    for (let i = 0; i < noperations; i++) operations[pick(names)](newPath());
  } catch (error) {
    return `seed ${seed}: ${(error as Error).message}`;
  }
  return "";
};
