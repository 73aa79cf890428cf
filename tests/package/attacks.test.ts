// SPDX-License-Identifier: MIT
// Bad input, faults and attacks, from guests. After each, the next task on the same pool is right,
// nothing was printed, and no rejection went unheard (lib/quiet-child.ts sees to that).
// attacks-host.test.ts has what happens to a pool from outside.
import { test } from "node:test";
import { modes, usual } from "./lib/pools.js";
import { runQuietly } from "./lib/quiet-child.js";

/** Guests that must fail with that error, or with a value whose JSON is given. */
const guests: [code: string, want: string][] = [
  ["const a = []; for (;;) a.push(new Uint8Array(1e6))", "MemoryLimitError"],
  ["const a = []; for (;;) a.push({ a: [a.length] })", "MemoryLimitError"],
  ["let s = 'x'; for (;;) { s += s; s.charCodeAt(s.length >> 1) }", "*"],
  ["'x'.repeat(2 ** 30)", "*"],
  ["'x'.repeat(2 ** 24)", "*"],
  ["new Array(2 ** 32 - 1).fill(1)", "*"],
  ["new Uint8Array(2 ** 30)", "MemoryLimitError"],
  ["[].concat(...Array(1e5).fill(Array(1e5).fill(1)))", "*"],
  ["(function f() { f() })()", "RangeError"],
  ["const o = {}; o.toString = () => `${o}`; String(o)", "RangeError"],
  [
    "JSON.stringify((() => { const o = {}; let p = o; for (let i = 0; i < 1e5; i++) p = p.a = {}; return o })())",
    "*",
  ],
  ["eval('['.repeat(1e6))", "*"],
  ["new RegExp('(' .repeat(1e5))", "*"],
  ["/^(a+)+$/.test('a'.repeat(50) + 'b')", "TimeoutError"],
  ["/(x+x+)+y/.test('x'.repeat(60))", "TimeoutError"],
  ["await new Promise(() => {})", "DeadlockError"],
  ["new Promise(() => {})", "DeadlockError"],
  ["await { then() {} }", "DeadlockError"],
  ["for (let i = 0; i < 1000; i++) setTimeout(() => { globalThis.left = 1 }, i); 1", "=1"],
  ["setInterval(() => { globalThis.left = 1; console.log('tick') }, 0); 1", "=1"],
  ["Promise.reject(new Error('nobody')); (async () => { throw 1 })(); 2", "=2"],
  ["setTimeout(() => { throw new Error('late') }, 0); 3", "=3"],
  ["({ get a() { for (;;) {} } })", "TimeoutError"],
  ["({ get a() { throw new RangeError('mine') } })", "RangeError"],
  ["new Proxy({}, { ownKeys() { for (;;) {} } })", "DataCloneError"],
  ["[new Proxy([], { get() { throw 1 } })]", "DataCloneError"],
  ["({ a: { get then() { for (;;) {} } } })", "TimeoutError"],
  ["({ get then() { for (;;) {} } })", "TimeoutError"],
  ["({ then(r) { r(this) } })", "*"],
  ["({ then(r) { r({ then: this.then }) } })", "*"],
  ["await { then(r) { r({ then: this.then }) } }", "TimeoutError"],
  ["Object.defineProperty(Object.prototype, 'then', { get() { throw 1 } }); await null; 4", "*"],
  ["Object.prototype.then = function (r) { r({}) }; await null; 4", "TimeoutError"],
  ["throw { get message() { for (;;) {} }, toString() { for (;;) {} } }", "TimeoutError"],
  [
    "throw new Proxy(new Error('x'), { get() { for (;;) {} }, getPrototypeOf() { for (;;) {} } })",
    "TimeoutError",
  ],
  ["throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })", "Error"],
  ["const e = new Error('x'); e.cause = e; throw e", "Error"],
  [
    "const e = new Error('x'); Object.defineProperty(e, 'stack', { get() { for (;;) {} } }); throw e",
    "*",
  ],
  ["Error.prepareStackTrace = () => { for (;;) {} }; throw new Error('x')", "*"],
  ["const a = []; a[2 ** 32 - 2] = 1; a", "*"],
  ["Array.from({ length: 1e6 }, () => ({}))", "*"],
  ["let v = []; for (let i = 0; i < 1e5; i++) v = [v]; v", "ResultTooLargeError"],
  ["let a = ['leaf']; for (let i = 0; i < 40; i++) a = [a, a]; a.length", "=2"],
  [
    "Object.defineProperty(Object.prototype, 'value', { set() { throw 1 }, get() { return 'evil' } }); 5",
    "=5",
  ],
  ["Object.prototype.error = { name: 'Evil' }; Object.prototype.isTimeout = true; 6", "=6"],
  [
    "for (const k of Reflect.ownKeys(globalThis)) { try { delete globalThis[k] } catch {} } 7",
    "=7",
  ],
  [
    "globalThis.globalThis = null; Object.freeze(Object.prototype); Object.preventExtensions(globalThis); 8",
    "=8",
  ],
  [
    "const b = new ArrayBuffer(8, { maxByteLength: 64 }); ({ get a() { b.resize(0); return 1 }, v: new Uint8Array(b) })",
    "*",
  ],
  ["await Promise.all(Array.from({ length: 1e5 }, async () => { await null }))", "*"],
  ["(function f() { Promise.resolve().then(f).then(f) })(); await new Promise(() => {})", "*"],
  ["function* g() { yield* g() } [...g()]", "RangeError"],
  ["BigInt('9'.repeat(1e4)) ** 1000n", "*"],
  ["new Array(3e6) + ''", "*"],
  ["structuredClone(new Array(1e7).fill({}))", "*"],
  ["import('x'.repeat(1e6))", "ReferenceError"],
  ["'\\ud800'.repeat(1e6).length", "=1000000"],
];

const list = JSON.stringify(guests);

for (const mode of modes) {
  test(`${mode.name}: guests that do their worst`, { timeout: 120_000 }, () =>
    runQuietly(
      mode,
      `const pool = await newWorkerPool({ poolSize: 1, memoryLimitBytes: 8 << 20, ...mode });
      for (const [code, want] of ${list}) {
        const timeout = want === "TimeoutError" ? 100 : want === "*" ? 200 : 10_000;
        const result = await pool.evalCode(code, { timeout });
        const got = result.error ? result.error.name : typeof result.value === "object" ? "object" : "=" + JSON.stringify(result.value);
        check(want === "*" || got === want, code + " gave " + got + " " + result.error?.message);
        await isFine(pool);
      }
      pool.dispose();`,
      110_000,
    ),
  );
}

test("the same in a session, which lives on or says that it died", { timeout: 120_000 }, () =>
  runQuietly(
    usual,
    `const pool = await newWorkerPool({ poolSize: 1, memoryLimitBytes: 8 << 20, ...mode });
    let session = await pool.createSession();
    for (const [code] of ${list}) {
      await session.evalCode("var kept = 1");
      const result = await session.evalCode(code, { timeout: 100 });
      check(typeof result === "object", code);
      if (session.alive) {
        const { value, error } = await session.evalCode("1 + 1", { timeout: 300 });
        // What it left may break it or keep it busy; that is its own affair.
        check(error !== undefined || value === 2, code);
      } else {
        check((await session.evalCode("1")).error?.isWorkerCrash === true, code);
      }
      session.release();
      await isFine(pool);
      session = await pool.createSession();
    }
    pool.dispose();`,
    110_000,
  ),
);

/** What guests replace, before anything of theirs is read. */
const replacements = `
  const no = () => { throw new TypeError("replaced") };
  const define = Object.defineProperty, keysOf = Reflect.ownKeys;
  const replaceAll = (o, keep) => {
    const keys = keysOf(o);
    for (let i = 0; i < keys.length; i++) {
      if (keep !== keys[i]) try { define(o, keys[i], { value: no, configurable: true, writable: true }) } catch {}
    }
  };
  const classes = [Promise, Array, Map, Set, Date, RegExp, String, Number, Function, Error, ArrayBuffer, Uint8Array, BigInt];
  for (let i = 0; i < classes.length; i++) replaceAll(classes[i].prototype, "constructor");
  const objects = [JSON, Math, console, performance, crypto, Reflect, Object];
  for (let i = 0; i < objects.length; i++) replaceAll(objects[i], "prototype");
  define(Object.prototype, "toJSON", { value: no, configurable: true });
  globalThis.structuredClone = globalThis.queueMicrotask = globalThis.setTimeout = no;
  globalThis.Promise = globalThis.Map = globalThis.Error = globalThis.Uint8Array = undefined;
`;

for (const mode of modes) {
  const values = `({ list: [1, , -0], map, bytes, date, text: "x", nested: { a: { b: [2n] } } })`;
  const before =
    "const map = new Map([[1, new Set([2])]]), bytes = new Uint8Array([1, 2]), date = new Date(5);";
  const want = `'{"list":[1,null,0],"map":1,"bytes":2,"date":5,"nested":"2"}'`;
  const look = `JSON.stringify({ list: v.list, map: v.map.size, bytes: v.bytes.length, date: v.date.getTime(), nested: String(v.nested.a.b[0]) })`;

  test(`${mode.name}: everything replaced before a value is returned`, () =>
    runQuietly(
      mode,
      `const pool = await newWorkerPool({ poolSize: 1, ...mode, hostFunctions: { echo: (x) => x } });
      const attack = ${JSON.stringify(before + replacements)};
      const { value: v, error } = await pool.evalCode(attack + ${JSON.stringify(values)});
      check(!error, error?.name + ": " + error?.message);
      check(${look} === ${want}, ${look});
      await isFine(pool);
      const host = await pool.evalCode("const e = echo;" + attack + "(await e({ a: [1] })).a[0]");
      check(host.value === 1, JSON.stringify(host));
      isError(await pool.evalCode(attack + "throw { a: 1 }"), "Error");
      isError(await pool.evalCode("const TE = TypeError;" + attack + "throw new TE('m')"), "TypeError");
      await isFine(pool);
      pool.dispose();`,
    ));

  test(`${mode.name}: everything replaced in bootstrap code`, () =>
    runQuietly(
      mode,
      `const bootstrapCode = ${JSON.stringify(`${before}${replacements}globalThis.value = ${values};`)};
      const pool = await newWorkerPool({ poolSize: 1, ...mode, bootstrapCode, hostFunctions: { echo: (x) => x } });
      for (let i = 0; i < 3; i++) {
        const { value: v, error } = await pool.evalCode("value");
        check(!error, error?.name + ": " + error?.message);
        check(${look} === ${want}, ${look});
        check((await pool.evalCode("await echo(5)")).value === 5, "host function");
        check((await pool.evalCode("g[0]", { globals: { g: [7] } })).value === 7, "globals");
        check((await pool.call("(x) => x.a", { a: 8 })).value === 8, "call");
        check((await pool.evalCode("export const m = 9")).value.m === 9, "module");
      }
      const session = await pool.createSession();
      check((await session.evalCode("var n = 5; n")).value === 5, "session");
      session.release();
      pool.dispose();`,
    ));

  test(`${mode.name}: names of the global object are exactly these`, () =>
    runQuietly(
      mode,
      `const pool = await newWorkerPool({ poolSize: 1, ...mode });
      const { value } = await pool.evalCode("Object.getOwnPropertyNames(globalThis).sort()");
      const known = ${JSON.stringify(knownGlobals())};
      const strange = value.filter((name) => !known.includes(name));
      const missing = known.filter((name) => !value.includes(name));
      check(strange.length + missing.length === 0, "strange: " + strange + "; missing: " + missing);
      pool.dispose();`,
    ));

  test(`${mode.name}: no way to the host's globals`, () =>
    runQuietly(
      mode,
      `const hostFunctions = { f: async () => ({ a: [1] }), g: { h: () => { throw new Error("x") } } };
      const pool = await newWorkerPool({ poolSize: 1, ...mode, hostFunctions, globals: { data: { d: new Date(1), m: new Map() } }, defaultTimeout: 1000 });
      const ways = [
        "Function('return this')()", "(async () => {}).constructor('return this')()", "(function* () {}).constructor('return this')().next().value",
        "new (f.constructor)('return this')()", "(await f()).constructor.constructor('return this')()", "(await f()).a.map.constructor('return this')()",
        "data.d.constructor.constructor('return this')()", "data.m.get.constructor('return this')()",
        "await g.h().catch((e) => e.constructor.constructor('return this')())", "await f().constructor.constructor('return this')()",
        "(0, eval)('this')", "(function () { return this })()", "console.log.constructor('return this')()", "setTimeout.constructor('return this')()",
        "Error.prepareStackTrace = (e, s) => s.map((x) => x.getThis?.()).find(Boolean) ?? globalThis; new Error().stack",
        "Reflect.getPrototypeOf(async function* () {}).constructor('return this')() && globalThis",
      ];
      for (const way of ways) {
        const code = "const reached = " + way + "; const r = Object(reached); [typeof r.process, typeof r.require, typeof r.Deno, typeof r.Bun, typeof r.WebAssembly, typeof r.SharedArrayBuffer, typeof r.fetch, typeof process].join()";
        const { value, error } = await pool.evalCode(code);
        check(error !== undefined || value === Array(8).fill("undefined").join(), way + ": " + value);
      }
      for (const name of ["node:fs", "fs", "std", "os", "bjson", "process", "file:///etc/passwd", "data:text/javascript,1", "/etc/passwd", "../../x.js"]) {
        isError(await pool.evalCode("await import(" + JSON.stringify(name) + ")"), "ReferenceError");
      }
      const meta = await pool.evalCode("export const keys = Object.keys(import.meta).sort().join()");
      check(meta.error !== undefined || ["", "url", "main,url", "main,resolve,url"].includes(meta.value.keys), JSON.stringify(meta));
      await isFine(pool);
      pool.dispose();`,
    ));

  test(`${mode.name}: results and sources of a size that nobody means`, { timeout: 120_000 }, () =>
    runQuietly(
      mode,
      `const pool = await newWorkerPool({ poolSize: 1, ...mode, memoryLimitBytes: 2 ** 30 });
      await pool.evalCode("new Uint8Array(1e9)");
      isError(await pool.evalCode("const b = new Uint8Array(2e8); [b, b.slice(), b.slice()]"), "ResultTooLargeError");
      isError(await pool.evalCode("'x'.repeat(2 ** 25)"), "ResultTooLargeError");
      isError(await pool.evalCode("const s = 'x'.repeat(2 ** 17); Array.from({ length: 1000 }, (_, i) => s + i)"), "ResultTooLargeError");
      isError(await pool.evalCode("throw new Error('x'.repeat(2 ** 25))"), "ResultTooLargeError");
      isError(await pool.evalCode(" ".repeat(100e6) + "1"), "SourceTooLargeError");
      await isFine(pool);
      pool.dispose();`,
      110_000,
    ),
  );
}

/** What a guest finds on globalThis: the language's names, and those that we add. */
function knownGlobals(): string[] {
  const language =
    "AggregateError Array ArrayBuffer AsyncDisposableStack BigInt BigInt64Array BigUint64Array Boolean DataView Date DisposableStack Error EvalError FinalizationRegistry Float16Array Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array InternalError Iterator JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String SuppressedError Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt undefined unescape";
  const added =
    "DOMException TextDecoder TextEncoder atob btoa clearInterval clearTimeout console crypto performance queueMicrotask setInterval setTimeout structuredClone";
  return [...language.split(" "), ...added.split(" ")];
}
