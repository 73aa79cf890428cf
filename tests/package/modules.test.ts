// SPDX-License-Identifier: MIT
// Modules: a table, a loader function (plain and async), what it is asked, and what goes wrong.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool } from "qjspool";
import { errorOf, inline, modes, sleep, valueOf } from "./lib/pools.js";

for (const mode of modes) {
  const make = (modules: unknown, options = {}) =>
    newWorkerPool({ poolSize: 1, ...mode.options, modules: modules as {}, ...options });

  test(`${mode.name}: a table`, async () => {
    using pool = await make({
      "math/tax":
        "import { rate } from './rate.js'; export { rate }; export default (n) => n * (1 + rate)",
      "math/rate.js": "export const rate = 0.25",
      "data.json": '{ "k": [1] }',
    });
    const code =
      "import tax, { rate } from 'math/tax'; export const gross = tax(80); export { rate }";
    assert.deepEqual(await pool.evalCode(code), { value: { gross: 100, rate: 0.25 } });
    assert.deepEqual(await pool.evalCode("(await import('math/rate.js')).rate"), { value: 0.25 });
    const json = "import d from 'data.json' with { type: 'json' }; export const k = d.k";
    assert.deepEqual(await pool.evalCode(json), { value: { k: [1] } });
    const missing = errorOf(await pool.evalCode("import 'nowhere'; export {}"), "ReferenceError");
    assert.match(missing.message, /nowhere/);
  });

  test(`${mode.name}: only own keys of a table count`, async () => {
    using pool = await make(Object.assign(Object.create({ no: "export default 1" }) as {}, {}), {
      modules: { yes: "export default 1" },
    });
    for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
      errorOf(await pool.evalCode(`await import(${JSON.stringify(name)})`), "ReferenceError");
    }
    assert.deepEqual(await pool.evalCode("(await import('yes')).default"), { value: 1 });
  });

  test(`${mode.name}: a module named __proto__`, async () => {
    using pool = await make(JSON.parse('{"__proto__": "export default 7"}'));
    assert.deepEqual(await pool.evalCode("(await import('__proto__')).default"), { value: 7 });
  });

  test(`${mode.name}: a file name is the importer`, async () => {
    using pool = await make({ "app/lib/a.js": "export const u = import.meta.url" });
    const code = "import { u } from './lib/a.js'; export { u }";
    const result = await pool.evalCode(code, { filename: "app/main.js" });
    assert.deepEqual(result, { value: { u: "app/lib/a.js" } });
  });

  for (const [kind, load] of [
    ["a function", (source: string | null | undefined) => source],
    ["an async function", async (source: string | null | undefined) => (await sleep(2), source)],
  ] as const) {
    test(`${mode.name}: ${kind} finds them`, async () => {
      const asked: string[][] = [];
      const sources: Record<string, string> = {
        lib: "export { b } from './b.js'; export const a = 1",
        "b.js": "export const b = 2",
      };
      using pool = await make((specifier: string, importer: string) => {
        asked.push([specifier, importer]);
        return load(sources[specifier]);
      });
      const code = "import { a, b } from 'lib'; export const sum = a + b";
      assert.deepEqual(await pool.evalCode(code, { filename: "main.js" }), { value: { sum: 3 } });
      assert.deepEqual(asked, [
        ["lib", "main.js"],
        ["b.js", "lib"],
      ]);
      assert.deepEqual(await pool.evalCode("(await import('lib')).b"), { value: 2 });
      const missing = errorOf(await pool.evalCode("await import('nowhere')"), "ReferenceError");
      assert.match(missing.message, /nowhere/);
    });
  }

  test(`${mode.name}: a loader that throws, rejects, or returns what is no source`, async () => {
    using pool = await make((specifier: string) => {
      if (specifier === "throws") throw new Error("disk on fire");
      if (specifier === "rejects") return Promise.reject(new Error("net down"));
      if (specifier === "null") return null;
      if (specifier === "number") return 5;
      return "export default 'fine'";
    });
    for (const name of ["throws", "rejects", "null", "number"]) {
      const error = errorOf(await pool.evalCode(`(await import("${name}")).default`));
      assert.equal(/\.ts:|node:/.test(error.stack ?? ""), false, error.stack ?? "");
    }
    assert.deepEqual(await pool.evalCode("(await import('other')).default"), { value: "fine" });
  });

  test(`${mode.name}: a loader that never answers is the task's timeout`, async () => {
    using pool = await make(() => new Promise(() => {}));
    errorOf(await pool.evalCode("await import('x')", { timeout: 50 }), "TimeoutError");
    assert.deepEqual(await pool.evalCode("1"), { value: 1 });
  });

  test(`${mode.name}: a loader's modules stay in their task`, async () => {
    let n = 0;
    using pool = await make(
      () => `globalThis.hits = (globalThis.hits ?? 0) + 1; export default ${++n}`,
    );
    const look =
      "const m = await import('m'); const again = await import('m'); [hits, m === again]";
    assert.deepEqual(await pool.evalCode(look), { value: [1, true] });
    assert.deepEqual(await pool.evalCode(look), { value: [1, true] });
  });

  test(`${mode.name}: nothing of the host can be imported`, async () => {
    using pool = await make(undefined);
    for (const name of [
      "node:fs",
      "fs",
      "qjspool",
      "file:///etc/passwd",
      "./lib/env.js",
      "std",
      "os",
      "qjs:std",
    ]) {
      const error = errorOf(await pool.evalCode(`await import(${JSON.stringify(name)})`));
      assert.equal(error.name, "ReferenceError", `${name}: ${error.message}`);
      errorOf(await pool.evalCode(`import ${JSON.stringify(name)}; export {}`), "ReferenceError");
    }
  });

  test(`${mode.name}: a module's value is its exports`, async () => {
    using pool = await make(undefined);
    const value = valueOf(
      await pool.evalCode("export const a = 1; export default new Map([[1, 2]])"),
    );
    assert.deepEqual(value, { a: 1, default: new Map([[1, 2]]) });
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
  });
}

/** One thread cannot wait; a task that nobody has seen yet runs again instead. */
const makeInline = (options = {}) =>
  newWorkerPool({
    poolSize: 1,
    ...inline.options,
    modules: async (specifier: string) => (specifier === "nowhere" ? null : "export default 7"),
    hostFunctions: { f: () => 1 },
    ...options,
  });
const ADVICE =
  /^module not found: 'x'; its loader cannot be awaited here .*: put it in a table `modules`$/;

for (const code of [
  "await f(); (await import('x')).default",
  "console.log(1); (await import('x')).default",
  "try { await import('x') } catch (e) { await f(); throw e }",
  "try { await import('other') } catch {} await f(); (await import('x')).default",
]) {
  test(`one thread: what a late loader means is said: ${code}`, async () => {
    using pool = await makeInline({ onConsole: () => {} });
    const error = errorOf(await pool.evalCode(code), "ReferenceError");
    assert.match(error.message, ADVICE);
    assert.deepEqual(await pool.evalCode("(await import('x')).default"), { value: 7 });
  });
}

test("one thread: so it is in a session, in bootstrap code, and where state stays", async () => {
  using pool = await makeInline();
  const session = await pool.createSession();
  const error = errorOf(await session.evalCode("import 'x'; export {}"), "ReferenceError");
  assert.match(error.message, ADVICE);
  await session.release();

  using booting = await makeInline({ bootstrapCode: "await import('x')" });
  assert.match(errorOf(await booting.evalCode("1"), "ReferenceError").message, ADVICE);

  using keeping = await makeInline({ isolation: "worker" });
  assert.match(errorOf(await keeping.evalCode("await import('x')")).message, ADVICE);
});

test("one thread: a module that is not there is just that", async () => {
  using pool = await makeInline();
  const { message } = errorOf(await pool.evalCode("await import('nowhere')"), "ReferenceError");
  assert.equal(message, "module not found: 'nowhere'");
});

test("bad modules are refused", async () => {
  for (const modules of [5, "x", null, [], { a: 5 }, { a: null }]) {
    await assert.rejects(newWorkerPool({ modules: modules as unknown as {} }), /modules/);
  }
});
