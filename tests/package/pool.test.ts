// SPDX-License-Identifier: MIT
// The pool itself: results, a clean state for each task, bootstrap code, globals, isolation, what
// runs at the same time, and arguments that are refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool, QuickJSWorkerPool } from "qjspool";
import { needs } from "./lib/needs.js";
import { deferred, errorOf, modes, valueOf } from "./lib/pools.js";

for (const mode of modes) {
  const make = (options = {}) => newWorkerPool({ poolSize: 2, ...mode.options, ...options });

  test(`${mode.name}: a value and an error have the README's shapes`, async () => {
    using pool = await make();
    assert.ok(pool instanceof QuickJSWorkerPool);
    assert.equal(pool.isMultiThreaded, mode.isThreaded);
    assert.deepEqual(await pool.evalCode("1 + 1"), { value: 2 });
    assert.deepEqual(await pool.evalCode("undefined"), { value: undefined });
    const { error, ...rest } = await pool.evalCode("throw new TypeError('no')");
    assert.deepEqual(rest, {});
    assert.equal(error?.name, "TypeError");
    assert.equal(error?.message, "no");
  });

  test(`${mode.name}: an idle pool says so`, async () => {
    using pool = await make();
    assert.equal(pool.busyWorkers, 0);
    assert.equal(pool.availableWorkers, 2);
    assert.equal(pool.queuedTasks, 0);
    assert.equal(pool.activeSessionCount, 0);
  });

  test(`${mode.name}: a busy pool says so`, async () => {
    const gate = deferred();
    using pool = await make({ poolSize: 1, hostFunctions: { gate: () => gate.promise } });
    const first = pool.evalCode("await gate(); 1");
    const second = pool.evalCode("2");
    assert.equal(pool.busyWorkers + pool.queuedTasks, 2);
    assert.equal(pool.queuedTasks >= 1, true);
    gate.resolve();
    assert.deepEqual([await first, await second], [{ value: 1 }, { value: 2 }]);
    assert.equal(pool.busyWorkers, 0);
    assert.equal(pool.queuedTasks, 0);
  });

  test(`${mode.name}: a task leaves nothing to the next`, async () => {
    using pool = await make({ poolSize: 1 });
    const dirty = "globalThis.a = 1; var b = 2; Array.prototype.map = 3; Object.prototype.c = 4;";
    for (let i = 0; i < 5; i++) {
      valueOf(await pool.evalCode(`const x = 1; ${dirty}`));
      const clean = "[typeof a, typeof b, typeof x, typeof [].map, {}.c]";
      const seen = valueOf(await pool.evalCode(clean));
      assert.deepEqual(seen, ["undefined", "undefined", "undefined", "function", undefined]);
    }
  });

  test(`${mode.name}: many at once, each with its own answer`, async () => {
    using pool = await make();
    const tasks = Array.from({ length: 500 }, (_, i) => pool.evalCode<number>(`${i} * 2`));
    const values = (await Promise.all(tasks)).map(valueOf);
    assert.deepEqual(
      values,
      Array.from({ length: 500 }, (_, i) => i * 2),
    );
  });

  test(`${mode.name}: bootstrap code runs before every worker's first task`, async () => {
    const bootstrapCode = "globalThis.n = 1; await null; function twice(x) { return 2 * x }";
    using pool = await make({ bootstrapCode, preWarm: true });
    const tasks = Array.from({ length: 8 }, () => pool.evalCode("n++; twice(n)"));
    assert.deepEqual((await Promise.all(tasks)).map(valueOf), Array(8).fill(4));
  });

  test(`${mode.name}: bootstrap code may be a module`, async () => {
    const bootstrapCode = 'import { v } from "lib"; globalThis.v = v; export {}';
    using pool = await make({ bootstrapCode, modules: { lib: "export const v = 5" } });
    assert.deepEqual(await pool.evalCode("v"), { value: 5 });
  });

  test(`${mode.name}: bootstrap code that throws`, async () => {
    const bootstrapCode = "throw new RangeError('cannot start')";
    await assert.rejects(make({ bootstrapCode, preWarm: true }), {
      name: "RangeError",
      message: /cannot start/,
    });
    using pool = await make({ bootstrapCode, preWarm: false });
    const error = errorOf(await pool.evalCode("1"), "RangeError");
    assert.match(error.message, /cannot start/);
    errorOf(await pool.evalCode("2"));
  });

  test(`${mode.name}: bootstrap code that never ends is stopped by the pool's timeout`, async () => {
    using pool = await make({ bootstrapCode: "for (;;) {}", defaultTimeout: 100 });
    errorOf(await pool.evalCode("1"), "TimeoutError");
  });

  test(`${mode.name}: globals of the pool, and of a task over them`, async () => {
    const shared = { n: 1 };
    const globals = { a: shared, b: shared, only: new Map([[1, new Date(5)]]) };
    using pool = await make({ globals, bootstrapCode: "globalThis.seen = a === b && a.n" });
    assert.deepEqual(await pool.evalCode("[seen, only.get(1).getTime()]"), { value: [1, 5] });
    valueOf(await pool.evalCode("a.n = 99; only.clear(); b = null"));
    assert.deepEqual(await pool.evalCode("[a.n, b.n, only.size]"), { value: [1, 1, 1] });
    const own = await pool.evalCode("[a, c]", { globals: { a: "task's", c: 3n } });
    assert.deepEqual(own, { value: ["task's", 3n] });
    assert.deepEqual(await pool.evalCode("[a.n, typeof c]"), { value: [1, "undefined"] });
    assert.equal(shared.n, 1);
  });

  test(`${mode.name}: a global named __proto__ changes no prototype`, async () => {
    const globals = JSON.parse('{"__proto__": {"evil": 1}, "fine": 2}') as Record<string, unknown>;
    using pool = await make({ poolSize: 1 });
    const code = "[typeof evil, {}.evil, fine, Object.hasOwn(globalThis, '__proto__')]";
    const { value } = await pool.evalCode(code, { globals });
    assert.deepEqual(value, ["undefined", undefined, 2, true]);
    assert.deepEqual(await pool.evalCode("typeof fine"), { value: "undefined" });
  });

  test(`${mode.name}: globals that cannot cross are refused, with their path`, async () => {
    const globals = { a: { list: [1, () => 1] } };
    await assert.rejects(make({ globals }), /a\.list\[1\]/);
    using pool = await make();
    await assert.rejects(pool.evalCode("1", { globals }), /a\.list\[1\]/);
    assert.deepEqual(await pool.evalCode("1"), { value: 1 });
  });

  test(`${mode.name}: isolation "worker" keeps a worker's state`, async () => {
    using pool = await make({ poolSize: 1, isolation: "worker", bootstrapCode: "let n = 0" });
    for (let i = 1; i <= 3; i++) {
      assert.deepEqual(await pool.evalCode("const again = ++n; again"), { value: i });
    }
  });

  test(`${mode.name}: isolation "worker" gives up the state of a task that was stopped`, async () => {
    using pool = await make({ poolSize: 1, isolation: "worker", bootstrapCode: "let n = 0" });
    assert.deepEqual(await pool.evalCode("++n"), { value: 1 });
    errorOf(await pool.evalCode("n = 50; for (;;) {}", { timeout: 50 }), "TimeoutError");
    assert.deepEqual(await pool.evalCode("++n"), { value: 1 });
  });

  test(`${mode.name}: an error does not end the pool`, async () => {
    using pool = await make({ poolSize: 1 });
    for (const code of [
      "throw 1",
      "null.x",
      "let a = ;",
      "() => 1",
      "await new Promise(() => {})",
    ]) {
      errorOf(await pool.evalCode(code));
      assert.deepEqual(await pool.evalCode("[1, 2].map(x => x + 1)"), { value: [2, 3] });
    }
  });

  test(`${mode.name}: what is no source is refused`, async () => {
    using pool = await make();
    for (const bad of [undefined, null, 5, {}, [], Symbol("s"), () => 1]) {
      await assert.rejects(pool.evalCode(bad as unknown as string), TypeError);
      assert.throws(() => pool.submit({ code: bad as unknown as string }), TypeError);
    }
    for (const bad of [undefined, null, "1 + 1", 5, {}, { codee: "1" }]) {
      assert.throws(() => pool.submit(bad as unknown as { code: string }), TypeError);
    }
    const both = { code: "1", call: "() => 1" } as unknown as { code: string };
    assert.throws(() => pool.submit(both), TypeError);
    assert.deepEqual(await pool.evalCode("1"), { value: 1 });
    assert.deepEqual(await pool.evalCode(""), { value: undefined });
  });

  test(`${mode.name}: bad options of a task are refused and name the option`, async () => {
    using pool = await make();
    const bad: [string, unknown][] = [
      ["timeout", -1],
      ["timeout", NaN],
      ["timeout", Infinity],
      ["timeout", "5"],
      ["queueTimeout", -1],
      ["filename", 5],
      ["priority", 1.5],
      ["priority", 2 ** 31],
      ["signal", {}],
      ["globals", 5],
      ["globals", []],
      ["memoryLimitBytes", 100],
      ["memoryLimitBytes", 65 * 1024 * 1024],
      ["timeOut", 5],
    ];
    for (const [name, value] of bad) {
      const isRight = (error: unknown) =>
        error instanceof TypeError && error.message.includes(name);
      await assert.rejects(pool.evalCode("1", { [name]: value }), isRight, `${name}: ${value}`);
      assert.throws(() => pool.submit({ code: "1", [name]: value }), isRight);
    }
    assert.equal(pool.getStats().completedTasks, 0);
  });

  test(`${mode.name}: options that are undefined are left out`, async () => {
    using pool = await make({
      defaultTimeout: undefined,
      globals: undefined,
      onConsole: undefined,
    });
    const options = { timeout: undefined, filename: undefined, signal: undefined };
    assert.deepEqual(await pool.evalCode("1", options), { value: 1 });
  });
}

test("tasks on two workers run at the same time", async () => {
  const arrived: (() => void)[] = [];
  const meet = () =>
    new Promise<void>((resolve) => {
      arrived.push(resolve);
      if (arrived.length === 2) for (const go of arrived) go();
    });
  using pool = await newWorkerPool({ poolSize: 2, hostFunctions: { meet } });
  const both = [pool.evalCode("await meet(); 1"), pool.evalCode("await meet(); 2")];
  assert.deepEqual((await Promise.all(both)).map(valueOf), [1, 2]);
});

test("a worker that loops keeps nobody else waiting", { skip: needs.workers }, async () => {
  using pool = await newWorkerPool({ poolSize: 2, preWarm: true });
  const stuck = pool.submit({ code: "for (;;) {}" });
  for (let i = 0; i < 20; i++) assert.deepEqual(await pool.evalCode(`${i}`), { value: i });
  assert.equal(stuck.pending, true);
  assert.equal(pool.busyWorkers, 1);
  stuck.cancel();
  errorOf(await stuck.promise, "CancelledError");
});

test("the default number of workers, and one", async () => {
  using pool = await newWorkerPool();
  assert.ok(pool.getStats().poolSize >= 1);
  assert.deepEqual(await pool.evalCode("1"), { value: 1 });
  using one = await newWorkerPool({ poolSize: 1 });
  assert.equal(one.getStats().poolSize, 1);
});
