// SPDX-License-Identifier: MIT
// Many workers at one mount: each against a model of its own directory, and all at the same files,
// where appends must lose nothing, rename must be atomic, and readers see what was closed.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newWorkerPool, type QuickJSWorkerPool } from "qjspool";
import { runRandomly } from "./lib/mount-model.js";
import { mountKinds } from "./lib/mount-kinds.js";
import { hasWorkers } from "./lib/needs.js";
import { valueOf } from "./lib/pools.js";

const NWORKERS = 4;
const NOPERATIONS = 10_000;
/** Printed where something fails, to be put here. */
const SEED = Math.floor(Math.random() * 2 ** 31);

type Run = (pool: QuickJSWorkerPool) => Promise<void>;

/** On every worker at once. */
async function onEach(pool: QuickJSWorkerPool, codeOf: (i: number) => string): Promise<unknown[]> {
  const results = await Promise.all(Array.from({ length: NWORKERS }, (_, i) => pool.evalCode(codeOf(i))));
  return results.map(valueOf);
}

for (const kind of mountKinds) {
  const run = (name: string, needsOne: boolean, body: Run): void => {
    const skip = needsOne && !kind.isOneForAll && "each worker has files of its own here";
    test(name, { skip, timeout: 100_000 }, async () => {
      const { mount, remove } = await kind.make();
      const pool = await newWorkerPool({ poolSize: NWORKERS, preWarm: true, mounts: { "/data": mount } });
      try {
        await body(pool);
      } finally {
        await pool.close();
        await remove();
      }
    });
  };

  describe(kind.name, () => {
    run(`${NOPERATIONS} random operations against a model`, false, async (pool) => {
      const perTask = NOPERATIONS / NWORKERS / 5;
      for (let round = 0; round < 5; round++) {
        const tasks = Array.from({ length: NWORKERS }, (_, i) =>
          pool.submit({ call: runRandomly, args: [SEED + round * 10 + i, `/data/${round}-${i}`, perTask], timeout: 60_000 }),
        );
        for (const { promise } of tasks) assert.equal(valueOf(await promise), "");
      }
    });

    run("appends lose nothing, and lines stay whole", true, async (pool) => {
      const nlines = 400;
      await onEach(pool, (i) => `
        const f = std.open('/data/log', 'a');
        const fd = os.open('/data/log', os.O_WRONLY | os.O_APPEND | os.O_CREAT);
        for (let n = 0; n < ${nlines}; n++) {
          const line = '${i} ' + n + ' ' + '${i}'.repeat(n * 7 % 300) + '\\n';
          if (n % 2) { f.puts(line); f.flush() }
          else { const bytes = new TextEncoder().encode(line); os.write(fd, bytes.buffer, 0, bytes.length) }
        }`);
      const text = valueOf(await pool.evalCode<string>("std.loadFile('/data/log')"));
      const next = new Array<number>(NWORKERS).fill(0);
      for (const line of text.trimEnd().split("\n")) {
        const [i, n, rest] = line.split(" ") as [string, string, string];
        assert.equal(Number(n), next[Number(i)], `a line of ${i} is lost, or in the wrong place: ${line}`);
        assert.equal(rest, i.repeat((Number(n) * 7) % 300));
        next[Number(i)]!++;
      }
      assert.deepEqual(next, new Array(NWORKERS).fill(nlines));
    });

    run("rename is atomic: readers find the old file or the new one", true, async (pool) => {
      await pool.evalCode("std.writeFile('/data/current', 'start;'.repeat(3000))");
      const reports = await onEach(pool, (i) =>
        i % 2 === 0
          ? `for (let n = 0; n < 150; n++) {
               std.writeFile('/data/next-${i}', ('version ${i}-' + n + ';').repeat(3000));
               if (os.rename('/data/next-${i}', '/data/current') !== 0) throw new Error('no rename');
             } ''`
          : `let wrong = '', n = 0;
             for (const end = performance.now() + 300; performance.now() < end && wrong === ''; n++) {
               const text = std.loadFile('/data/current');
               if (text === null) wrong = 'there is nothing';
               else if (new Set(text.split(';').slice(0, -1)).size !== 1 || text.split(';').length !== 3001) wrong = text;
             } wrong`,
      );
      assert.deepEqual(reports, ["", "", "", ""]);
    });

    run("what was closed, and what a task left, is there for the next", true, async (pool) => {
      for (let i = 0; i < 200; i++) {
        const closes = i % 2 === 0 ? "f.close();" : ""; // the end of the task does it too
        const code = `
          const n = ${i} === 0 ? 0 : Number(std.loadFile('/data/count'));
          const f = std.open('/data/count', 'w'); f.puts(String(n + 1)); ${closes} n`;
        // others keep workers busy, so that it moves from one to another
        const busy = Array.from({ length: i % 3 }, () => pool.evalCode("1"));
        assert.equal(valueOf(await pool.evalCode(code)), i);
        await Promise.all(busy);
      }
    });

    run("a file that is open sees what others write", true, async (pool) => {
      if (!hasWorkers) return;
      const reader = await pool.createSession();
      await reader.evalCode("globalThis.fd = os.open('/data/shared', os.O_RDWR | os.O_CREAT); globalThis.b = new Uint8Array(9)");
      for (let i = 0; i < 20; i++) {
        valueOf(await pool.evalCode(`std.writeFile('/data/shared', 'number ${i}')`));
        const code = "os.seek(fd, 0, std.SEEK_SET); const n = os.read(fd, b.buffer, 0, 9); new TextDecoder().decode(b.subarray(0, n))";
        assert.equal(valueOf(await reader.evalCode(code)), `number ${i}`);
      }
      reader.release();
    });
  });
}
