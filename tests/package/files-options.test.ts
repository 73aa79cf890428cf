// SPDX-License-Identifier: MIT
// What a mount may be, and errors that name it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hostDirectory, memory, newWorkerPool, opfs, readOnly, type Mount, type WorkerPoolOptions } from "qjspool";
import { page } from "./lib/env.js";
import { mountKinds } from "./lib/mount-kinds.js";
import { valueOf } from "./lib/pools.js";

const any = (value: unknown): never => value as never;
const isPage = page !== "";

describe("what cannot be a mount is a TypeError", () => {
  const wrong: Record<string, () => unknown> = {
    "memory: no bytes": () => memory({ limitBytes: 0 }),
    "memory: more than there can be": () => memory({ limitBytes: 2 ** 32 }),
    "memory: not a number": () => memory({ limitBytes: any("64m") }),
    "memory: an unknown option": () => memory(any({ limit: 1 })),
    "memory: no options": () => memory(any(7)),
    "hostDirectory: nothing": () => hostDirectory(any(undefined)),
    "hostDirectory: an empty path": () => hostDirectory(""),
    "hostDirectory: a NUL": () => hostDirectory("/tmp/a\0b"),
    "hostDirectory: a number": () => hostDirectory(any(3)),
    "hostDirectory: a URL of the web": () => hostDirectory(new URL("http://localhost/data")),
    "hostDirectory: an unknown option": () => hostDirectory("/tmp", any({ readonly: true })),
    "hostDirectory: a limit below 0": () => hostDirectory("/tmp", { limitBytes: -1 }),
    "opfs: nothing": () => opfs(any(undefined)),
    "opfs: an empty name": () => opfs(""),
    "opfs: a way up": () => opfs("a/../../b"),
    "opfs: an absolute name": () => opfs("/a"),
    "readOnly: no mount": () => readOnly(any({})),
    "readOnly: a path": () => readOnly(any("/tmp")),
  };
  for (const [name, make] of Object.entries(wrong)) {
    test(name, () => assert.throws(make, (error) => error instanceof TypeError && error.message !== ""));
  }
});

describe("mounts that a pool refuses at once", () => {
  const good = memory();
  const wrong: Record<string, [WorkerPoolOptions, RegExp]> = {
    "a relative path": [{ mounts: { data: good } }, /mounts: "data"/],
    "a path that is not normal": [{ mounts: { "/data/../etc": good } }, /"\/data\/\.\.\/etc"/],
    "a slash at the end": [{ mounts: { "/data/": good } }, /"\/data\/"/],
    "a NUL": [{ mounts: { "/da\0ta": good } }, /mounts/],
    "a name of 256 bytes": [{ mounts: { [`/${"ä".repeat(128)}`]: good } }, /mounts/],
    "no mount": [{ mounts: { "/data": any("memory") } }, /mounts\["\/data"\]/],
    "null": [{ mounts: { "/data": any(null) } }, /mounts\["\/data"\]/],
    "an array": [{ mounts: any([good]) }, /mounts/],
    "a kind that there is not": [{ mounts: { "/data": any({ kind: "tape" }) } }, /mounts\["\/data"\]/],
    "by hand, with a wrong limit": [{ mounts: { "/data": any({ kind: "memory", limitBytes: -5 }) } }, /limitBytes/],
    "opfsMountPath": [{ variant: "wasmfs", opfsMountPath: "data" }, /opfsMountPath/],
    "openFilesLimit": [{ openFilesLimit: -1 }, /openFilesLimit/],
    "variant": [{ variant: any("asyncify") }, /variant/],
  };
  for (const [name, [options, message]] of Object.entries(wrong)) {
    test(name, () => assert.rejects(newWorkerPool(options), { name: "TypeError", message }));
  }
});

describe("mounts that are not to be had here name themselves", () => {
  const refuses = (mount: Mount, message: RegExp, options: WorkerPoolOptions = {}) =>
    assert.rejects(newWorkerPool({ mounts: { "/ok": memory(), "/the/mount": mount }, ...options }), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /^mount "\/the\/mount": /);
      assert.match(error.message, message);
      return true;
    });

  test("hostDirectory() in a page", { skip: !isPage && "it is none" }, () => refuses(hostDirectory("/tmp"), /hostDirectory\(\).*opfs\(\)/));
  test("opfs() on a host", { skip: isPage && "a page has it" }, () => refuses(opfs("a/b"), /opfs\(\).*hostDirectory\(\)/));
  test("opfs() on one thread", { skip: !isPage && "it is nowhere here" }, () =>
    refuses(opfs("a/b"), /needs workers/, { forceSingleThreaded: true }));
  for (const forceSingleThreaded of [false, true]) {
    const options = { forceSingleThreaded };
    const skip = isPage && "a page has no directories";
    test(`no such directory${forceSingleThreaded ? ", on one thread" : ""}`, { skip }, () =>
      refuses(hostDirectory("/tmp/there is none/here"), /ENOENT|no such/i, options));
    test(`a file${forceSingleThreaded ? ", on one thread" : ""}`, { skip }, () => refuses(hostDirectory("/proc/version"), /not a directory/, options));
    test(`a device${forceSingleThreaded ? ", on one thread" : ""}`, { skip }, () => refuses(hostDirectory(new URL("file:///dev/null")), /not a directory/, options));
  }
});

for (const kind of mountKinds) {
  test(`${kind.name}: mounts within mounts, read only and not, at the paths that were asked for`, async () => {
    const [outer, inner] = [await kind.make(), await kind.make()];
    const mounts = { "/a": outer.mount, "/a/b/c": inner.mount, "/x/y": readOnly(outer.mount) };
    const pool = await newWorkerPool({ poolSize: 1, mounts });
    const code = `
      std.writeFile('/a/f', 'outer'); std.writeFile('/a/b/c/f', 'inner');
      [os.readdir('/')[0], os.readdir('/x')[0], std.loadFile('/x/y/f'), std.loadFile('/a/b/c/f'), os.remove('/x/y/f'), os.mkdir('/a/b/d'), os.remove('/a/b')]`;
    const value = valueOf(await pool.evalCode<unknown[]>(code));
    const names = value.slice(0, 2).map((list) => (list as string[]).filter((name) => !name.startsWith(".")).sort());
    assert.deepEqual(names, [["a", "x"], ["y"]]);
    assert.deepEqual(value.slice(2, 5), ["outer", "inner", -30]);
    assert.equal(value[6], -16);
    await pool.close();
    await Promise.all([outer.remove(), inner.remove()]);
  });

  test(`${kind.name}: two pools at one mount object`, async () => {
    const { mount, remove } = await kind.make();
    const pools = [await newWorkerPool({ poolSize: 1, mounts: { "/d": mount } }), await newWorkerPool({ poolSize: 1, mounts: { "/d": mount } })];
    valueOf(await pools[0]!.evalCode("std.writeFile('/d/f', 'x')"));
    // memory goes with its pool; what is stored elsewhere is there for both
    const want = mount.kind === "memory" ? null : "x";
    assert.equal(valueOf(await pools[1]!.evalCode("std.loadFile('/d/f')")), want);
    await Promise.all(pools.map((pool) => pool.close()));
    await remove();
  });
}

test("guests have no files where nothing is mounted", async () => {
  const pool = await newWorkerPool({ poolSize: 1 });
  const code = "[typeof std, typeof os, await import('std').then(() => 'there', (e) => e.name), await import('fs').then(() => 'there', (e) => e.name)]";
  const [std, os, ...modules] = valueOf(await pool.evalCode<string[]>(code));
  assert.deepEqual([std, os, ...modules.filter((name) => name === "there")], ["undefined", "undefined"]);
  await pool.close();
});

test("wasmfs is one more mount, unless its place is taken", { skip: page === "inline" && "opfs() needs workers" }, async () => {
  const pool = await newWorkerPool({ poolSize: 1, variant: "wasmfs", opfsMountPath: "/files", mounts: { "/tmp": memory() } });
  const listed = valueOf(await pool.evalCode<string[]>("os.readdir('/')[0]"));
  assert.deepEqual(listed.filter((name) => !name.startsWith(".")).sort(), ["files", "tmp"]);
  await pool.close();
  const taken = await newWorkerPool({ poolSize: 1, variant: "wasmfs", mounts: { "/data": memory({ limitBytes: 256 }) } });
  assert.deepEqual(valueOf(await taken.evalCode("[os.mkdir('/data/a'), os.mkdir('/data/b')]")), [0, -28]);
  await taken.close();
});
