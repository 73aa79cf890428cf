// SPDX-License-Identifier: MIT
// Random operations of several clients, each compared with what a model in memory answers.

const NAMES = ["a", "b", "c"];

function newRandom(seed) {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** A tree of plain objects: a directory has `entries`, a file `text`. ORDER Files: steps.js */
class Model {
  root = { entries: new Map() };
  handles = new Map();

  find(path) {
    let node = this.root;
    for (const name of path === "" ? [] : path.split("/")) {
      if (node.entries === undefined) return "ENOTDIR";
      node = node.entries.get(name);
      if (node === undefined) return "ENOENT";
    }
    return node;
  }

  /** The directory of a path and the name in it. */
  place(path) {
    const slash = path.lastIndexOf("/");
    const dir = this.find(slash < 0 ? "" : path.slice(0, slash));
    if (typeof dir === "string") return { error: dir };
    return dir.entries === undefined ? { error: "ENOTDIR" } : { dir, name: path.slice(slash + 1) };
  }

  /** undefined: any number is right, and is told to `opened`. */
  open(path, how) {
    if (path === "") return "EISDIR";
    const { dir, name, error } = this.place(path);
    if (error !== undefined) return error;
    const node = dir.entries.get(name);
    if (node === undefined) {
      if (how === "r" || how === "r+") return "ENOENT";
      dir.entries.set(name, (this.last = { text: "" }));
      return undefined;
    }
    if (how === "wx") return "EEXIST";
    if (node.entries !== undefined) return "EISDIR";
    if (how.startsWith("w")) node.text = "";
    this.last = node;
    return undefined;
  }

  read({ text }, offset, length) {
    return text.slice(offset, offset + length);
  }

  write(node, offset, added) {
    if (added === "") return 0;
    node.text = node.text.padEnd(offset, "\0").slice(0, offset) + added + node.text.slice(offset + added.length);
    return added.length;
  }

  append(node, added) {
    node.text += added;
    return node.text.length;
  }

  truncate(node, size) {
    node.text = node.text.padEnd(size, "\0").slice(0, size);
    return 0;
  }

  what(path) {
    const node = this.find(path);
    if (typeof node === "string") return node;
    return node.entries !== undefined ? "d" : `f${node.text.length}`;
  }

  list(path) {
    const node = this.find(path);
    if (typeof node === "string") return node;
    if (node.entries === undefined) return "ENOTDIR";
    return [...node.entries].map(([name, { entries }]) => name + (entries ? "/" : "")).sort().join(" ");
  }

  mkdir(path) {
    if (path === "") return "EEXIST";
    const { dir, name, error } = this.place(path);
    if (error !== undefined) return error;
    if (dir.entries.has(name)) return "EEXIST";
    dir.entries.set(name, { entries: new Map() });
    return 0;
  }

  unlink(path) {
    return this.remove(path, (node) => (node.entries ? "EISDIR" : 0));
  }

  rmdir(path) {
    if (path === "") return "EBUSY";
    return this.remove(path, (node) => (!node.entries ? "ENOTDIR" : node.entries.size > 0 ? "ENOTEMPTY" : 0));
  }

  remove(path, check) {
    const { dir, name, error } = this.place(path);
    if (error !== undefined) return error;
    const node = path === "" ? this.root : dir.entries.get(name);
    if (node === undefined) return "ENOENT";
    const refused = check(node);
    if (refused === 0) dir.entries.delete(name);
    return refused;
  }

  rename(from, to) {
    if (from === "" || to === "") return "EBUSY";
    const source = this.place(from);
    const node = source.error ?? source.dir.entries.get(source.name) ?? "ENOENT";
    if (typeof node === "string") return node;
    const target = this.place(to);
    if (target.error !== undefined) return target.error;
    const old = target.dir.entries.get(target.name);
    if (from === to) return 0;
    if (node.entries && to.startsWith(`${from}/`)) return "EINVAL";
    if (old !== undefined && !node.entries && old.entries) return "EISDIR";
    if (old !== undefined && node.entries && !old.entries) return "ENOTDIR";
    if (old?.entries && old.entries.size > 0) return "ENOTEMPTY";
    source.dir.entries.delete(source.name);
    target.dir.entries.set(target.name, node);
    return 0;
  }
}

/** One random run, in the directory `within`. Throws the first difference; answers how many calls. */
export async function runModel(clients, { seed, count, within = "" }) {
  const random = newRandom(seed);
  const model = new Model();
  const opened = clients.map(() => []);
  const log = [];
  const path = () => Array.from({ length: 1 + random(3) }, () => NAMES[random(3)]).join("/");
  const inside = (name) => (within === "" ? name : `${within}/${name}`);
  const text = () => String.fromCharCode(97 + random(26)).repeat(random(4) === 0 ? random(3000) : random(9));

  async function compare(client, wanted, method, ...args) {
    const got = await clients[client].run("call", method, ...args);
    log.push(`${client}: ${method} ${JSON.stringify(args).slice(0, 60)} = ${JSON.stringify(got).slice(0, 60)}`);
    const isSame = wanted === undefined ? typeof got === "number" : got === wanted;
    if (!isSame) throw new Error(`wanted ${JSON.stringify(wanted)?.slice(0, 80)}\n${log.slice(-25).join("\n")}`);
    return got;
  }

  async function onHandle(client) {
    const i = random(opened[client].length);
    const { handle, node } = opened[client][i];
    const at = random(5000);
    const added = text();
    switch (random(6)) {
      case 0:
        return compare(client, model.read(node, at % 50, 5000), "read", handle, at % 50, 5000);
      case 1:
        return compare(client, model.write(node, at, added), "write", handle, at, added);
      case 2:
        return compare(client, model.append(node, added), "append", handle, added);
      case 3:
        return compare(client, model.truncate(node, at), "truncate", handle, at);
      default:
        opened[client].splice(i, 1);
        return compare(client, 0, "close", handle);
    }
  }

  async function onName(client) {
    const one = path();
    const other = path();
    const method = ["what", "list", "mkdir", "mkdir", "unlink", "rmdir", "rename", "rename", "open"][random(9)];
    if (method === "rename") return compare(client, model.rename(one, other), method, inside(one), inside(other));
    if (method !== "open") return compare(client, model[method](one), method, inside(one));
    const how = ["r+", "w+", "w+", "wx"][random(4)];
    const handle = await compare(client, model.open(one, how), "open", inside(one), how);
    if (typeof handle === "number" && how !== "wx") opened[client].push({ handle, node: model.last });
    else if (typeof handle === "number") await compare(client, 0, "close", handle);
    return undefined;
  }

  for (let i = 0; i < count; i++) {
    const client = random(clients.length);
    if (opened[client].length > 0 && (random(2) === 0 || opened[client].length > 5)) await onHandle(client);
    else await onName(client);
  }
  for (const [client, files] of opened.entries()) {
    for (const { handle } of files) await compare(client, 0, "close", handle);
  }
  return log.length;
}
