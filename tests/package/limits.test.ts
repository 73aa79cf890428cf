// SPDX-License-Identifier: MIT
// Limits and their names: time, memory, stack, result, source; that each holds, that the next task
// is right, and what the defaults are.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool } from "qjspool";
import { deferred, errorOf, modes, valueOf } from "./lib/pools.js";

const MIB = 2 ** 20;

for (const mode of modes) {
  const make = (options = {}) => newWorkerPool({ poolSize: 1, ...mode.options, ...options });
  const holds = async (
    options: object,
    code: string,
    name: string,
    taskOptions = {},
  ): Promise<void> => {
    using pool = await make(options);
    for (let i = 0; i < 2; i++) {
      const error = errorOf(await pool.evalCode(code, taskOptions), name);
      assert.equal(error.isTimeout ?? false, name === "TimeoutError");
      assert.deepEqual(await pool.evalCode("[1, 2].map(x => x * 2)"), { value: [2, 4] });
    }
  };

  for (const code of [
    "for (;;) {}",
    "for (;;) { try { for (;;) {} } catch {} }",
    "await new Promise(r => setTimeout(r, 1e8))",
    "(function f() { Promise.resolve().then(f) })(); await new Promise(() => {})",
    "/^(a+)+$/.test('a'.repeat(40) + 'b')",
    "({ get a() { for (;;) {} } })",
  ]) {
    test(`${mode.name}: time: ${code.slice(0, 40)}`, () =>
      holds({}, code, "TimeoutError", { timeout: 40 }));
  }

  test(`${mode.name}: time: the pool's default, and a task's own`, async () => {
    using pool = await make({ defaultTimeout: 40 });
    errorOf(await pool.evalCode("for (;;) {}"), "TimeoutError");
    const sleep = "await new Promise(r => setTimeout(r, 80)); 1";
    errorOf(await pool.evalCode(sleep), "TimeoutError");
    assert.deepEqual(await pool.evalCode(sleep, { timeout: 30_000 }), { value: 1 });
    assert.deepEqual(await pool.evalCode(sleep, { timeout: 0 }), { value: 1 });
    errorOf(await pool.evalCode("for (;;) {}", { timeout: 0.5 }), "TimeoutError");
    assert.equal(pool.getStats().timedOutTasks, 3);
  });

  test(`${mode.name}: time: waiting in the queue does not count`, async () => {
    const gate = deferred();
    using pool = await make({ hostFunctions: { gate: () => gate.promise } });
    const first = pool.evalCode("await gate(); 1");
    const second = pool.evalCode("2", { timeout: 2000 });
    setTimeout(gate.resolve, 50);
    assert.deepEqual([await first, await second], [{ value: 1 }, { value: 2 }]);
  });

  test(`${mode.name}: a promise that nothing can settle`, async () => {
    using pool = await make({ hostFunctions: { f: () => 1 } });
    for (const code of [
      "await new Promise(() => {})",
      "new Promise(() => {})",
      "await f(); await new Promise(() => {})",
    ]) {
      errorOf(await pool.evalCode(code), "DeadlockError");
    }
    assert.deepEqual(await pool.evalCode("1"), { value: 1 });
  });

  for (const code of [
    "const a = []; for (;;) a.push({ x: a.length })",
    "const a = []; for (;;) a.push(new Uint8Array(100000))",
    "new ArrayBuffer(100000000)",
    "let s = 'x'; for (;;) { s += s; s.charCodeAt(s.length >> 1) }",
    "const a = []; for (;;) a.push('x'.repeat(10000) + a.length)",
  ]) {
    test(`${mode.name}: memory: ${code}`, () =>
      holds({ memoryLimitBytes: 8 * MIB }, code, "MemoryLimitError"));
  }

  test(`${mode.name}: memory: the default, and a task's own`, async () => {
    using pool = await make();
    assert.deepEqual(await pool.evalCode("new Uint8Array(50e6).length"), { value: 50e6 });
    errorOf(await pool.evalCode("new Uint8Array(70e6)"), "MemoryLimitError");
    const options = { memoryLimitBytes: 8 * MIB };
    errorOf(await pool.evalCode("new Uint8Array(20e6)", options), "MemoryLimitError");
    assert.deepEqual(await pool.evalCode("new Uint8Array(20e6).length"), { value: 20e6 });
    const more = { memoryLimitBytes: 65 * MIB };
    await assert.rejects(pool.evalCode("1", more), /memoryLimitBytes/);
  });

  test(`${mode.name}: memory: more, if asked for`, async () => {
    using pool = await make({ memoryLimitBytes: 200 * MIB });
    assert.deepEqual(await pool.evalCode("new Uint8Array(150e6).length"), { value: 150e6 });
  });

  test(`${mode.name}: memory: what was caught leaves a working task`, async () => {
    using pool = await make({ memoryLimitBytes: 8 * MIB });
    const code =
      "try { const a = []; for (;;) a.push(new Array(1000).fill(1)) } catch {} [1].map(x => x + 1)";
    assert.deepEqual(await pool.evalCode(code), { value: [2] });
  });

  for (const code of [
    "(function f() { return f() + 1 })()",
    "const o = { get a() { return this.a } }; o.a",
    "const t = { toString() { return String(this) } }; String(t)",
    "JSON.parse('['.repeat(1000000))",
    "eval('('.repeat(100000))",
    "[1].values().constructor; const p = new Proxy({}, { get: (t, k, r) => r[k] }); p.x",
  ]) {
    test(`${mode.name}: stack: ${code.slice(0, 50)}`, async () => {
      for (const maxStackSizeBytes of [64 * 1024, 512 * 1024, 3 * MIB]) {
        using pool = await make({ maxStackSizeBytes, memoryLimitBytes: 128 * MIB });
        const { error } = await pool.evalCode(code);
        assert.ok(error?.name === "RangeError", `${error?.name}: ${error?.message}`);
        assert.deepEqual(await pool.evalCode("[1, 2].map(x => x * 2)"), { value: [2, 4] });
      }
    });
  }

  test(`${mode.name}: stack: a RangeError can be caught`, async () => {
    using pool = await make();
    const code =
      "let d = 0; const f = () => { d++; f() }; try { f() } catch (e) { [e.name, e.message, d > 100] }";
    const value = valueOf(await pool.evalCode(code));
    assert.deepEqual(value, ["RangeError", "Maximum call stack size exceeded", true]);
  });

  test(`${mode.name}: result: too large, just fits, no limit`, async () => {
    await holds({ resultLimitBytes: 1000 }, "'x'.repeat(2000)", "ResultTooLargeError");
    await holds(
      { resultLimitBytes: 1000 },
      "throw new Error('x'.repeat(2000))",
      "ResultTooLargeError",
    );
    await holds({}, "new Uint8Array(17 * 2 ** 20)", "ResultTooLargeError");
    await holds(
      {},
      "let v = []; for (let i = 0; i < 20000; i++) v = [v]; v",
      "ResultTooLargeError",
    );
    using pool = await make({ resultLimitBytes: 0 });
    assert.equal(
      valueOf(await pool.evalCode<Uint8Array>("new Uint8Array(20 * 2 ** 20)")).length,
      20 * MIB,
    );
    using small = await make({ resultLimitBytes: 1000 });
    assert.deepEqual(await small.evalCode("'x'.repeat(900).length"), { value: 900 });
    assert.equal(valueOf(await small.evalCode<string>("'x'.repeat(900)")).length, 900);
  });

  test(`${mode.name}: what crosses by host functions has that limit too`, async () => {
    const big = "x".repeat(2000);
    const hostFunctions = { give: () => big, take: () => "taken" };
    using pool = await make({ resultLimitBytes: 1000, hostFunctions });
    errorOf(await pool.evalCode("(await give()).length"));
    errorOf(await pool.evalCode("await take('x'.repeat(2000))"));
    assert.deepEqual(await pool.evalCode("await take(1)"), { value: "taken" });
  });

  test(`${mode.name}: source`, async () => {
    using pool = await make({ sourceLimitBytes: 20 });
    errorOf(await pool.evalCode("1 + 1 // and more than twenty bytes"), "SourceTooLargeError");
    errorOf(await pool.evalCode(`'${"ä".repeat(10)}'`), "SourceTooLargeError");
    assert.deepEqual(await pool.evalCode("'ä'.repeat(3)"), { value: "äää" });
    using usual = await make();
    errorOf(await usual.evalCode(`// ${"x".repeat(17 * MIB)}`), "SourceTooLargeError");
    assert.deepEqual(await usual.evalCode(`// ${"x".repeat(5 * MIB)}\n1`), { value: 1 });
    using unlimited = await make({ sourceLimitBytes: 0, memoryLimitBytes: 200 * MIB });
    assert.deepEqual(await unlimited.evalCode(`// ${"x".repeat(17 * MIB)}\n1`), { value: 1 });
  });

  test(`${mode.name}: timers and host calls at a time`, async () => {
    using pool = await make({ hostFunctions: { never: () => new Promise(() => {}) } });
    const flood = (call: string) =>
      `let n = 0; try { for (;;) { ${call}; n++ } } catch (e) { [n, e.name] }`;
    assert.deepEqual(await pool.evalCode(flood("setTimeout(() => {}, 1e6)")), {
      value: [10000, "RangeError"],
    });
    assert.deepEqual(await pool.evalCode(flood("never()")), { value: [1024, "RangeError"] });
    assert.deepEqual(await pool.evalCode("1"), { value: 1 });
  });
}

test("a limit that cannot hold the globals is named as it was given", async () => {
  const options = { poolSize: 1, preWarm: true, memoryLimitBytes: 1 << 20 };
  await assert.rejects(newWorkerPool({ ...options, globals: { text: "x".repeat(3e6) } }), {
    name: "MemoryLimitError",
    message: "the memory limit of 1048576 bytes was reached",
  });
});
