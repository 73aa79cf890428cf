// SPDX-License-Identifier: MIT
// The life of a pool: dispose, close, using, idle workers that end, threads that are left (none),
// and when a process may end.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool, PoolDisposedError } from "qjspool";
import { runModule } from "./lib/child.js";
import { needs } from "./lib/needs.js";
import { deferred, modes, until, usual } from "./lib/pools.js";
import { liveWorkers, untilGone } from "./lib/workers.js";

for (const mode of modes) {
  const make = (options = {}) => newWorkerPool({ poolSize: 2, ...mode.options, ...options });
  const never = { never: () => new Promise(() => {}) };

  test(`${mode.name}: dispose rejects what runs and waits`, async () => {
    const pool = await make({ hostFunctions: never });
    const handles = Array.from({ length: 20 }, () => pool.submit({ code: "await never()" }));
    const rejected = handles.map((handle) => assert.rejects(handle.promise, PoolDisposedError));
    await new Promise((done) => setTimeout(done, 10));
    pool.dispose();
    await Promise.all(rejected);
    assert.equal(
      handles.some((handle) => handle.pending),
      false,
    );
    assert.equal(
      handles.some((handle) => handle.cancel()),
      false,
    );
    pool.dispose();
    await pool.close();
  });

  test(`${mode.name}: dispose at once, and while it comes up`, async () => {
    const pool = await make({ bootstrapCode: "await new Promise(r => setTimeout(r, 50))" });
    const task = assert.rejects(pool.evalCode("1"), PoolDisposedError);
    pool.dispose();
    await task;
    (await make()).dispose();
  });

  test(`${mode.name}: close lets what runs and waits finish`, async () => {
    const gate = deferred();
    const pool = await make({ hostFunctions: { gate: () => gate.promise } });
    const tasks = Array.from({ length: 10 }, (_, i) => pool.evalCode(`await gate(); ${i}`));
    let isClosed = false;
    const closed = pool.close().then(() => (isClosed = true));
    await assert.rejects(pool.evalCode("1"), PoolDisposedError);
    assert.throws(() => pool.submit({ code: "1" }), PoolDisposedError);
    await assert.rejects(pool.createSession(), PoolDisposedError);
    await new Promise((done) => setTimeout(done, 20));
    assert.equal(isClosed, false);
    gate.resolve();
    const values = (await Promise.all(tasks)).map((result) => result.value);
    assert.deepEqual(
      values,
      Array.from({ length: 10 }, (_, i) => i),
    );
    await closed;
    await pool.close();
    await assert.rejects(pool.evalCode("1"), PoolDisposedError);
  });

  test(`${mode.name}: close twice, of an idle pool, and after dispose`, async () => {
    const pool = await make();
    await Promise.all([pool.close(), pool.close()]);
    const other = await make();
    other.dispose();
    await other.close();
  });

  test(`${mode.name}: dispose while it closes`, async () => {
    const pool = await make({ hostFunctions: never });
    const task = assert.rejects(pool.evalCode("await never()"), PoolDisposedError);
    const closed = pool.close();
    pool.dispose();
    await Promise.all([task, closed]);
  });

  test(`${mode.name}: close ends idle sessions, and waits for their calls`, async () => {
    const pool = await make();
    const session = await pool.createSession();
    const last = session.evalCode("await new Promise(r => setTimeout(r, 20)); 5");
    await pool.close();
    assert.deepEqual(await last, { value: 5 });
    assert.equal(session.alive, false);
    await assert.rejects(session.evalCode("1"));
  });

  test(`${mode.name}: using and await using`, async () => {
    const gate = deferred();
    let task: Promise<unknown>;
    {
      await using pool = await make({ hostFunctions: { gate: () => gate.promise } });
      task = pool.evalCode("await gate(); 5");
      setTimeout(gate.resolve, 20);
    }
    assert.deepEqual(await task, { value: 5 });
    let rejected: Promise<void>;
    {
      using pool = await make({ hostFunctions: never });
      rejected = assert.rejects(pool.evalCode("await never()"), PoolDisposedError);
    }
    await rejected;
  });

  test(`${mode.name}: what a disposed pool still tells`, async () => {
    const pool = await make();
    await pool.evalCode("1");
    pool.dispose();
    assert.equal(pool.isMultiThreaded, mode.isThreaded);
    assert.equal(pool.busyWorkers, 0);
    assert.equal(pool.queuedTasks, 0);
    assert.equal(pool.activeSessionCount, 0);
    assert.equal(pool.getStats().completedTasks, 1);
  });

  test(`${mode.name}: a host function may dispose of its pool`, async () => {
    const pool = await make({ hostFunctions: { end: () => pool.dispose() } });
    await assert.rejects(pool.evalCode("await end(); 1"), PoolDisposedError);
  });

  test(`${mode.name}: on the console too`, async () => {
    const pool = await make({ onConsole: () => pool.dispose() });
    await assert.rejects(pool.evalCode("console.log(1); 1"), PoolDisposedError);
  });

  test(`${mode.name}: no thread is left of many pools`, async () => {
    const before = liveWorkers();
    for (let i = 0; i < 8; i++) {
      const pool = await make({ preWarm: i % 2 === 0 });
      await Promise.all([pool.evalCode("1"), pool.evalCode("2")]);
      if (i % 3 === 0) await pool.close();
      else pool.dispose();
    }
    await untilGone(before);
  });
}

test("idle workers end, but for minWorkers", { skip: needs.workers }, async () => {
  const before = liveWorkers();
  const count = (): number => liveWorkers().filter((worker) => !before.includes(worker)).length;
  const pool = await newWorkerPool({ poolSize: 3, preWarm: true, idleTimeout: 30, minWorkers: 1 });
  await until(() => count() === 1, "one worker stays");
  assert.deepEqual(await pool.evalCode("1"), { value: 1 });
  assert.equal(pool.getStats().workerRestarts, 0);
  pool.dispose();
  await untilGone(before);
});

test("all idle workers end, and come back", { skip: needs.workers }, async () => {
  const before = liveWorkers();
  const pool = await newWorkerPool({ poolSize: 2, idleTimeout: 20 });
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(await pool.evalCode(`${i}`), { value: i });
    await untilGone(before);
  }
  pool.dispose();
});

/** A process with a pool; `body` may use `pool`. */
function child(mode: object, body: string): ReturnType<typeof runModule> {
  return runModule(`
    import { newWorkerPool } from "qjspool";
    const pool = await newWorkerPool(${JSON.stringify({ poolSize: 2, ...mode })});
    ${body}
  `);
}

for (const mode of modes) {
  const ends = {
    "a pool that was never used": "",
    "an idle pool": "console.log((await pool.evalCode('1')).value)",
    "an open session":
      "const s = await pool.createSession(); console.log((await s.evalCode('1')).value)",
    "a disposed pool": "console.log((await pool.evalCode('1')).value); pool.dispose()",
  };

  for (const [what, body] of Object.entries(ends)) {
    test(`${mode.name}: a process ends with ${what}`, { skip: needs.process }, async () => {
      const { code, stderr, stdout } = await child(mode.options, body);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
      assert.equal(stdout, body === "" ? "" : "1\n");
    });
  }

  test(`${mode.name}: a process stays for what runs and waits`, { skip: needs.process }, async () => {
    const { code, stderr, stdout } = await child(
      mode.options,
      `for (let i = 0; i < 4; i++) {
        void pool.evalCode("await new Promise(r => setTimeout(r, 150)); " + i)
          .then(({ value }) => console.log("done", value));
      }`,
    );
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.deepEqual(
      stdout.trim().split("\n").sort(),
      [0, 1, 2, 3].map((i) => `done ${i}`),
    );
  });
}

test("a process stays for a worker that computes", { skip: needs.process }, async () => {
  const { code, stderr, stdout } = await child(
    usual.options,
    `void pool.evalCode("const t = Date.now(); while (Date.now() < t + 200); 'computed'")
      .then(({ value }) => console.log(value));`,
  );
  assert.deepEqual({ code, stderr, stdout }, { code: 0, stderr: "", stdout: "computed\n" });
});
