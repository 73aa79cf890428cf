// SPDX-License-Identifier: MIT
// What test workers do with a store. Answers of both kinds of stores can be awaited.
import { E } from "../../../../packages/qjspool/src/files/errno.js";
import { FileType, Open, Remove } from "../../../../packages/qjspool/src/files/store.js";
import { cases } from "./cases.js";

const names = new Map(Object.entries(E).map(([name, number]) => [number, name]));
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** An error as its name, everything else as it is. */
export const told = (result) => (result < 0 ? (names.get(-result) ?? `errno ${-result}`) : result);

const flagsOf = {
  r: Open.readOnly,
  "r+": Open.readWrite,
  w: Open.writeOnly | Open.create | Open.truncate,
  "w+": Open.readWrite | Open.create | Open.truncate,
  wx: Open.writeOnly | Open.create | Open.exclusive,
  a: Open.writeOnly | Open.create | Open.append,
  nameless: Open.readWrite | Open.nameless,
};

/** A store with results that read well. */
export class Files {
  constructor(store) {
    this.store = store;
  }

  async open(path, how = "r") {
    return told(await this.store.open(path, flagsOf[how], 0o666));
  }

  async close(handle) {
    return told(await this.store.close(handle));
  }

  async read(handle, offset = 0, length = 100) {
    const to = new Uint8Array(length);
    const n = await this.store.read(handle, offset, to);
    return n < 0 ? told(n) : decoder.decode(to.subarray(0, n));
  }

  async write(handle, offset, text) {
    return told(await this.store.write(handle, offset, encoder.encode(text)));
  }

  async append(handle, text) {
    return told(await this.store.append(handle, encoder.encode(text)));
  }

  async truncate(handle, size) {
    return told(await this.store.truncate(handle, size));
  }

  async sync(handle) {
    return told(await this.store.sync(handle));
  }

  async info(handle) {
    return told(await this.store.info(handle));
  }

  async stat(path) {
    return told(await this.store.stat(path, true));
  }

  /** "d", or "f" and a size. */
  async what(path) {
    const info = await this.stat(path);
    if (typeof info === "string") return info;
    return (info.mode & FileType.mask) === FileType.directory ? "d" : `f${info.size}`;
  }

  async list(path = "") {
    const entries = await this.store.list(path);
    if (typeof entries === "number") return told(entries);
    return entries.map(({ name, type }) => name + (type === FileType.directory ? "/" : "")).sort().join(" ");
  }

  async mkdir(path) {
    return told(await this.store.mkdir(path, 0o777));
  }

  async unlink(path) {
    return told(await this.store.remove(path, Remove.file));
  }

  async rmdir(path) {
    return told(await this.store.remove(path, Remove.directory));
  }

  async rename(from, to) {
    return told(await this.store.rename(from, to));
  }

  async utimes(path) {
    return told(await this.store.utimes(path, 1000, 2000));
  }

  async realpath(path) {
    return told(await this.store.realpath(path));
  }

  /** A whole file. */
  async put(path, text) {
    const handle = await this.open(path, "w");
    if (typeof handle === "string") return handle;
    const written = await this.write(handle, 0, text);
    const closed = await this.close(handle);
    return typeof written === "string" ? written : closed;
  }

  async get(path) {
    const handle = await this.open(path);
    if (typeof handle === "string") return handle;
    const text = await this.read(handle);
    await this.close(handle);
    return text;
  }
}

const bytesOf = (length) => Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff);

function firstDifference(got, wanted) {
  for (let i = 0; i < wanted.length; i++) if (got[i] !== wanted[i]) return i;
  return -1;
}

/** Past the store's functions: what `link` of client.js lets one do. Set there. */
let attack = async () => [];
export const setAttack = (fn) => (attack = fn);

export const steps = {
  /** What a case of cases.js answers. */
  async runCase(store, name) {
    return cases.find((c) => c.name === name).do(new Files(store));
  },

  /** One operation of Files. */
  call(store, method, ...args) {
    return new Files(store)[method](...args);
  },

  /** Sizes around those of a piece: written, read back, appended. Answers what is wrong. */
  async largeWrites(store, sizes) {
    const wrong = [];
    for (const size of sizes) {
      const bytes = bytesOf(size);
      const handle = await store.open("large", flagsOf["w+"], 0);
      const written = await store.write(handle, 3, bytes);
      const end = await store.append(handle, bytes);
      const all = new Uint8Array(size * 2 + 10);
      const n = await store.read(handle, 0, all);
      if (written !== size || end !== size * 2 + 3 || n !== end) wrong.push([size, written, end, n]);
      const at = [firstDifference(all.subarray(3), bytes), firstDifference(all.subarray(3 + size), bytes)];
      if (at[0] >= 0 || at[1] >= 0) wrong.push([size, ...at]);
      await store.close(handle);
    }
    return wrong;
  },

  async appendLines(store, path, who, count) {
    const handle = await store.open(path, flagsOf.a, 0);
    if (handle < 0) throw new Error(told(handle));
    for (let i = 0; i < count; i++) {
      const end = await store.append(handle, encoder.encode(`${who} ${i} ${"x".repeat(i % 50)}\n`));
      if (end < 0) throw new Error(told(end));
    }
    await store.close(handle);
  },

  /** Opened, appended and closed each time, as appendFileSync does. */
  async appendFiles(store, path, who, count) {
    for (let i = 0; i < count; i++) await this.appendLines(store, path, `${who}${i}`, 1);
  },

  /** Without end; whoever wants it to end kills the worker. */
  async writeForever(store, path) {
    const handle = await store.open(path, flagsOf["w+"], 0);
    const bytes = new Uint8Array(300_000).fill(65);
    for (let i = 0; ; i = (i + 1) % 20) await store.write(handle, i * bytes.length, bytes);
  },

  async fill(store, path, total, piece) {
    const handle = await store.open(path, flagsOf.w, 0);
    let at = 0;
    let result = 0;
    while (at < total && (result = await store.write(handle, at, new Uint8Array(piece).fill(66))) > 0) at += result;
    const { size } = await store.info(handle);
    const closed = await store.close(handle);
    return { at, size, result: told(result), closed };
  },

  /** Many files with long names in one directory. */
  async fillDirectory(store, dir, count) {
    const files = new Files(store);
    await files.mkdir(dir);
    for (let i = 0; i < count; i++) await files.put(`${dir}/${"n".repeat(240)}${i}`, "");
    return (await store.list(dir)).map(({ name }) => Number(name.slice(240))).sort((a, b) => a - b);
  },

  async measure(store, { size, count, rounds }) {
    const handle = await store.open("measured", flagsOf["w+"], 0);
    const buffer = new Uint8Array(size);
    for (let i = 0; i < 16; i++) await store.write(handle, i * size, buffer);
    const times = { read: [], write: [] };
    for (let round = 0; round < rounds; round++) {
      for (const op of ["read", "write"]) {
        const begin = performance.now();
        for (let i = 0; i < count; i++) await store[op](handle, (i % 16) * size, buffer);
        times[op].push((performance.now() - begin) / count);
      }
    }
    await store.close(handle);
    return times;
  },

  /** Requests that cannot be. Answers what came of each. */
  async hostile(store, byMessages) {
    const found = [];
    const paths = ["secret/../secret", "/secret", "..", "secret\0", "\0"];
    for (const path of paths) found.push(told(await store.open(path, 2, 0)), told(await store.rename(path, "x")));
    for (const size of [-1, NaN, 2 ** 53]) found.push(told(await store.truncate(0, size)));
    found.push(...(await attack(byMessages)));
    return found;
  },

  /** Opens until it is stopped; then what comes after is not of before. */
  async untilStopped(store, path) {
    let handle;
    while ((handle = await store.open(path, flagsOf["w+"], 0)) >= 0) await store.close(handle);
    return told(handle);
  },
};
