// SPDX-License-Identifier: MIT
// The options `random` and `clock`: runs that repeat, and what is different without them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool } from "qjspool";
import { modes, valueOf } from "./lib/pools.js";

const DRAW =
  "[Math.random(), Math.random(), crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(4))]]";

for (const mode of modes) {
  const make = (options = {}) => newWorkerPool({ poolSize: 2, ...mode.options, ...options });
  const draw = async (options: object): Promise<string[]> => {
    using pool = await make(options);
    const results = await Promise.all([1, 2, 3].map(() => pool.evalCode(DRAW)));
    return results.map((result) => JSON.stringify(valueOf(result)));
  };

  test(`${mode.name}: a seed gives every task the same numbers`, async () => {
    const first = await draw({ random: 42 });
    assert.equal(new Set([...first, ...(await draw({ random: 42 }))]).size, 1);
    assert.deepEqual(await draw({ random: 42n }), first);
    assert.notDeepEqual(await draw({ random: 43 }), first);
    for (const random of [0, -1, 0.5, 2n ** 63n])
      assert.equal(new Set(await draw({ random })).size, 1);
  });

  test(`${mode.name}: within a task they differ`, async () => {
    using pool = await make({ random: 7 });
    const value = valueOf(
      await pool.evalCode("new Set(Array.from({ length: 100 }, Math.random)).size"),
    );
    assert.equal(value, 100);
  });

  test(`${mode.name}: without a seed no two are the same`, async () => {
    assert.equal(new Set([...(await draw({})), ...(await draw({}))]).size, 6);
  });

  test(`${mode.name}: after bootstrap code that drew`, async () => {
    const bootstrapCode = "globalThis.before = Math.random()";
    const options = { random: 5, bootstrapCode };
    assert.equal(new Set(await draw(options)).size, 1);
    using pool = await make({ bootstrapCode });
    const seen = await Promise.all([1, 2, 3, 4].map(() => pool.evalCode("Math.random()")));
    assert.equal(new Set(seen.map(valueOf)).size, 4);
  });

  test(`${mode.name}: the same on workers and on one thread`, async () => {
    using other = await newWorkerPool({
      poolSize: 1,
      forceSingleThreaded: mode.isThreaded,
      random: 9,
    });
    assert.equal(
      JSON.stringify(valueOf(await other.evalCode(DRAW))),
      (await draw({ random: 9 }))[0],
    );
  });

  test(`${mode.name}: a fixed clock`, async () => {
    const look =
      "const t = Date.now(); await new Promise(r => setTimeout(r, 5)); [t, Date.now(), new Date().getTime(), performance.now(), new Date(7).getTime()]";
    for (const clock of [1e12, new Date(1e12)]) {
      using pool = await make({ clock });
      for (let i = 0; i < 2; i++) {
        assert.deepEqual(await pool.evalCode(look), { value: [1e12, 1e12, 1e12, 0, 7] });
      }
    }
    using zero = await make({ clock: 0 });
    assert.deepEqual(await zero.evalCode("new Date().toISOString()"), {
      value: "1970-01-01T00:00:00.000Z",
    });
  });

  test(`${mode.name}: without it, the real one`, async () => {
    using pool = await make();
    const [guest, moved] = valueOf(
      await pool.evalCode<number[]>(
        "const t = Date.now(), p = performance.now(); await new Promise(r => setTimeout(r, 20)); [t, performance.now() - p]",
      ),
    ) as [number, number];
    assert.ok(Math.abs(guest - Date.now()) < 60_000);
    assert.ok(moved >= 15 && moved < 60_000, `${moved}`);
  });

  test(`${mode.name}: a timeout counts real time all the same`, async () => {
    using pool = await make({ clock: 0, random: 1 });
    const { error } = await pool.evalCode("for (;;) {}", { timeout: 40 });
    assert.equal(error?.name, "TimeoutError");
  });
}

test("bad seeds and clocks are refused", async () => {
  for (const random of [NaN, Infinity, "5", null, {}]) {
    await assert.rejects(newWorkerPool({ random: random as number }), /random/);
  }
  for (const clock of [NaN, Infinity, "5", null, new Date(NaN), 9e15]) {
    await assert.rejects(newWorkerPool({ clock: clock as number }), /clock/);
  }
});
