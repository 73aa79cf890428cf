// SPDX-License-Identifier: MIT
// Files beside everything else that a task waits for. In plain pages an isolate with such a mount is
// suspended by its host, which changes how a worker's loop runs: host functions, timers, sessions,
// the console and cancellation must not notice.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newWorkerPool, type QuickJSWorkerPool, type WorkerPoolOptions } from "qjspool";
import { mountKinds } from "./lib/mount-kinds.js";
import { works } from "./lib/mounts.js";
import { errorOf, modes, sleep, until, valueOf } from "./lib/pools.js";

type Run = (pool: QuickJSWorkerPool, seen: { calls: number; console: string[] }) => Promise<void>;

for (const mode of modes) {
  for (const kind of mountKinds) {
    if (!works(kind, mode)) continue;
    const run = (name: string, body: Run, options: WorkerPoolOptions = {}): void => {
      test(name, { timeout: 60_000 }, async () => {
        const { mount, remove } = await kind.make();
        const seen = { calls: 0, console: [] as string[] };
        const pool = await newWorkerPool({
          poolSize: 1,
          ...mode.options,
          mounts: { "/data": mount },
          onConsole: (_, args) => seen.console.push(args.join(" ")),
          hostFunctions: {
            later: (x: unknown) => (seen.calls++, sleep(10).then(() => x)),
            fail: () => Promise.reject(new RangeError("refused")),
            never: () => (seen.calls++, new Promise(() => {})),
          },
          ...options,
        });
        try {
          await body(pool, seen);
        } finally {
          await pool.close();
          await remove();
        }
      });
    };

    describe(`${mode.name}, ${kind.name}`, () => {
      run("host functions answer, before, between and after files", async (pool) => {
        const code = `
          const a = await later("a");
          std.writeFile("/data/f", a);
          const all = await Promise.all([later(std.loadFile("/data/f")), later("b"), later("c")]);
          const error = await fail().catch((e) => e.name + ": " + e.message);
          std.writeFile("/data/f", all.join());
          [std.loadFile("/data/f"), error, await later("last")]`;
        for (let i = 0; i < 3; i++) {
          assert.deepEqual(valueOf(await pool.evalCode(code, { timeout: 20_000 })), ["a,b,c", "RangeError: refused", "last"]);
        }
      });

      run("timers and files take turns", async (pool) => {
        const code = `
          const seen = [];
          const timer = setInterval(() => { seen.push(std.loadFile("/data/f")); std.writeFile("/data/f", String(seen.length)) }, 1);
          while (seen.length < 5) await new Promise((done) => setTimeout(done, 3));
          clearInterval(timer);
          seen.slice(0, 5)`;
        assert.deepEqual(valueOf(await pool.evalCode(code, { timeout: 20_000 })), [null, "1", "2", "3", "4"]);
      });

      run("a promise that nobody can settle is told at once", async (pool) => {
        const code = "std.writeFile('/data/f', 'text'); await new Promise(() => {})";
        assert.notEqual(errorOf(await pool.evalCode(code, { timeout: 20_000 })).name, "TimeoutError");
      });

      run("a task that waits for the host is cancelled, and the next one runs", async (pool, seen) => {
        const task = pool.submit({ code: "std.writeFile('/data/f', 'kept'); await never(); std.writeFile('/data/f', 'lost')", timeout: 20_000 });
        await until(() => seen.calls === 1, "it has called the host");
        await sleep(20);
        assert.equal(task.cancel(), true);
        errorOf(await task.promise, "CancelledError");
        assert.equal(valueOf(await pool.evalCode("std.loadFile('/data/f')", { timeout: 20_000 })), "kept");
      });

      run("a time limit ends a task that waits", async (pool) => {
        const { name } = errorOf(await pool.evalCode("std.writeFile('/data/f', ''); await never()", { timeout: 100 }));
        assert.equal(name, "TimeoutError");
        assert.equal(valueOf(await pool.evalCode("1 + 1", { timeout: 20_000 })), 2);
      });

      run("a session waits, writes and prints, task after task", async (pool, seen) => {
        const session = await pool.createSession();
        valueOf(await session.evalCode("globalThis.f = std.open('/data/f', 'w'); f.puts(await later('one'))"));
        valueOf(await session.evalCode("console.log('between'); f.puts(await later(' two')); f.close()"));
        assert.equal(valueOf(await session.evalCode("await later(); std.loadFile('/data/f')")), "one two");
        assert.deepEqual(seen.console, ["between"]);
        session.release();
      });
    });
  }
}
