// SPDX-License-Identifier: MIT
// Property test: random values go into a guest and come back as structuredClone would have them,
// by every way in: arguments, globals, sessions, host functions, the console. Seeded; a failure
// names its seed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool } from "qjspool";
import { runtime } from "./lib/env.js";
import { modes, valueOf } from "./lib/pools.js";
import { randomValue } from "./lib/random-value.js";
import { assertSame, difference } from "./lib/same.js";

const COUNT = 150;

/** Without Errors: a structuredClone of those differs between hosts; they have a test below. */
const make = (seed: number, size = 40): unknown => randomValue(seed, { size, errors: false });

/** Of a value made anew. The structuredClone of Bun and of Deno has errors of its own. */
function cloneOf(seed: number, size?: number): unknown {
  const value = make(seed, size);
  return runtime === "node" || runtime === "chromium" ? structuredClone(value) : value;
}

for (const mode of modes) {
  const newPool = (options = {}) => newWorkerPool({ poolSize: 2, ...mode.options, ...options });

  test(`${mode.name}: by arguments`, async () => {
    using pool = await newPool();
    const seeds = Array.from({ length: COUNT }, (_, i) => i + 1);
    const results = await Promise.all(seeds.map((seed) => pool.call("(x) => x", make(seed))));
    results.forEach((result, i) => {
      assertSame(valueOf(result), cloneOf(seeds[i]!), `seed ${seeds[i]}`);
    });
  });

  test(`${mode.name}: by globals, twice in one value`, async () => {
    using pool = await newPool();
    for (let seed = 1000; seed < 1000 + COUNT / 3; seed++) {
      const globals = { x: make(seed) };
      const value = valueOf(await pool.evalCode("[x, x]", { globals }));
      const want = cloneOf(seed);
      assertSame(value, [want, want], `seed ${seed}`);
    }
  });

  test(`${mode.name}: by host functions`, async () => {
    let seed = 0;
    let wrong: string | undefined;
    const check = (value: unknown): unknown => {
      wrong ??= difference(value, cloneOf(seed));
      return value;
    };
    using pool = await newPool({ poolSize: 1, hostFunctions: { give: () => make(seed), check } });
    for (seed = 2000; seed < 2000 + COUNT / 3; seed++) {
      const value = valueOf(await pool.evalCode("await check(await give())"));
      assertSame(value, cloneOf(seed), `seed ${seed}`);
      assert.equal(wrong, undefined, `seed ${seed}`);
    }
  });

  test(`${mode.name}: by the console`, async () => {
    let seen: unknown;
    using pool = await newPool({ onConsole: (_level: string, args: unknown[]) => (seen = args) });
    for (let seed = 3000; seed < 3020; seed++) {
      const value = make(seed, 20);
      valueOf(await pool.evalCode("console.log(x)", { globals: { x: value } }));
      const isDropped = /was dropped/.test(String((seen as unknown[])[0]));
      if (!isDropped) assertSame(seen, [cloneOf(seed, 20)], `seed ${seed}`);
    }
  });

  test(`${mode.name}: kept in a session`, async () => {
    using pool = await newPool();
    using session = await pool.createSession();
    for (let seed = 4000; seed < 4020; seed++) {
      const globals = { given: make(seed) };
      valueOf(await session.evalCode("var kept = given", { globals }));
      valueOf(await session.evalCode("kept = structuredClone(kept)"));
      assertSame(valueOf(await session.evalCode("kept")), cloneOf(seed), `seed ${seed}`);
    }
  });

  test(`${mode.name}: large ones`, async () => {
    using pool = await newPool();
    for (let seed = 5000; seed < 5003; seed++) {
      const value = valueOf(await pool.call("(x) => x", make(seed, 20_000)));
      assertSame(value, cloneOf(seed, 20_000), `seed ${seed}`);
    }
    const bytes = new Uint8Array(8 << 20).map((_, i) => i * 7);
    assertSame(valueOf(await pool.call("(x) => x", bytes)), bytes);
    const text = "aé€😀\ud800".repeat(100_000);
    assert.equal(valueOf(await pool.call("(x) => x", text)), text);
  });

  test(`${mode.name}: a deep one`, async () => {
    using pool = await newPool();
    let deep: unknown = [];
    for (let i = 0; i < 5000; i++) deep = i % 2 === 0 ? [deep] : { deep };
    assertSame(valueOf(await pool.call("(x) => x", deep)), deep);
  });

  test(`${mode.name}: errors`, async () => {
    using pool = await newPool();
    const error = new RangeError("m", { cause: { n: [1] } });
    error.stack = "somewhere";
    const all = new AggregateError([error, 2n], "many");
    all.stack = "elsewhere";
    const [a, b] = valueOf(
      await pool.call<[RangeError, AggregateError]>("(...x) => x", error, all),
    );
    assert.ok(a instanceof RangeError && b instanceof AggregateError);
    assert.deepEqual([a.message, a.stack, a.cause], ["m", "somewhere", { n: [1] }]);
    assert.equal(b.errors[0], a);
    assert.equal(b.errors[1], 2n);
  });

  test(`${mode.name}: what structuredClone refuses`, async () => {
    using pool = await newPool();
    const bad = [() => 1, Symbol("s"), new WeakMap(), Promise.resolve(), [{ a: () => 1 }]];
    for (const value of bad) await assert.rejects(pool.call("(x) => x", value));
    assert.deepEqual(await pool.call("(x) => x", 1), { value: 1 });
  });
}
