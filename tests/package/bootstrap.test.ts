// SPDX-License-Identifier: MIT
// Bootstrap code: what it asks of the host while other bootstraps of the same worker did the same,
// and what is said of one that takes too long.
// tests/package/renewal.test.ts has when it runs again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool } from "qjspool";
import { isBoot, nextBootSeq, nextTaskSeq } from "../../packages/qjspool/src/protocol.js";
import { deferred, errorOf, modes, until } from "./lib/pools.js";

/** More than an instance may grow by: the worker makes another. */
const GROW = "new Uint8Array(20 * 2 ** 20).fill(1).length";

for (const mode of modes) {
  test(`${mode.name}: a late answer to an earlier bootstrap is nobody's`, async () => {
    const answers = [deferred<string>(), deferred<string>()];
    let nboots = 0;
    let nasked = 0;
    using pool = await newWorkerPool({
      ...mode.options,
      poolSize: 1,
      hostFunctions: {
        boot: () => ++nboots,
        ask: () => answers[nasked++]!.promise,
        pass: () => {},
      },
      // in both the question is the second call
      bootstrapCode:
        "if (await boot() === 1) { void ask(); await pass() } else globalThis.answer = await ask()",
    });
    await pool.evalCode(GROW);
    await until(() => nasked === 2, "the second bootstrap has asked");
    answers[0]!.resolve("to the first");
    await answers[0]!.promise;
    answers[1]!.resolve("to the second");
    assert.deepEqual(await pool.evalCode("answer"), { value: "to the second" });
  });
}

for (const mode of modes) {
  const make = (options = {}) =>
    newWorkerPool({ ...mode.options, poolSize: 1, preWarm: false, defaultTimeout: 60, ...options });

  for (const bootstrapCode of ["for (;;) {}", "await new Promise((r) => setTimeout(r, 1e8))"]) {
    test(`${mode.name}: who waits is told of a bootstrap's time: ${bootstrapCode}`, async () => {
      const message = "the bootstrap code was stopped by its time limit after 60 ms";
      using pool = await make({ bootstrapCode });
      for (const options of [{}, { timeout: 30_000 }, { queueTimeout: 30_000 }]) {
        const { error } = await pool.evalCode("1", options);
        assert.deepEqual(error, { name: "TimeoutError", message, isTimeout: true });
      }
      await assert.rejects(pool.createSession(), { message: new RegExp(message) });
      await assert.rejects(make({ bootstrapCode, preWarm: true }), { message });
    });
  }

  test(`${mode.name}: a wait that ends with a bootstrap is not taken for one`, async () => {
    using pool = await make({ bootstrapCode: "for (;;) {}" });
    const results = [pool.evalCode("1", { queueTimeout: 20 }), pool.evalCode("2")];
    // both have happened when this thread looks
    for (const end = Date.now() + 200; Date.now() < end; );
    const messages = (await Promise.all(results)).map((r) => errorOf(r, "TimeoutError").message);
    assert.deepEqual(messages, [
      "the task waited longer than 20 ms in the queue",
      "the bootstrap code was stopped by its time limit after 60 ms",
    ]);
  });
}

test("numbers of tasks and bootstraps stay apart, whenever they begin again", () => {
  const seqs = [0, 1, 0x7ffffffe, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
  assert.deepEqual(seqs.map(isBoot), [false, false, false, false, true, true, true]);
  assert.deepEqual(seqs.slice(0, 4).map(nextTaskSeq), [1, 2, 0x7fffffff, 1]);
  assert.deepEqual(
    [0, ...seqs.slice(4)].map(nextBootSeq),
    [0x80000000, 0x80000001, 0xffffffff, 0x80000000],
  );
});
