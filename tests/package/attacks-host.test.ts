// SPDX-License-Identifier: MIT
// Faults from outside the guest: workers that are killed, messages that nobody sent, host functions
// that misbehave, cancels that race with results, pools that end with everything in flight. After
// each, the next task is right, nothing was printed, and no rejection went unheard.
import { test } from "node:test";
import { needs } from "./lib/needs.js";
import { modes, usual } from "./lib/pools.js";
import { runQuietly } from "./lib/quiet-child.js";

/** Workers that are ended by somebody who does not tell the pool. */
const killing = { skip: needs.workers || needs.deaths };

test("a worker is killed in mid-task", killing, () =>
  runQuietly(
    usual,
    `const pool = await newWorkerPool({ poolSize: 1, hostFunctions: { never: () => new Promise(() => {}) } });
    for (const code of ["await never()", "await new Promise(r => setTimeout(r, 1e6))", "for (;;) {}"]) {
      const task = pool.submit({ code });
      const behind = pool.submit({ code: "'behind'" });
      while (pool.busyWorkers === 0) await sleep(5);
      await sleep(20);
      await workers.at(-1).terminate();
      const { error } = await task.promise;
      check(error?.name === "WorkerCrashError" && error.isWorkerCrash === true, code + ": " + JSON.stringify(error));
      check(!("isTimeout" in error) && !("isCancelled" in error), "other flags");
      check((await behind.promise).value === "behind", "the task behind");
      await isFine(pool);
    }
    check(pool.getStats().workerRestarts === 3, "restarts: " + pool.getStats().workerRestarts);
    check(pool.getStats().failedTasks === 3, "failed: " + pool.getStats().failedTasks);
    pool.dispose();`,
  ));

test("a worker is killed while it is idle", killing, () =>
  runQuietly(
    usual,
    `const pool = await newWorkerPool({ poolSize: 2, preWarm: true });
    for (let i = 0; i < 5; i++) {
      await workers.at(-1).terminate();
      await isFine(pool);
      await isFine(pool);
    }
    pool.dispose();`,
  ));

test("a worker is killed while it starts, again and again", killing, () =>
  runQuietly(
    usual,
    `const pool = await newWorkerPool({ poolSize: 1, bootstrapCode: "await new Promise(r => setTimeout(r, 30))" });
    await isFine(pool);
    for (let i = 0; i < 4; i++) {
      await workers.at(-1).terminate();
      const before = workers.length;
      const task = pool.submit({ code: "1" });
      for (let n = 0; workers.length === before && n < 200; n++) await sleep(1);
      if (workers.length > before) await workers.at(-1).terminate();
      const { value, error } = await task.promise;
      check(value === 1 || error?.isWorkerCrash === true, JSON.stringify(error));
      await isFine(pool);
    }
    pool.dispose();`,
  ));

test("only the killed worker's task fails", killing, () =>
  runQuietly(
    usual,
    `let open; const gate = new Promise((r) => { open = r });
    const pool = await newWorkerPool({ poolSize: 2, preWarm: true, hostFunctions: { gate: () => gate } });
    const tasks = Array.from({ length: 10 }, (_, i) => pool.evalCode("await gate(); " + i));
    while (pool.busyWorkers < 2) await sleep(5);
    await sleep(20);
    await workers[0].terminate();
    open();
    const results = await Promise.all(tasks);
    const crashed = results.filter((r) => r.error?.isWorkerCrash);
    check(crashed.length === 1, crashed.length + " crashed");
    check(results.every((r, i) => r.error?.isWorkerCrash || r.value === i), JSON.stringify(results));
    await isFine(pool);
    pool.dispose();`,
  ));

test("a session's worker is killed", killing, () =>
  runQuietly(
    usual,
    `const pool = await newWorkerPool({ poolSize: 1 });
    const session = await pool.createSession();
    await session.evalCode("var left = 1");
    const running = session.evalCode("await new Promise(r => setTimeout(r, 1e6))");
    const waiting = session.evalCode("left");
    await sleep(30);
    await workers.at(-1).terminate();
    for (const result of [await running, await waiting, await session.evalCode("left"), await session.evalCode("1")]) {
      isError(result, "WorkerCrashError");
      check(result.error.isWorkerCrash === true, "flag");
    }
    check(session.alive === false, "alive");
    session.release();
    await isFine(pool);
    const next = await pool.createSession();
    check((await next.evalCode("typeof left")).value === "undefined", "the next session");
    next.release();
    const idle = await pool.createSession();
    await workers.at(-1).terminate();
    await sleep(20);
    isError(await idle.evalCode("1"), "WorkerCrashError");
    check(idle.alive === false, "alive");
    idle.release();
    await isFine(pool);
    pool.dispose();`,
  ));

test("a worker is killed while a blocking host call waits, and its answer comes late", killing, () =>
  runQuietly(
    usual,
    `let answer; const asked = [];
    const pool = await newWorkerPool({ poolSize: 1, syncHostFunctions: { ask: () => new Promise((r) => { answer = r; asked.push(1) }), now: () => 5 } });
    const task = pool.submit({ code: "ask()" });
    while (asked.length === 0) await sleep(5);
    await workers.at(-1).terminate();
    check((await task.promise).error?.isWorkerCrash === true, "crash");
    answer("late");
    await isFine(pool);
    check((await pool.evalCode("now()")).value === 5, "the next blocking call");
    pool.dispose();`,
  ));

test("garbage comes by the port, both ways", { skip: needs.workers }, () =>
  runQuietly(
    usual,
    `const pool = await newWorkerPool({ poolSize: 1 });
    await isFine(pool);
    const circular = {}; circular.self = circular;
    const garbage = [undefined, null, 0, 1, -1, NaN, "", "x", true, 5n, {}, [], circular, { frame: null }, { frame: "x" },
      new Uint8Array(0), new Uint8Array([18]), new Uint8Array([99, 1, 2, 3]), new Uint8Array(100).fill(255),
      { frame: new Uint8Array(0) }, { frame: new Uint8Array([99]), cuts: [] }, { frame: new Uint8Array([18]) }, { frame: new Uint8Array([99, 1, 2, 3]) },
      { frame: new Uint8Array(100).fill(255) }, { frame: new Uint8Array([18, 1, 0, 0, 0, 0, 0, 0, 0]), cuts: "x" },
      { frame: new Uint8Array(40).fill(18), cuts: [{ at: -1, buffer: null }, { at: 1e9, buffer: new ArrayBuffer(8) }] },
      { kind: "done", task: 1 }, new Map([[1, 2]]), new Error("x"), new ArrayBuffer(8), ...(canBlock ? [new SharedArrayBuffer(8)] : [])];
    // without a ring, garbage ends a worker, at the cost of its task
    const mayCrash = async () => {
      const { error } = await pool.evalCode("1");
      check(!error || error.isWorkerCrash === true, JSON.stringify(error));
    };
    for (const message of garbage) {
      workers.at(-1).postMessage(message);
      if (!canBlock) await mayCrash();
      await isFine(pool);
      deliver(workers.at(-1), "message", message);
      await isFine(pool);
      const task = pool.submit({ code: "await new Promise(r => setTimeout(r, 5)); 7" });
      await sleep(2);
      deliver(workers.at(-1), "message", message);
      const { value, error } = await task.promise;
      check(value === 7 || error?.isWorkerCrash === true, JSON.stringify(error));
      await isFine(pool);
    }
    deliver(workers.at(-1), "messageerror", new Error("x"));
    await isFine(pool);
    deliver(workers.at(-1), "error", new Error("x"));
    await mayCrash(); // to a page that event is the worker's end
    await isFine(pool);
    pool.dispose();`,
  ));

for (const mode of modes) {
  test(`${mode.name}: host functions that misbehave`, () =>
    runQuietly(
      mode,
      `const late = [];
      const hostFunctions = {
        throws: () => { throw new Error("x") },
        throwsNothing: () => { throw undefined },
        throwsProxy: () => { throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } }) },
        rejects: async () => { throw null },
        never: () => new Promise(() => {}),
        later: () => new Promise((yes, no) => late.push(yes, no)),
        twice: () => ({ then(yes, no) { yes(1); yes(2); no(3); throw 4 } }),
        getter: () => ({ get a() { throw new Error("getter") } }),
        looksLikePromise: () => ({ then: 5, a: 1 }),
        proxy: () => new Proxy({ a: 1 }, { ownKeys() { throw new Error("trap") } }),
        deep: () => { let v = []; for (let i = 0; i < 1e5; i++) v = [v]; return v },
        huge: () => "x".repeat(30e6),
        cyclic: () => { const o = {}; o.o = o; return o },
      };
      const pool = await newWorkerPool({ poolSize: 1, ...mode, hostFunctions });
      for (const name of Object.keys(hostFunctions)) {
        const result = await pool.evalCode("await " + name + "()", { timeout: 300 });
        check("value" in result || "error" in result, name);
        check((await pool.evalCode("try { await " + name + "() } catch {} 1", { timeout: 300 })).value === 1 || ["never", "later"].includes(name), name);
        await isFine(pool);
      }
      for (const settle of late) settle(new Error("late"));
      await isFine(pool);
      check((await pool.evalCode("later(); never(); rejects(); 3")).value === 3, "nobody awaits");
      for (const settle of late) settle({ get a() { throw 1 } });
      await isFine(pool);
      pool.dispose();
      for (const settle of late) settle(1);`,
    ));

  test(`${mode.name}: 10,000 cancels race with results`, { timeout: 90_000 }, () =>
    runQuietly(
      mode,
      `const pool = await newWorkerPool({ poolSize: 2, ...mode });
      let seed = 1; const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
      let cancelled = 0, done = 0;
      for (let round = 0; round < 20; round++) {
        const handles = Array.from({ length: 500 }, (_, i) => pool.submit({ code: String(i), priority: i % 3 }));
        const said = new Array(500).fill(false);
        const settled = Promise.all(handles.map((h) => h.promise));
        for (const i of handles.keys()) {
          if (random() < 0.1) await (random() < 0.5 ? Promise.resolve() : sleep(0));
          said[i] = handles[i].cancel();
        }
        const results = await settled;
        results.forEach((result, i) => {
          if (said[i]) { isError(result, "CancelledError"); cancelled++; }
          else { check(result.value === i, i + " gave " + JSON.stringify(result)); done++; }
          check(handles[i].pending === false && handles[i].cancel() === false, "pending");
        });
      }
      const stats = pool.getStats();
      check(cancelled + done === 10000 && stats.cancelledTasks === cancelled && stats.completedTasks === done, JSON.stringify(stats));
      check(stats.queuedTasks === 0 && stats.busyWorkers <= 2, "nothing is left");
      await isFine(pool);
      pool.dispose();`,
      80_000,
    ),
  );

  test(`${mode.name}: cancels race with long tasks, timeouts and host calls`, () =>
    runQuietly(
      mode,
      `const pool = await newWorkerPool({ poolSize: 2, ...mode, hostFunctions: { f: async (x) => { await sleep(x % 3); return x } } });
      const handles = Array.from({ length: 300 }, (_, i) => pool.submit({
        code: ["await f(" + i + ")", "const t = Date.now() + 2; while (Date.now() < t); " + i, "await new Promise(r => setTimeout(r, 2)); " + i, "await f(1); await f(2); " + i][i % 4],
        timeout: i % 7 === 0 ? 2 : 5000,
      }));
      for (const handle of handles) { if (Math.random() < 0.3) handle.cancel(); if (Math.random() < 0.2) await sleep(1) }
      const results = await Promise.all(handles.map((h) => h.promise));
      results.forEach((r, i) => check(r.value === i || r.error?.isCancelled || r.error?.isTimeout, i + ": " + JSON.stringify(r)));
      await isFine(pool);
      pool.dispose();`,
    ));

  test(`${mode.name}: dispose with everything in flight`, () =>
    runQuietly(
      mode,
      `for (let round = 0; round < 6; round++) {
        const hostFunctions = { never: () => new Promise(() => {}), soon: () => sleep(1) };
        const blocking = canBlock ? { syncHostFunctions: { wait: () => sleep(3) } } : {};
        const pool = await newWorkerPool({ poolSize: 2, ...mode, hostFunctions, ...blocking, onConsole() {}, modules: async (s) => { await sleep(1); return "export default 1" } });
        const codes = ["1", "await never()", "await soon(); for (let i = 0; i < 1e9; i++);", "console.log(1); await soon(); console.log(2)", "await import('m')",
          "new Uint8Array(5e6)", canBlock ? "wait(); wait()" : "2", "await new Promise(r => setTimeout(r, 1e6))"];
        const session = round % 2 ? await pool.createSession() : null;
        const tasks = Array.from({ length: 60 }, (_, i) => pool.evalCode(codes[(i + round) % codes.length], { timeout: isThreaded ? 0 : 50 }));
        if (session) tasks.push(session.evalCode("await never()"), session.evalCode("1"));
        const opening = pool.createSession();
        const settled = Promise.allSettled([...tasks, opening]);
        await sleep(round * 4);
        pool.dispose();
        for (const outcome of await settled) {
          check(outcome.status === "fulfilled" || outcome.reason instanceof PoolDisposedError || /pinned/.test(outcome.reason.message), String(outcome.reason?.stack));
        }
        await pool.evalCode("1").then(() => check(false, "it takes tasks"), (e) => check(e instanceof PoolDisposedError, e.stack));
      }`,
    ));
}
