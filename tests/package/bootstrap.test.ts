// SPDX-License-Identifier: MIT
// Bootstrap code: what it asks of the host while other bootstraps of the same worker did the same.
// tests/package/renewal.test.ts has when it runs again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool } from "qjspool";
import { isBoot, nextBootSeq, nextTaskSeq } from "../../packages/qjspool/src/protocol.js";
import { deferred, modes, until } from "./lib/pools.js";

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

test("numbers of tasks and bootstraps stay apart, whenever they begin again", () => {
  const seqs = [0, 1, 0x7ffffffe, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
  assert.deepEqual(seqs.map(isBoot), [false, false, false, false, true, true, true]);
  assert.deepEqual(seqs.slice(0, 4).map(nextTaskSeq), [1, 2, 0x7fffffff, 1]);
  assert.deepEqual(
    [0, ...seqs.slice(4)].map(nextBootSeq),
    [0x80000000, 0x80000001, 0xffffffff, 0x80000000],
  );
});
