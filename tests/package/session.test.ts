// SPDX-License-Identifier: MIT
// Sessions: state that stays, order, what one session and the next user see of another, pinning,
// release, and what fails.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool, PoolDisposedError } from "qjspool";
import { deferred, errorOf, modes, until, valueOf } from "./lib/pools.js";

for (const mode of modes) {
  const make = (options = {}) => newWorkerPool({ poolSize: 2, ...mode.options, ...options });

  test(`${mode.name}: state stays from call to call`, async () => {
    using pool = await make();
    const session = await pool.createSession();
    await session.evalCode("globalThis.counter = 0; let kept = new Map()");
    await session.evalCode("counter++; kept.set(1, 2)");
    await session.evalCode("function greet(name) { return 'Hello, ' + name }");
    const last = await session.evalCode("[counter, kept.get(1), greet('you')]");
    assert.deepEqual(last, { value: [1, 2, "Hello, you"] });
    session.release();
  });

  test(`${mode.name}: what a session tells about itself`, async () => {
    using pool = await make();
    const first = await pool.createSession();
    const second = await pool.createSession();
    assert.deepEqual([first.sessionId, second.sessionId], ["session-1", "session-2"]);
    assert.ok(Number.isInteger(first.workerId) && first.workerId >= 1);
    assert.notEqual(first.workerId, second.workerId);
    assert.deepEqual([first.alive, second.alive], [true, true]);
    assert.equal(pool.activeSessionCount, 2);
    first.release();
    assert.deepEqual([first.alive, second.alive], [false, true]);
    assert.equal(pool.activeSessionCount, 1);
    first.release();
    assert.equal(pool.activeSessionCount, 1);
    second.release();
    assert.equal(pool.activeSessionCount, 0);
  });

  test(`${mode.name}: sessions see nothing of one another, nor tasks of them`, async () => {
    using pool = await make({ poolSize: 3 });
    const [a, b] = await Promise.all([pool.createSession(), pool.createSession()]);
    await Promise.all([a.evalCode("var name = 'a'"), b.evalCode("var name = 'b'")]);
    const all = [a.evalCode("name"), b.evalCode("name"), pool.evalCode("typeof name")];
    assert.deepEqual((await Promise.all(all)).map(valueOf), ["a", "b", "undefined"]);
  });

  test(`${mode.name}: the next user of a worker sees none of it`, async () => {
    using pool = await make({ poolSize: 1, bootstrapCode: "globalThis.base = 1" });
    for (let i = 0; i < 3; i++) {
      const session = await pool.createSession();
      const dirty =
        "base++; var left = 1; Array.prototype.map = null; setInterval(() => left++, 0)";
      assert.deepEqual(await session.evalCode("typeof left"), { value: "undefined" });
      valueOf(await session.evalCode(dirty));
      session.release();
      const clean = await pool.evalCode("[base, typeof left, typeof [].map]");
      assert.deepEqual(clean, { value: [1, "undefined", "function"] });
    }
  });

  test(`${mode.name}: calls run one after the other, in order`, async () => {
    const gate = deferred();
    using pool = await make({ hostFunctions: { gate: () => gate.promise } });
    using session = await pool.createSession();
    const calls = [session.evalCode("var log = []; await gate(); log.push(0)")];
    for (let i = 1; i < 20; i++) calls.push(session.evalCode(`log.push(${i})`));
    const all = session.evalCode("log");
    gate.resolve();
    assert.deepEqual(
      (await Promise.all(calls)).map(valueOf),
      calls.map((_, i) => i + 1),
    );
    assert.deepEqual(await all, { value: calls.map((_, i) => i) });
  });

  test(`${mode.name}: top-level names may be declared again`, async () => {
    using pool = await make();
    using session = await pool.createSession();
    for (let i = 0; i < 3; i++) {
      const code = `const fs = ${i}; let x; class A { static v = fs }`;
      assert.deepEqual(await session.evalCode(code), { value: undefined });
      assert.deepEqual(await session.evalCode("[fs, x, A.v]"), { value: [i, undefined, i] });
    }
    errorOf(await session.evalCode("let twice = 1; let twice = 2"), "SyntaxError");
  });

  test(`${mode.name}: an error and a timeout do not end it`, async () => {
    using pool = await make();
    using session = await pool.createSession();
    await session.evalCode("var n = 1");
    errorOf(await session.evalCode("n++; throw new Error('x')"), "Error");
    const error = errorOf(await session.evalCode("n++; for (;;) {}", { timeout: 50 }));
    assert.deepEqual([error.name, error.isTimeout], ["TimeoutError", true]);
    assert.deepEqual(await session.evalCode("n"), { value: 3 });
    assert.equal(session.alive, true);
  });

  test(`${mode.name}: options of a call`, async () => {
    using pool = await make();
    using session = await pool.createSession();
    const options = { filename: "repl.js", globals: { given: [1] } };
    const error = errorOf(await session.evalCode("given.push(2); null.x", options), "TypeError");
    assert.match(error.stack ?? "", /repl\.js:1/);
    assert.deepEqual(await session.evalCode("given"), { value: [1, 2] });
    await assert.rejects(session.evalCode(5 as unknown as string), TypeError);
    await assert.rejects(session.evalCode("1", { timeout: -1 }), /timeout/);
  });

  test(`${mode.name}: after release it rejects`, async () => {
    using pool = await make();
    const session = await pool.createSession();
    session.release();
    await assert.rejects(session.evalCode("1"), { name: "Error", message: /released|session/ });
    assert.deepEqual(await pool.evalCode("1"), { value: 1 });
  });

  test(`${mode.name}: release cancels what runs and waits`, async () => {
    const called = deferred();
    const hostFunctions = { never: () => (called.resolve(), new Promise(() => {})) };
    using pool = await make({ poolSize: 1, hostFunctions });
    const session = await pool.createSession();
    const running = session.evalCode("await never()");
    const waiting = session.evalCode("1");
    await called.promise;
    session.release();
    assert.equal(errorOf(await running, "CancelledError").isCancelled, true);
    assert.equal(errorOf(await waiting, "CancelledError").isCancelled, true);
    assert.deepEqual(await pool.evalCode("2"), { value: 2 });
  });

  test(`${mode.name}: using`, async () => {
    using pool = await make({ poolSize: 1 });
    {
      using session = await pool.createSession();
      assert.deepEqual(await session.evalCode("var n = 5; n"), { value: 5 });
    }
    assert.deepEqual(await pool.evalCode("typeof n"), { value: "undefined" });
  });

  test(`${mode.name}: when every worker is pinned, one more is refused`, async () => {
    using pool = await make();
    const sessions = [await pool.createSession(), await pool.createSession()];
    await assert.rejects(pool.createSession(), /pinned|session/);
    sessions[0]!.release();
    const again = await pool.createSession();
    assert.deepEqual(await again.evalCode("7"), { value: 7 });
  });

  test(`${mode.name}: it waits for a worker that is busy`, async () => {
    const gate = deferred();
    using pool = await make({ poolSize: 1, hostFunctions: { gate: () => gate.promise } });
    const busy = pool.evalCode("await gate(); 'busy'");
    await until(() => pool.busyWorkers === 1, "the worker is busy");
    const behind = pool.evalCode("'behind'");
    let isOpen = false;
    const opening = pool.createSession().then((session) => ((isOpen = true), session));
    await Promise.resolve();
    assert.equal(isOpen, false);
    gate.resolve();
    assert.deepEqual(await busy, { value: "busy" });
    const session = await opening;
    assert.deepEqual(await session.evalCode("1"), { value: 1 });
    session.release();
    assert.deepEqual(await behind, { value: "behind" });
  });

  test(`${mode.name}: a task waits while all workers are pinned`, async () => {
    using pool = await make({ poolSize: 1 });
    const session = await pool.createSession();
    const task = pool.submit({ code: "typeof mine" });
    assert.deepEqual(await session.evalCode("var mine = 1; mine"), { value: 1 });
    assert.equal(task.pending, true);
    session.release();
    assert.deepEqual(await task.promise, { value: "undefined" });
  });

  test(`${mode.name}: with the pool it ends`, async () => {
    const pool = await make();
    const session = await pool.createSession();
    const last = session.evalCode("await new Promise(() => { setInterval(() => {}, 1e6) })");
    const rejected = assert.rejects(last, PoolDisposedError);
    pool.dispose();
    await rejected;
    assert.equal(session.alive, false);
    await assert.rejects(session.evalCode("1"));
    session.release();
    await assert.rejects(pool.createSession(), PoolDisposedError);
  });

  test(`${mode.name}: many sessions, one after the other`, async () => {
    using pool = await make();
    for (let i = 0; i < 30; i++) {
      using session = await pool.createSession();
      assert.deepEqual(await session.evalCode(`var n = ${i}; typeof before`), {
        value: "undefined",
      });
      assert.deepEqual(await session.evalCode("var before = n; n"), { value: i });
    }
    assert.equal(pool.getStats().sessions, 0);
  });

  test(`${mode.name}: bootstrap code that throws fails the session or its calls`, async () => {
    using pool = await make({ poolSize: 1, bootstrapCode: "throw new RangeError('no start')" });
    const open = async () => {
      const session = await pool.createSession();
      const { error } = await session.evalCode("1");
      throw Object.assign(new Error(error?.message), { name: error?.name });
    };
    await assert.rejects(open(), /no start/);
  });
}
