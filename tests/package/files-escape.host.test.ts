// SPDX-License-Identifier: MIT
// A directory of the host is never left: each attack against the store itself, with both ways of
// reaching a path that it has. The one of systems without /proc is tried here too, but in races, which it
// does not promise to win.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { Worker } from "node:worker_threads";
import { DirectoryStore } from "../../packages/qjspool/src/files/directory/directory-store.js";
import { CheckedPlaces } from "../../packages/qjspool/src/files/directory/places.js";
import { E } from "../../packages/qjspool/src/files/errno.js";
import { FileType, Open, Remove } from "../../packages/qjspool/src/files/store.js";
import { newFolder, removeFolder } from "./lib/mount-kinds.js";

const SECRET = "SECRET";
const isLinux = process.platform === "linux";
const newFile = Open.writeOnly | Open.create | Open.truncate;

interface Ground {
  store: DirectoryStore;
  /** The mount, and a folder beside it with a file `secret` and a folder `folder`. */
  root: string;
  outside: string;
}

const folders: string[] = [];
after(() => folders.forEach(removeFolder));

function newGround(isChecked: boolean): Ground {
  const folder = newFolder();
  const [root, outside] = [join(folder, "root"), join(folder, "outside")];
  fs.mkdirSync(root);
  fs.mkdirSync(join(outside, "folder"), { recursive: true });
  fs.writeFileSync(join(outside, "secret"), SECRET);
  folders.push(folder);
  const places = isChecked ? new CheckedPlaces(root) : undefined;
  return { store: new DirectoryStore({ root, quota: null, descriptors: null }, places), root, outside };
}

/** All that must not change. */
function snapshot(folder: string): string {
  const names = fs.readdirSync(folder, { recursive: true }).map(String).sort();
  const lines = names.map((name) => {
    const { size, mtimeMs, mode } = fs.lstatSync(join(folder, name));
    return [name, size, mtimeMs, mode].join(" ");
  });
  return [...lines, fs.readFileSync(join(folder, "secret"), "utf8"), fs.statSync(folder).mtimeMs].join("\n");
}

function readAll(store: DirectoryStore, handle: number): string {
  const bytes = new Uint8Array(100);
  const length = store.read(handle, 0, bytes);
  store.close(handle);
  return new TextDecoder().decode(bytes.subarray(0, Math.max(0, length)));
}

/** Every operation on `path`; what came of each, where 0 or more is success. */
function tryAll(store: DirectoryStore, path: string): Record<string, number> {
  const asNumber = (answer: unknown): number => (typeof answer === "number" ? answer : 1);
  const results: Record<string, number> = {};
  const openings = {
    read: Open.readOnly,
    write: Open.writeOnly,
    truncate: Open.writeOnly | Open.truncate,
    create: newFile,
    append: Open.writeOnly | Open.append | Open.create,
  };
  for (const [name, flags] of Object.entries(openings)) {
    const handle = store.open(path, flags, 0o666);
    results[name] = handle;
    if (handle < 0) continue;
    store.write(handle, 0, new Uint8Array([88]));
    store.close(handle);
  }
  results["inside: create"] = store.open(`${path}/made`, newFile, 0o666);
  results["inside: read"] = store.open(`${path}/secret`, Open.readOnly, 0);
  results["inside: stat"] = asNumber(store.stat(`${path}/secret`, true));
  results["inside: mkdir"] = store.mkdir(`${path}/made`, 0o777);
  results["inside: remove"] = store.remove(`${path}/secret`, Remove.file);
  results["inside: rmdir"] = store.remove(`${path}/folder`, Remove.directory);
  results["inside: rename out"] = store.rename(`${path}/secret`, "taken");
  results["inside: rename in"] = store.rename("plain", `${path}/plain`);
  results["inside: utimes"] = store.utimes(`${path}/secret`, 0, 0);
  results["nameless"] = store.open(path, Open.readWrite | Open.nameless, 0o666);
  results["list"] = asNumber(store.list(path));
  results["stat"] = asNumber(store.stat(path, true));
  results["utimes"] = store.utimes(path, 0, 0);
  results["realpath"] = asNumber(store.realpath(path));
  return results;
}

function link(root: string, name: string, target: string): string {
  fs.symlinkSync(target, join(root, name));
  return name;
}

for (const isChecked of isLinux ? [false, true] : [true]) {
  describe(isChecked ? "looked at before" : "opened, then looked at", () => {
    test("links that lead out", () => {
      const { store, root, outside } = newGround(isChecked);
      fs.writeFileSync(join(root, "plain"), "plain");
      fs.mkdirSync(join(root, "d"));
      const before = snapshot(outside);
      const links = [
        link(root, "absolute folder", outside),
        link(root, "relative folder", "../outside"),
        link(root, "absolute file", join(outside, "secret")),
        link(root, "relative file", "../outside/secret"),
        link(root, "dangling", "../outside/none"),
        link(root, "to a link", "absolute folder"),
        link(root, "to a link to a file", "relative file"),
        link(root, "d/up", "../../outside"),
        link(root, "through itself", "d/../../root/../outside"),
        link(root, "parent", ".."),
        link(root, "root of all", "/"),
        link(root, "prefix", `${root}-beside`),
        ...(isLinux ? [link(root, "self", "/proc/self"), link(root, "fds", "/proc/self/fd/0")] : []),
      ];
      fs.mkdirSync(`${root}-beside`);
      fs.writeFileSync(join(`${root}-beside`, "secret"), SECRET);
      for (const path of links) {
        for (const [what, result] of Object.entries(tryAll(store, path))) {
          assert.ok(result < 0, `${what} of ${path}: ${result}`);
        }
        const found = store.stat(path, false);
        assert.ok(typeof found === "object" && (found.mode & FileType.mask) === FileType.link, path);
      }
      assert.equal(snapshot(outside), before);
      assert.deepEqual(fs.readdirSync(`${root}-beside`), ["secret"]);
      assert.equal(fs.readFileSync(join(root, "plain"), "utf8"), "plain");
      for (const path of links) assert.equal(store.remove(path, Remove.file), 0, path);
      store.dispose();
      assert.equal(snapshot(outside), before);
    });

    test("a way out is EACCES", () => {
      const { store, root, outside } = newGround(isChecked);
      link(root, "out", outside);
      assert.equal(store.open("out", Open.readOnly, 0), -E.EACCES);
      assert.equal(store.list("out"), -E.EACCES);
      assert.equal(store.stat("out/secret", true), -E.EACCES);
      assert.equal(store.open("out/secret", Open.readOnly, 0), -E.EACCES);
    });

    test("links that stay inside", () => {
      const { store, root } = newGround(isChecked);
      fs.mkdirSync(join(root, "d"));
      fs.writeFileSync(join(root, "d/f"), "inside");
      link(root, "relative", "d/f");
      link(root, "absolute", join(root, "d"));
      link(root, "d/up", "..");
      link(root, "loop", "loop");
      assert.equal(readAll(store, store.open("relative", Open.readOnly, 0)), "inside");
      assert.equal(readAll(store, store.open("absolute/f", Open.readOnly, 0)), "inside");
      assert.equal(readAll(store, store.open("d/up/d/up/relative", Open.readOnly, 0)), "inside");
      assert.equal(store.realpath("absolute/up/relative"), "d/f");
      assert.equal(store.open("loop", Open.readOnly, 0), -E.ELOOP);
      assert.equal(store.remove("absolute", Remove.file), 0);
      assert.ok(fs.existsSync(join(root, "d/f")));
    });

    test("a directory that became a link", () => {
      const { store, root, outside } = newGround(isChecked);
      fs.mkdirSync(join(root, "a/b"), { recursive: true });
      fs.writeFileSync(join(root, "a/b/f"), "inside");
      const handle = store.open("a/b/f", Open.readWrite, 0);
      fs.renameSync(join(root, "a"), join(root, "z"));
      const before = snapshot(outside);
      fs.mkdirSync(join(root, "a"));
      link(root, "a/b", outside);
      for (const [what, result] of Object.entries(tryAll(store, "a/b"))) assert.ok(result < 0, what);
      assert.equal(snapshot(outside), before);
      // who has the file open keeps it
      assert.equal(store.write(handle, 0, new TextEncoder().encode("INSIDE")), 6);
      store.close(handle);
      assert.equal(fs.readFileSync(join(root, "z/b/f"), "utf8"), "INSIDE");
    });

    test("a directory that was moved out is not reached any more", () => {
      const { store, root, outside } = newGround(isChecked);
      fs.mkdirSync(join(root, "a"));
      assert.equal(store.mkdir("a/b", 0o777), 0);
      fs.renameSync(join(root, "a"), join(outside, "a"));
      assert.equal(store.mkdir("a/c", 0o777), -E.ENOENT);
      assert.deepEqual(fs.readdirSync(join(outside, "a")), ["b"]);
    });

    test("what is no regular file is seen, not opened, and nobody waits for it", () => {
      const { store, root } = newGround(isChecked);
      if (spawnSync("mkfifo", [join(root, "pipe")]).status !== 0) return;
      link(root, "to the pipe", "pipe");
      for (const path of ["pipe", "to the pipe"]) {
        for (const flags of [Open.readOnly, Open.writeOnly, Open.readWrite, newFile, Open.writeOnly | Open.append]) {
          assert.equal(store.open(path, flags, 0o666), -E.EACCES, `${path} ${flags}`);
        }
      }
      const found = store.stat("pipe", true);
      assert.ok(typeof found === "object" && (found.mode & FileType.mask) === FileType.pipe);
      const listed = store.list("");
      assert.ok(typeof listed === "object");
      assert.equal(listed.find(({ name }) => name === "pipe")?.type, FileType.pipe);
      assert.equal(store.remove("pipe", Remove.file), 0);
    });

    test("devices are not opened", () => {
      const { store, root } = newGround(isChecked);
      if (spawnSync("mknod", [join(root, "null"), "c", "1", "3"]).status !== 0) return;
      for (const flags of [Open.readOnly, Open.writeOnly, newFile]) {
        assert.equal(store.open("null", flags, 0o666), -E.EACCES);
      }
    });

    test("a root that is removed, or put elsewhere", () => {
      const { store, root } = newGround(isChecked);
      fs.writeFileSync(join(root, "f"), "first");
      const handle = store.open("f", Open.readOnly, 0);
      fs.renameSync(root, `${root}-moved`);
      for (const [what, result] of Object.entries(tryAll(store, "f"))) {
        assert.ok(result === -E.ENOENT || result === -E.ENOTDIR, `${what}: ${result}`);
      }
      assert.equal(readAll(store, handle), "first");
      fs.mkdirSync(root);
      assert.deepEqual(store.list(""), []);
      fs.rmdirSync(root);
      assert.equal(store.list(""), -E.ENOENT);
      assert.equal(store.mkdir("d", 0o777), -E.ENOENT);
    });

    test("names that are no text to the system, and files that grow while they are read", () => {
      const { store, root } = newGround(isChecked);
      const noText = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe])]);
      fs.writeFileSync(noText, "x");
      const listed = store.list("");
      assert.ok(typeof listed === "object" && listed.length === 1);
      fs.unlinkSync(noText);
      fs.writeFileSync(join(root, "grows"), "a".repeat(10));
      const handle = store.open("grows", Open.readOnly, 0);
      fs.appendFileSync(join(root, "grows"), "b".repeat(10));
      assert.equal(readAll(store, handle), "a".repeat(10) + "b".repeat(10));
    });

    test("ten thousand entries", () => {
      const { store, root } = newGround(isChecked);
      for (let i = 0; i < 10_000; i++) fs.writeFileSync(join(root, `file-${i}`), "");
      const listed = store.list("");
      assert.ok(typeof listed === "object");
      assert.equal(new Set(listed.map(({ name }) => name)).size, 10_000);
    });
  });
}

/** Exchanges, as fast as it can, until told: a directory and a link out, and a file and a link out. */
const SWAPPER = `
const { workerData: { root, stop }, parentPort } = require("node:worker_threads");
const fs = require("node:fs");
const turn = (name) => {
  fs.renameSync(root + "/" + name, root + "/." + name);
  fs.renameSync(root + "/.link-" + name, root + "/" + name);
  fs.renameSync(root + "/" + name, root + "/.link-" + name);
  fs.renameSync(root + "/." + name, root + "/" + name);
};
parentPort.postMessage("begun");
let n = 0;
while (Atomics.load(stop, 0) === 0) {
  turn("d");
  try { turn("f") } catch { fs.writeFileSync(root + "/f", "inside"); }
  Atomics.store(stop, 1, ++n);
}
`;

test("a link exchanged between look and use", { skip: !isLinux && "only Linux promises that", timeout: 100_000 }, async () => {
  const { store, root, outside } = newGround(false);
  fs.mkdirSync(join(root, "d/folder"), { recursive: true });
  fs.writeFileSync(join(root, "f"), "inside");
  link(root, ".link-d", outside);
  link(root, ".link-f", join(outside, "secret"));
  const before = snapshot(outside);
  const stop = new Int32Array(new SharedArrayBuffer(8));
  const swapper = new Worker(SWAPPER, { eval: true, workerData: { root, stop } });
  await new Promise((begun) => swapper.once("message", begun));
  const end = Date.now() + 6000;
  let tries = 0;
  let hits = 0;
  let misses = 0;
  for (; Date.now() < end && tries < 20_000; tries++) {
    const handle = store.open("d/secret", Open.readOnly, 0);
    assert.ok(handle < 0, "a file outside was opened");
    assert.ok(typeof store.stat("d/secret", true) === "number", "a file outside was seen");
    const made = store.open(`d/made-${tries}`, newFile, 0o666);
    if (made >= 0) {
      hits++;
      store.write(made, 0, new Uint8Array([1]));
      store.close(made);
      store.rename(`d/made-${tries}`, `d/folder/made-${tries}`);
      store.remove(`d/made-${tries}`, Remove.file);
    } else misses++;
    const file = store.open("f", Open.readOnly, 0);
    if (file >= 0) assert.notEqual(readAll(store, file), SECRET);
    const truncated = store.open("f", newFile, 0o666);
    if (truncated >= 0) store.close(truncated);
    const listed = store.list("d");
    if (typeof listed === "object") assert.ok(!listed.some(({ name }) => name === "secret"), "listed");
    const real = store.realpath("d");
    if (typeof real === "string") assert.ok(!real.includes("outside"));
    store.mkdir(`d/folder/x-${tries}`, 0o777);
    store.remove("d/secret", Remove.file);
    store.remove("d/folder", Remove.directory);
    store.rename("d/secret", "taken");
    store.utimes("d/secret", 0, 0);
    store.utimes("f", 5, 5);
    const nameless = store.open("d", Open.readWrite | Open.nameless, 0o666);
    if (nameless >= 0) store.close(nameless);
  }
  Atomics.store(stop, 0, 1);
  await swapper.terminate();
  assert.equal(snapshot(outside), before, `after ${tries} tries`);
  assert.ok(!fs.existsSync(join(root, "taken")));
  assert.ok(tries > 1000 && hits > 10 && misses > 10, `${tries} tries, ${hits} inside, ${misses} refused`);
  store.dispose();
});
