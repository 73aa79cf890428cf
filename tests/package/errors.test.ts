// SPDX-License-Identifier: MIT
// Failures as data: what a task error holds, what it never holds, and the classes that a misused
// pool throws.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  MultiThreadingNotSupportedError,
  newWorkerPool,
  PoolDisposedError,
  QueueFullError,
} from "qjspool";
import { deferred, errorOf, modes } from "./lib/pools.js";

for (const mode of modes) {
  const make = (options = {}) => newWorkerPool({ poolSize: 1, ...mode.options, ...options });

  test(`${mode.name}: an error of the guest`, async () => {
    using pool = await make();
    const error = errorOf(await pool.evalCode('throw new Error("test")'));
    assert.deepEqual(Object.keys(error).sort(), ["message", "name", "stack"]);
    assert.deepEqual([error.name, error.message], ["Error", "test"]);
    assert.match(error.stack ?? "", /eval\.js:1:\d+/);
    assert.equal(Object.getPrototypeOf(error), Object.prototype);
    assert.deepEqual(structuredClone(error), error);
  });

  test(`${mode.name}: stacks hold the guest's frames only`, async () => {
    using pool = await make({ hostFunctions: { fail: () => Promise.reject(new Error("host")) } });
    const codes = [
      "function a() { throw new Error('x') }\na()",
      "await null; throw new Error('x')",
      "setTimeout(() => { throw new Error('x') }, 1); await new Promise(() => {})",
      "await fail()",
      "export const a = 1; throw new Error('x')",
      "({ get a() { throw new Error('x') } })",
      "let a = ;",
    ];
    for (const code of codes) {
      const { stack = "" } = errorOf(await pool.evalCode(code, { filename: "mine.js" }));
      assert.equal(/wasm|node:|file:|\.mjs|\.cjs|\.ts\b|qjsp|worker/.test(stack), false, stack);
    }
    const called = await pool.call("() => { throw new Error('x') }");
    assert.equal(/wasm|node:|qjsp/.test(errorOf(called).stack ?? ""), false);
    const { stack } = errorOf(await pool.evalCode(codes[0]!, { filename: "mine.js" }));
    assert.match(stack ?? "", /at a \(mine\.js:1:\d+\)\n.*mine\.js:2:\d+/);
  });

  test(`${mode.name}: causes and several errors`, async () => {
    using pool = await make();
    const { error } = await pool.evalCode(
      "throw new AggregateError([new TypeError('a'), 2], 'many', { cause: new RangeError('why') })",
    );
    assert.deepEqual([error?.name, error?.message], ["AggregateError", "many"]);
    assert.ok(error?.cause instanceof RangeError && error.cause.message === "why");
    const [first, second] = error.errors ?? [];
    assert.ok(first instanceof TypeError && first.message === "a");
    assert.equal(second, 2);
  });

  test(`${mode.name}: what is thrown and is no Error`, async () => {
    using pool = await make();
    const cases: [string, string, unknown][] = [
      ["'text'", "text", "text"],
      ["42", "42", 42],
      ["undefined", "undefined", undefined],
      ["null", "null", null],
      ["-0", "0", -0],
      ["{ code: 7 }", "[object Object]", { code: 7 }],
      ["[1, 2]", "1,2", [1, 2]],
    ];
    for (const [code, message, value] of cases) {
      const { error } = await pool.evalCode(`throw ${code}`);
      assert.deepEqual(error, { name: "Error", message, value });
      assert.deepEqual(await pool.evalCode(`await Promise.reject(${code})`), { error });
    }
    errorOf(await pool.evalCode("throw Symbol('s')"), "Error");
    errorOf(await pool.evalCode("throw () => 1"), "Error");
  });

  test(`${mode.name}: names of the pool's errors are not the guest's to give`, async () => {
    using pool = await make();
    for (const name of [
      "TimeoutError",
      "CancelledError",
      "WorkerCrashError",
      "PoolDisposedError",
    ]) {
      const code = `throw Object.assign(new Error("m"), { name: ${JSON.stringify(name)}, isTimeout: true, isCancelled: true, isWorkerCrash: true })`;
      const error = errorOf(await pool.evalCode(code), name);
      assert.deepEqual(Object.keys(error).sort(), ["message", "name", "stack"]);
    }
    const { error } = await pool.evalCode("throw { isTimeout: true, name: 'TimeoutError' }");
    assert.deepEqual([error?.name, error?.isTimeout], ["Error", undefined]);
  });

  test(`${mode.name}: an error cannot reach prototypes of the host`, async () => {
    using pool = await make();
    const code = `const e = new Error("m"); Object.defineProperty(e, "__proto__", { value: { evil: 1 }, enumerable: true });
      e.cause = JSON.parse('{"__proto__": {"evil": 2}}'); throw e`;
    const error = errorOf(await pool.evalCode(code)) as unknown as {
      evil?: number;
      cause: { evil?: number };
    };
    assert.equal(error.evil, undefined);
    assert.equal(error.cause.evil, undefined);
    assert.equal(({} as { evil?: number }).evil, undefined);
  });

  test(`${mode.name}: what cannot cross names its path`, async () => {
    using pool = await make();
    const cases = {
      "() => 1": /result/,
      "({ list: [1, { callback() {} }] })": /list\[1\]\.callback/,
      "[Symbol('s')]": /\[0\]/,
      "new Map([[1, () => 1]])": /function/,
      "({ 'a b': () => 1 })": /a b/,
      "new WeakMap()": /WeakMap/,
      "new Proxy({}, {})": /Proxy|proxy/,
      "export function f() {}": /f/,
    };
    for (const [code, message] of Object.entries(cases)) {
      assert.match(errorOf(await pool.evalCode(code), "DataCloneError").message, message);
    }
  });

  test(`${mode.name}: what this host has no class or syntax for costs no worker`, async () => {
    using pool = await make({ hostFunctions: { take: () => 1 }, onConsole: () => {} });
    const sources = ["new Float16Array(2)", "/(?<a>x)|(?<a>y)/", "/(?i:a)/"];
    for (const source of sources) {
      for (const code of [
        source,
        `[{ a: ${source} }]`,
        `throw ${source}`,
        `await take(${source})`,
      ]) {
        const { error } = await pool.evalCode(code);
        assert.equal(error?.isWorkerCrash, undefined, `${code}: ${error?.message}`);
        if (error) assert.match(error.name, /^(DataCloneError|Error)$/);
      }
      assert.deepEqual(await pool.evalCode(`console.log(${source}); 1`), { value: 1 });
    }
    assert.equal(pool.getStats().workerRestarts, 0);
  });

  test(`${mode.name}: a pool that was disposed of`, async () => {
    const pool = await make();
    pool.dispose();
    const isRight = (error: unknown): boolean => {
      assert.ok(error instanceof PoolDisposedError && error instanceof Error);
      assert.equal(error.name, "PoolDisposedError");
      return true;
    };
    await assert.rejects(pool.evalCode("1"), isRight);
    assert.throws(() => pool.submit({ code: "1" }), isRight);
    await assert.rejects(pool.createSession(), isRight);
    await assert.rejects(pool.call("() => 1"), isRight);
    await assert.rejects(pool.evalCodeBatch(["1"]), isRight);
  });

  test(`${mode.name}: a queue that is full`, async () => {
    const gate = deferred();
    using pool = await make({ maxQueueSize: 1, hostFunctions: { gate: () => gate.promise } });
    const first = pool.evalCode("await gate()");
    await new Promise((done) => setTimeout(done, 20));
    const second = pool.submit({ code: "2" });
    assert.throws(
      () => pool.submit({ code: "3" }),
      (error: Error) => error instanceof QueueFullError && error.name === "QueueFullError",
    );
    await assert.rejects(pool.evalCode("3"), QueueFullError);
    gate.resolve();
    await first;
    assert.deepEqual(await second.promise, { value: 2 });
    assert.deepEqual(await pool.evalCode("4"), { value: 4 });
  });
}

test("the class for platforms without workers", () => {
  assert.equal(new MultiThreadingNotSupportedError().name, "MultiThreadingNotSupportedError");
});
