// SPDX-License-Identifier: MIT
// Workers and pools that end in the middle of writing: nothing else changes, nothing stays open, and
// what was taken of a mount's limit is given back.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { test } from "node:test";
import { hostDirectory, memory, newWorkerPool, type Mount, type QuickJSWorkerPool } from "qjspool";
import { runModule } from "./lib/child.js";
import { runtime } from "./lib/env.js";
import { newFolder, removeFolder } from "./lib/mount-kinds.js";
import { sleep, until, valueOf } from "./lib/pools.js";
import { untilGone } from "./lib/workers.js";

let hasHung = false;
const LIMIT = 2 << 20;
const NTIMES = 50;

/**
 * Descriptors of this process that lead into `folder`; undefined: the system does not tell, or the
 * runtime can neither end a worker that hangs nor close what it has open.
 */
function openIn(folder: string): string[] | undefined {
  if (process.platform !== "linux" || (runtime === "deno" && hasHung)) return undefined;
  const places = fs.readdirSync("/proc/self/fd").map((fd) => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return "";
    }
  });
  return places.filter((place) => place.startsWith(folder));
}

const KEEP = `
  for (let i = 0; i < 8; i++) std.writeFile('/data/keep-' + i, ('keep ' + i + ';').repeat(1000));
`;
const CHECK = `
  const wrong = [];
  for (let i = 0; i < 8; i++) {
    if (std.loadFile('/data/keep-' + i) !== ('keep ' + i + ';').repeat(1000)) wrong.push(i);
  }
  wrong`;
/** How much fits: by a large file, to the byte. */
const FILL = `
  const f = std.open('/data/fill', 'w'), err = {};
  let n = 0;
  for (let size = 1 << 16; size >= 1; size = size > 1 ? size >> 4 || 1 : 0) {
    for (const piece = new Uint8Array(size); ; n += size) {
      f.write(piece, 0, size); f.flush();
      if (f.error()) { f.clearerr(); break; }
    }
  }
  const { size } = os.stat('/data/fill')[0];
  f.close(); os.remove('/data/fill');
  size`;
const LINE = "a line that is written whole;";
/** Ways to write for ever: looked at between two calls, and not for long. */
const writers = {
  polls: (i: number) => `
    const keep = []; for (let k = 0; k < 20; k++) { keep.push(std.open('/data/open-${i}-' + k, 'w')); keep[k].puts('lost'); }
    const removed = std.open('/data/removed-${i}', 'w'); removed.puts('x'.repeat(10000)); removed.flush(); os.remove('/data/removed-${i}');
    const f = std.open('/data/victim-${i}', 'w');
    for (let n = 0; ; n++) { f.puts('${LINE}'); f.flush(); if (n % 1000 === 0) f.seek(0, std.SEEK_SET); }`,
  hangs: (i: number) => `
    const keep = []; for (let k = 0; k < 20; k++) keep.push(std.open('/data/open-${i}-' + k, 'w'));
    const removed = std.open('/data/removed-${i}', 'w'); removed.puts('x'.repeat(10000)); removed.flush(); os.remove('/data/removed-${i}');
    const f = std.open('/data/victim-${i}', 'w');
    f.puts('${LINE}'); f.flush(); f.puts('lost');
    const b = 7n ** 170000n; for (;;) b * b;`,
};

interface Stage {
  name: string;
  mount: Mount;
  folder: string | undefined;
}

async function withStages(run: (stage: Stage) => Promise<void>): Promise<void> {
  const folders = [newFolder(), newFolder()] as const;
  try {
    await run({ name: "memory", mount: memory({ limitBytes: LIMIT }), folder: undefined });
    await run({ name: "directory", mount: hostDirectory(folders[0]), folder: folders[0] });
    const limited = hostDirectory(folders[1], { limitBytes: LIMIT });
    await run({ name: "limited directory", mount: limited, folder: folders[1] });
  } finally {
    folders.forEach(removeFolder);
  }
}

async function fill(pool: QuickJSWorkerPool, { folder, name }: Stage): Promise<number> {
  return folder !== undefined && name === "directory" ? 0 : valueOf(await pool.evalCode<number>(FILL));
}

async function checkVictims(pool: QuickJSWorkerPool, what: string): Promise<void> {
  const code = `
    const wrong = [];
    for (const name of os.readdir('/data')[0]) {
      if (name.startsWith('victim')) {
        const text = std.loadFile('/data/' + name);
        if (text.replaceAll('${LINE}', '') !== '') wrong.push(name + ': ' + text.slice(-80));
        os.remove('/data/' + name);
      } else if (/^(open|removed)/.test(name)) {
        if (std.loadFile('/data/' + name).replaceAll('x', '') !== '') wrong.push(name + ' holds what was not flushed');
        os.remove('/data/' + name);
      }
    }
    wrong.concat(os.readdir('/data')[0].filter((n) => !/^(keep-.|\\.\\.?)$/.test(n)))`;
  assert.deepEqual(valueOf(await pool.evalCode(code)), [], what);
}

/** Those that were given up may take a moment to end. */
async function untilWhole(pool: QuickJSWorkerPool, { folder }: Stage): Promise<void> {
  await until(() => pool.availableWorkers === 2, "the workers are back", 20_000);
  if (folder === undefined) return;
  const isFree = (): boolean => (openIn(folder) ?? []).length === 0;
  await until(isFree, `descriptors are closed: ${String(openIn(folder))}`, 20_000);
}

/** What a worker had open counts until the pool hears of its end, after its descriptors are closed. */
async function untilRoom(pool: QuickJSWorkerPool, stage: Stage, room: number): Promise<void> {
  let found = await fill(pool, stage);
  for (let i = 0; found !== room && i < 100; i++) {
    await sleep(100);
    found = await fill(pool, stage);
  }
  assert.equal(found, room, `${stage.name}: room`);
}

async function untilClosed({ folder }: Stage): Promise<void> {
  if (folder === undefined || openIn(folder) === undefined) return;
  await until(() => openIn(folder)!.length === 0, `descriptors are closed: ${String(openIn(folder))}`);
}

test("a session's files are closed by its release, and with its pool", async () => {
  const folder = newFolder();
  for (const options of [{}, { forceSingleThreaded: true }]) {
    const mounts = { "/data": hostDirectory(folder) };
    const pool = await newWorkerPool({ poolSize: 1, mounts, ...options });
    const open = "globalThis.files = []; for (let i = 0; i < 20; i++) files.push(std.open('/data/f' + i, 'w')); 0";
    for (const end of ["release", "close", "dispose"] as const) {
      if (!pool.alive) break;
      const session = await pool.createSession();
      valueOf(await session.evalCode(open));
      if (openIn(folder) !== undefined) assert.equal(openIn(folder)!.length, 20);
      if (end === "release") {
        session.release();
        await untilClosed({ name: end, mount: mounts["/data"], folder });
        continue;
      }
      pool.dispose();
      await untilClosed({ name: end, mount: mounts["/data"], folder });
    }
  }
  await untilGone();
  removeFolder(folder);
});

test("a pool that is disposed of while its guests write", { timeout: 60_000 }, async () => {
  const folder = newFolder();
  const mounts = { "/data": hostDirectory(folder, { limitBytes: LIMIT }), "/memory": memory() };
  const first = await newWorkerPool({ poolSize: 2, mounts });
  hasHung = true;
  await first.evalCode(KEEP);
  const lost = [writers.polls(0), writers.hangs(1)].map((code) => first.evalCode(code).catch(() => {}));
  await sleep(50);
  first.dispose();
  await Promise.all(lost);
  const second = await newWorkerPool({ poolSize: 2, mounts });
  assert.deepEqual(valueOf(await second.evalCode(CHECK)), []);
  await checkVictims(second, "after dispose");
  await second.close();
  await untilClosed({ name: "", mount: mounts["/data"], folder });
  removeFolder(folder);
});

for (const [kind, codeOf] of Object.entries(writers)) {
  // Bun and Deno cannot end what loops in Wasm: each such worker takes its processor time to the end
  const ntimes = kind === "polls" ? NTIMES : runtime === "node" ? 12 : 4;

  test(`${ntimes} tasks stopped in the middle of writing: ${kind}`, { timeout: 110_000 }, () =>
    withStages(async (stage) => {
      const pool = await newWorkerPool({ poolSize: 2, mounts: { "/data": stage.mount } });
      hasHung ||= kind === "hangs";
      await pool.evalCode(KEEP);
      const room = await fill(pool, stage);
      for (let i = 0; i < ntimes; i += 2) {
        const cancelled = pool.submit({ code: codeOf(i) });
        const late = pool.evalCode(codeOf(i + 1), { timeout: 5 + (i % 7) * 5 });
        await sleep(5 + (i % 5) * 10);
        cancelled.cancel();
        const errors = [(await cancelled.promise).error?.name, (await late).error?.name];
        assert.deepEqual(errors, ["CancelledError", "TimeoutError"], stage.name);
      }
      await untilWhole(pool, stage);
      assert.deepEqual(valueOf(await pool.evalCode(CHECK)), [], stage.name);
      await checkVictims(pool, stage.name);
      await untilRoom(pool, stage, room);
      await pool.close();
      await untilClosed(stage);
    }));
}

const ends: Record<string, { code: string; expected?: number }> = {
  "dispose()": { code: "pool.dispose();" },
  "dispose() while guests write": { code: `void pool.evalCode(WRITES).catch(() => {}); await sleep(50); pool.dispose();` },
  "close()": { code: "await pool.close();" },
  "the end of the process": { code: "" },
  "process.exit()": { code: "process.exit(3);", expected: 3 },
  "process.exit() while guests write": {
    code: "void pool.evalCode(WRITES); await sleep(50); process.exit(3);",
    expected: 3,
  },
  "a pool that does not start": {
    code: `pool.dispose(); await newWorkerPool({ variant: "wasmfs", preWarm: true, bootstrapCode: "throw new Error('mine')" }).catch(() => {});`,
  },
};

for (const [end, { code, expected = 0 }] of Object.entries(ends)) {
  for (const isInline of [false, true]) {
    if (isInline && end.includes("while guests write")) continue;
    test(`the private directory goes with ${end}${isInline ? ", on one thread" : ""}`, async () => {
      const folder = newFolder();
      const result = await runModule(`
        process.env.TMPDIR = ${JSON.stringify(folder)};
        const { newWorkerPool } = await import("qjspool");
        const { readdirSync } = await import("node:fs");
        const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
        const WRITES = "for (let i = 0; ; i++) std.writeFile('/data/f' + i % 10, 'x'.repeat(1000))";
        const pool = await newWorkerPool({ variant: "wasmfs", poolSize: 2, forceSingleThreaded: ${isInline} });
        const { error } = await pool.evalCode("os.mkdir('/data/d', 0); std.writeFile('/data/f', 'x'); let p = '/data'; for (let i = 0; i < 1000; i++) { p += '/d'; os.mkdir(p) }");
        if (error || readdirSync(${JSON.stringify(folder)}).length !== 1) throw new Error("it is elsewhere");
        ${code}
      `);
      assert.deepEqual({ ...result, stdout: "" }, { code: expected, signal: null, stdout: "", stderr: "" });
      assert.deepEqual(fs.readdirSync(folder), []);
      removeFolder(folder);
    });
  }
}

test("a process may have many pools with private directories", async () => {
  const folder = newFolder();
  const { stderr, code } = await runModule(`
    process.env.TMPDIR = ${JSON.stringify(folder)};
    const { newWorkerPool } = await import("qjspool");
    const pools = [];
    for (let i = 0; i < 12; i++) pools.push(await newWorkerPool({ variant: "wasmfs", forceSingleThreaded: true }));
    for (const pool of pools.slice(6)) pool.dispose();
  `);
  assert.deepEqual([stderr, code], ["", 0]);
  assert.deepEqual(fs.readdirSync(folder), []);
  removeFolder(folder);
});
