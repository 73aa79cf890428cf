// SPDX-License-Identifier: MIT
// Asynchronous host functions: values there and back, errors, order, what guests can reach through
// them, and answers that come too late.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool } from "qjspool";
import { deferred, errorOf, modes, sleep, valueOf } from "./lib/pools.js";
import { assertSame } from "./lib/same.js";

function everything(): unknown {
  const shared = { deep: [1, , undefined] };
  const buffer = new Uint8Array([1, 2, 3, 4]).buffer;
  const value: Record<string, unknown> = {
    list: [undefined, null, true, -0, NaN, 1.5, 2n ** 70n, "\ud800", "ä"],
    date: new Date(5),
    re: /a\/b/gi,
    map: new Map<unknown, unknown>([[shared, new Set([shared])]]),
    bytes: [buffer, new Uint16Array(buffer, 2, 1), new DataView(buffer, 1)],
    boxed: [new Number(1), new String("s"), new Boolean(false)],
    shared,
  };
  value["self"] = value;
  return value;
}

for (const mode of modes) {
  const make = (hostFunctions: object, options = {}) =>
    newWorkerPool({ poolSize: 2, ...mode.options, hostFunctions: hostFunctions as {}, ...options });

  test(`${mode.name}: plain, async, and in a group`, async () => {
    using pool = await make({
      add: (a: number, b: number) => a + b,
      db: { find: async (id: string) => (await sleep(1), { id, name: "Ann" }) },
      nothing: () => {},
    });
    assert.deepEqual(await pool.evalCode("await add(1, 2)"), { value: 3 });
    assert.deepEqual(await pool.evalCode("(await db.find('7')).name"), { value: "Ann" });
    assert.deepEqual(await pool.evalCode("await nothing()"), { value: undefined });
    assert.deepEqual(await pool.evalCode("[typeof db, typeof db.find]"), {
      value: ["object", "function"],
    });
    assert.deepEqual(await pool.evalCode("add(1, 2) instanceof Promise"), { value: true });
  });

  test(`${mode.name}: every kind of value, there and back`, async () => {
    const seen: unknown[] = [];
    using pool = await make({
      echo: (...args: unknown[]) => (seen.push(args), args[0]),
      give: everything,
    });
    assertSame(valueOf(await pool.evalCode("await echo(await give(), 2)")), everything());
    assertSame(seen, [[everything(), 2]]);
  });

  test(`${mode.name}: arguments are clones`, async () => {
    const kept: { n: number }[] = [];
    const mine = { n: 1 };
    using pool = await make({ keep: (o: { n: number }) => (kept.push(o), mine) });
    const code = "const o = { n: 1 }; const r = await keep(o); r.n = 99; o.n = 5; [o.n, r.n]";
    assert.deepEqual(await pool.evalCode(code), { value: [5, 99] });
    assert.deepEqual([kept, mine], [[{ n: 1 }], { n: 1 }]);
  });

  test(`${mode.name}: what it throws, the guest catches`, async () => {
    class QuotaError extends Error {
      override name = "QuotaError";
    }
    using pool = await make({
      range: () => {
        throw new RangeError("too far");
      },
      quota: async () => {
        throw new QuotaError("full");
      },
      text: () => Promise.reject("just text"),
    });
    const look = (call: string) =>
      pool.evalCode(`try { await ${call} } catch (e) { [e.name, e.message, e instanceof Error] }`);
    assert.deepEqual(await look("range()"), { value: ["RangeError", "too far", true] });
    assert.deepEqual(await look("quota()"), { value: ["QuotaError", "full", true] });
    const text = valueOf(await pool.evalCode("await text().catch(e => String(e?.message ?? e))"));
    assert.match(String(text), /just text/);
    const error = errorOf(await pool.evalCode("await range()"), "RangeError");
    assert.equal(error.message, "too far");
    assert.equal(/node:|\.mjs|\.ts/.test(error.stack ?? ""), false, error.stack ?? "");
  });

  test(`${mode.name}: what it throws is shown nothing of the host`, async () => {
    using pool = await make({
      fail: () => {
        throw Object.assign(new Error("m"), { secret: 1, cause: "hidden?" });
      },
    });
    const code = "try { await fail() } catch (e) { [typeof e.secret, String(e.stack)] }";
    const [secret, stack] = valueOf(await pool.evalCode<string[]>(code)) as [string, string];
    assert.equal(secret, "undefined");
    assert.equal(/node:|file:|\/tests\/|\.mjs|\.ts/.test(stack), false, stack);
  });

  test(`${mode.name}: what cannot cross is an error of the guest`, async () => {
    using pool = await make({
      bad: () => ({ list: [() => 1] }),
      badLater: async () => Symbol("s"),
      badError: () => {
        throw Object.assign(new Error("m"), { cause: () => 1 });
      },
      take: () => "taken",
    });
    const bad = errorOf(await pool.evalCode("await bad()"), "DataCloneError");
    assert.match(bad.message, /list\[0\]/);
    errorOf(await pool.evalCode("await badLater()"), "DataCloneError");
    errorOf(await pool.evalCode("await badError()"));
    const take = errorOf(await pool.evalCode("await take({ f() {} })"), "DataCloneError");
    assert.match(take.message, /arguments\[0\]\.f/);
    assert.deepEqual(await pool.evalCode("await take(1)"), { value: "taken" });
  });

  test(`${mode.name}: many calls in flight, settled in the host's order`, async () => {
    const waiting: { n: number; resolve: (n: number) => void }[] = [];
    const wait = (n: number) =>
      new Promise((resolve) => {
        waiting.push({ n, resolve });
        if (waiting.length < 100) return;
        setTimeout(() => waiting.reverse().forEach((w) => w.resolve(w.n)), 1);
      });
    using pool = await make({ wait });
    const code = `const order = [];
      const all = Array.from({ length: 100 }, (_, i) => wait(i).then((v) => order.push(v)));
      await Promise.all(all); order`;
    assert.deepEqual(await pool.evalCode(code), {
      value: Array.from({ length: 100 }, (_, i) => 99 - i),
    });
  });

  test(`${mode.name}: a thousand calls one after the other`, async () => {
    let n = 0;
    using pool = await make({ next: () => ++n });
    const code = "let sum = 0; for (let i = 0; i < 1000; i++) sum += await next(); sum";
    assert.deepEqual(await pool.evalCode(code), { value: 500500 });
  });

  test(`${mode.name}: they may use the pool`, async () => {
    const pool = await make({ inner: async (code: string) => (await pool.evalCode(code)).value });
    assert.deepEqual(await pool.evalCode("await inner('1 + 1') + 1"), { value: 3 });
    pool.dispose();
  });

  test(`${mode.name}: only what was lent can be reached`, async () => {
    const group = Object.create({ inherited: () => "no" }) as Record<string, unknown>;
    Object.assign(group, { own: () => "yes" });
    Object.defineProperty(group, "hidden", { value: () => "no", enumerable: false });
    using pool = await make({ top: () => 1, group: { ...group, own: group["own"] } });
    const types =
      "[typeof group.own, typeof group.inherited, typeof group.hidden, typeof inherited]";
    assert.deepEqual(await pool.evalCode(types), {
      value: ["function", "undefined", "undefined", "undefined"],
    });
    const proto =
      "[Object.getPrototypeOf(group) === Object.prototype, group.toString.constructor === Function]";
    assert.deepEqual(await pool.evalCode(proto), { value: [true, true] });
    const far = 'top.constructor("return typeof process + typeof require")()';
    assert.deepEqual(await pool.evalCode(far), { value: "undefinedundefined" });
  });

  test(`${mode.name}: this is the object they stand in`, async () => {
    const group = {
      isThis(this: unknown) {
        return this === group;
      },
    };
    using pool = await make({ group });
    assert.deepEqual(await pool.evalCode("await group.isThis()"), { value: true });
  });

  test(`${mode.name}: a guest's replacement is gone with its task`, async () => {
    using pool = await make({ echo: (x: unknown) => x, g: { f: () => "real" } }, { poolSize: 1 });
    assert.deepEqual(await pool.evalCode("g.f = () => 'mine'; echo = 1; g.f()"), { value: "mine" });
    assert.deepEqual(await pool.evalCode("await g.f() + await echo('!')"), { value: "real!" });
  });

  test(`${mode.name}: in bootstrap code, sessions, modules and calls`, async () => {
    using pool = await make(
      { f: (x: number) => x * 2 },
      { bootstrapCode: "globalThis.b = await f(1)" },
    );
    assert.deepEqual(await pool.evalCode("b"), { value: 2 });
    using session = await pool.createSession();
    assert.deepEqual(await session.evalCode("var s = await f(2)"), { value: undefined });
    assert.deepEqual(await session.evalCode("s + await f(3)"), { value: 10 });
    assert.deepEqual(await pool.evalCode("export const m = await f(4)"), { value: { m: 8 } });
    assert.deepEqual(await pool.call("async (x) => await f(x)", 5), { value: 10 });
  });

  test(`${mode.name}: one that never settles is the task's timeout`, async () => {
    using pool = await make({ never: () => new Promise(() => {}) }, { poolSize: 1 });
    const error = errorOf(await pool.evalCode("await never()", { timeout: 50 }), "TimeoutError");
    assert.equal(error.isTimeout, true);
    assert.deepEqual(await pool.evalCode("1"), { value: 1 });
  });

  test(`${mode.name}: one that settles after the task has ended`, async () => {
    const late = deferred<string>();
    const lateError = deferred<string>();
    using pool = await make(
      { late: () => late.promise, fail: () => lateError.promise },
      { poolSize: 1 },
    );
    errorOf(
      await pool.evalCode("await Promise.all([late(), fail()])", { timeout: 30 }),
      "TimeoutError",
    );
    const next = pool.evalCode("let r = 'nothing'; await new Promise(r => setTimeout(r, 30)); r");
    late.resolve("late");
    lateError.reject(new Error("late"));
    assert.deepEqual(await next, { value: "nothing" });
    assert.deepEqual(await pool.evalCode("late(); fail(); 'not awaited'"), {
      value: "not awaited",
    });
    assert.deepEqual(await pool.evalCode("1"), { value: 1 });
  });

  test(`${mode.name}: a thenable that misbehaves settles once`, async () => {
    const thenable = {
      then(yes: (v: unknown) => void, no: (e: unknown) => void) {
        yes(1);
        no(new Error("no"));
        yes(2);
        throw new Error("thrown after");
      },
    };
    using pool = await make({
      f: () => thenable,
      throws: () => ({
        get then() {
          throw new Error("then");
        },
      }),
    });
    assert.deepEqual(await pool.evalCode("await f()"), { value: 1 });
    assert.match(errorOf(await pool.evalCode("await throws()")).message, /then/);
  });

  test(`${mode.name}: big values`, async () => {
    using pool = await make({
      size: (b: Uint8Array) => b.byteLength,
      give: () => new Uint8Array(3e6).fill(7),
    });
    assert.deepEqual(await pool.evalCode("await size(new Uint8Array(3000000))"), { value: 3e6 });
    assert.deepEqual(await pool.evalCode("const b = await give(); [b.length, b[2999999]]"), {
      value: [3e6, 7],
    });
  });
}

test("bad names and shapes are refused", async () => {
  const bad = [
    { "not-an-identifier": () => 1 },
    { f: 5 },
    { group: { nested: { deeper: () => 1 } } },
    [() => 1],
    5,
    null,
  ];
  for (const hostFunctions of bad) {
    await assert.rejects(
      newWorkerPool({ hostFunctions: hostFunctions as unknown as {} }),
      TypeError,
    );
  }
});
