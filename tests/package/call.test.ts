// SPDX-License-Identifier: MIT
// pool.call: functions and their sources, arguments and results, and what cannot be called.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool } from "qjspool";
import { errorOf, modes, valueOf } from "./lib/pools.js";
import { assertSame } from "./lib/same.js";

for (const mode of modes) {
  const make = (options = {}) => newWorkerPool({ poolSize: 1, ...mode.options, ...options });

  test(`${mode.name}: functions`, async () => {
    using pool = await make();
    assert.deepEqual(await pool.call((a: number, b: number) => a + b, 1, 2), { value: 3 });
    const plain = function (this: unknown, x: number) {
      return x * 2;
    };
    assert.deepEqual(await pool.call(plain, 4), { value: 8 });
    assert.deepEqual(await pool.call(async (x: number) => (await null, x), 4), { value: 4 });
    assert.deepEqual(await pool.call(() => undefined), { value: undefined });
  });

  test(`${mode.name}: sources`, async () => {
    using pool = await make();
    const sources = [
      "(a, b) => a + b",
      "function (a, b) { return a + b }",
      "function named(a, b) { return a + b }",
      "async (a, b) => { await null; return a + b }",
      "async function (a, b) { return a + b }",
      "(a, b) => a + b // with a comment at its end",
      "/* before */ (a, b) => (a + b)",
      "Math.max",
    ];
    for (const source of sources) {
      const want = source === "Math.max" ? 2 : 3;
      assert.deepEqual(await pool.call(source, 1, 2), { value: want }, source);
    }
  });

  test(`${mode.name}: methods of an object`, async () => {
    const object = {
      short(a: number) {
        return a + 1;
      },
      async later(a: number) {
        return a + 2;
      },
    };
    using pool = await make();
    const results = [await pool.call(object.short, 1), await pool.call(object.later, 1)];
    const outcomes = results.map((result) => result.error?.name ?? result.value);
    // A method's source is no expression: it works, or it is a SyntaxError that says so.
    assert.ok(
      outcomes.every((o, i) => o === i + 2 || o === "SyntaxError"),
      String(outcomes),
    );
  });

  test(`${mode.name}: arguments and results are clones`, async () => {
    using pool = await make();
    const shared = { n: [1, , -0] };
    const args = [shared, shared, new Map([[shared, 1n]]), new Date(5), undefined] as const;
    const back = await pool.call("(...args) => args", ...args);
    assertSame(valueOf(back), [...args]);
    const isSame = await pool.call(
      "(a, b, m) => [a === b, m.has(a), arguments.length === undefined]",
      ...args,
    );
    assert.equal(isSame.error?.name ?? "fine", isSame.error ? "ReferenceError" : "fine");
    assert.deepEqual(await pool.call("(a, b, m) => [a === b, m.has(a)]", ...args), {
      value: [true, true],
    });
  });

  test(`${mode.name}: it uses nothing of its surroundings`, async () => {
    using pool = await make({ globals: { g: 5 }, bootstrapCode: "const b = 6" });
    const outside = Math.random();
    const error = errorOf(await pool.call(() => outside), "ReferenceError");
    assert.match(error.message, /outside/);
    assert.deepEqual(await pool.call("() => [g, b]"), { value: [5, 6] });
    assert.deepEqual(await pool.call("() => { globalThis.left = 1 }"), { value: undefined });
    assert.deepEqual(await pool.call("() => typeof left"), { value: "undefined" });
  });

  test(`${mode.name}: errors`, async () => {
    using pool = await make({ defaultTimeout: 500 });
    assert.equal(
      errorOf(await pool.call("() => { throw new RangeError('m') }"), "RangeError").message,
      "m",
    );
    errorOf(await pool.call("() => { for (;;) {} }"), "TimeoutError");
    errorOf(await pool.call("(a, b) =>"), "SyntaxError");
    errorOf(await pool.call("5"), "TypeError");
    errorOf(await pool.call("() => () => 1"), "DataCloneError");
    errorOf(await pool.call("() => new Promise(() => {})"), "DeadlockError");
    errorOf(await pool.call("}) ; globalThis.x = 1; (() => {"), "SyntaxError");
    errorOf(await pool.call(Math.max, 1, 2), "SyntaxError");
  });

  test(`${mode.name}: what cannot be called or sent is refused`, async () => {
    using pool = await make();
    for (const bad of [undefined, null, 5, {}, Symbol("s")]) {
      await assert.rejects(pool.call(bad as unknown as string), TypeError);
    }
    const isPath = (error: Error): boolean => /arguments?\[1\]|args\[1\]/.test(error.message);
    await assert.rejects(
      pool.call("(a, b) => 1", 1, () => 2),
      isPath,
    );
    assert.throws(() => pool.submit({ call: "(a, b) => 1", args: [1, Symbol("s")] }), isPath);
    for (const args of [5, "ab", {}, null]) {
      const task = { call: "() => 1", args } as unknown as { call: string };
      assert.throws(() => pool.submit(task), TypeError);
    }
    assert.deepEqual(await pool.call("() => 1"), { value: 1 });
  });
}
