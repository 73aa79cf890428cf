// SPDX-License-Identifier: MIT
// The options of pools and tasks: defaults, what is refused and with which words, and what the
// pool gets to see. Unit tests of options.ts; no pool is made.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkCode,
  resolveEvalOptions,
  resolveOptions,
  resolveTask,
} from "../../packages/qjspool/src/options.js";
import type {
  EvalOptions,
  WorkerPoolOptions,
  WorkerTask,
} from "../../packages/qjspool/src/types.js";

const MIB = 2 ** 20;
const fn = () => 1;

function refusal(options: unknown): string {
  try {
    resolveOptions(options as WorkerPoolOptions);
  } catch (error) {
    assert.ok(error instanceof TypeError);
    return error.message;
  }
  return "";
}

test("every default is as the README and the documentation say", () => {
  const { poolSize, defaultTask, ...rest } = resolveOptions(undefined);
  assert.ok(Number.isInteger(poolSize) && poolSize >= 1);
  assert.deepEqual(rest, {
    minWorkers: 0,
    idleTimeoutMs: 0,
    preWarm: false,
    maxQueueSize: 0,
    forceMultiThreaded: false,
    forceSingleThreaded: false,
    memoryLimitBytes: 64 * MIB,
    maxStackSizeBytes: 512 * 1024,
    resultLimitBytes: 16 * MIB,
    consoleLimitBytes: 64 * 1024,
    sourceLimitBytes: 16 * MIB,
    isolation: "task",
    bootstrapCode: "",
    globals: null,
    hostFunctions: [],
    hasSyncHostFunctions: false,
    onConsole: null,
    onTrace: null,
    modules: [],
    moduleLoader: null,
    mounts: [],
    openFilesLimit: 128,
    stripTypes: null,
    codeCacheLimitBytes: 16 * MIB,
    seed: null,
    clockMs: null,
    intrinsics: null,
    wasm: null,
    workerUrl: null,
    verbose: false,
  });
  assert.deepEqual(defaultTask, {
    timeoutMs: 0,
    queueTimeoutMs: 0,
    filename: "eval.js",
    priority: 0,
    signal: null,
    globals: null,
    memoryLimitBytes: 0,
  });
});

test("the options of the README's reference are taken", () => {
  const resolved = resolveOptions({
    poolSize: 4,
    variant: "singlefile",
    opfsMountPath: "/data",
    preWarm: true,
    defaultTimeout: 5000,
    maxQueueSize: 100,
    forceMultiThreaded: false,
    forceSingleThreaded: false,
    verbose: true,
    contextOptions: {},
  });
  assert.equal(resolved.poolSize, 4);
  assert.equal(resolved.preWarm, true);
  assert.equal(resolved.maxQueueSize, 100);
  assert.equal(resolved.defaultTask.timeoutMs, 5000);
});

test("undefined counts as left out", () => {
  const undefineds = Object.fromEntries(
    ["poolSize", "variant", "globals", "modules", "clock", "wasmLocation", "contextOptions"].map(
      (name) => [name, undefined],
    ),
  );
  assert.deepEqual(resolveOptions(undefineds), resolveOptions({}));
});

const refused: [name: string, options: unknown, message: string][] = [
  ["null", null, "options must be an object; got null"],
  ["an array", [], "options must be an object; got an array"],
  ["a number", 4, "options must be an object; got 4"],
  ["a slip of two letters", { poolsizes: 4 }, 'unknown option "poolsizes"; did you mean "poolSize"?'],
  ["a name cut short", { memoryLimit: 1 }, 'unknown option "memoryLimit"; did you mean "memoryLimitBytes"?'],
  ["a slip of the case", { bootstrapcode: "" }, 'unknown option "bootstrapcode"; did you mean "bootstrapCode"?'],
  ["a name like no other", { threads: 4 }, 'unknown option "threads"'],
  ["an own __proto__", JSON.parse('{"__proto__":1}'), 'unknown option "__proto__"'],
  ["no workers", { poolSize: 0 }, 'option "poolSize" must be an integer from 1 to 4096; got 0'],
  ["too many workers", { poolSize: 4097 }, 'option "poolSize" must be an integer from 1 to 4096; got 4097'],
  ["half a worker", { poolSize: 1.5 }, 'option "poolSize" must be an integer from 1 to 4096; got 1.5'],
  ["workers as text", { poolSize: "4" }, 'option "poolSize" must be an integer from 1 to 4096; got "4"'],
  ["null for a number", { poolSize: null }, 'option "poolSize" must be an integer from 1 to 4096; got null'],
  ["more that stay than there can be", { poolSize: 2, minWorkers: 3 }, 'option "minWorkers" must be an integer from 0 to 2; got 3'],
  ["a negative timeout", { defaultTimeout: -1 }, 'option "defaultTimeout" must be a finite number of milliseconds, 0 or more (0: none); got -1'],
  ["an infinite timeout", { defaultQueueTimeout: Infinity }, 'option "defaultQueueTimeout" must be a finite number of milliseconds, 0 or more (0: none); got Infinity'],
  ["a timeout that is no number", { idleTimeout: NaN }, 'option "idleTimeout" must be a finite number of milliseconds, 0 or more (0: none); got NaN'],
  ["a truthy boolean", { verbose: 1 }, 'option "verbose" must be a boolean; got 1'],
  ["an unknown variant", { variant: "asyncify" }, 'option "variant" must be "singlefile" or "wasmfs"; got "asyncify"'],
  ["a relative mount path", { opfsMountPath: "data" }, 'option "opfsMountPath" must be an absolute path as "/data", without "." or ".." or a slash at its end; got "data"'],
  ["too many open files", { openFilesLimit: 65537 }, 'option "openFilesLimit" must be an integer from 0 to 65536; got 65537'],
  ["an unknown isolation", { isolation: "none" }, 'option "isolation" must be "task" or "worker"; got "none"'],
  ["too little memory", { memoryLimitBytes: MIB - 1 }, 'option "memoryLimitBytes" must be an integer from 1048576 to 3221225472; got 1048575'],
  ["too much memory", { memoryLimitBytes: 2 ** 32 }, 'option "memoryLimitBytes" must be an integer from 1048576 to 3221225472; got 4294967296'],
  ["too much stack", { maxStackSizeBytes: 4 * MIB }, 'option "maxStackSizeBytes" must be an integer from 65536 to 3145728; got 4194304'],
  ["a negative limit", { resultLimitBytes: -1 }, 'option "resultLimitBytes" must be an integer from 0 to 4294967295; got -1'],
  ["bootstrap code that is a function", { bootstrapCode: fn }, 'option "bootstrapCode" must be a string; got a function'],
  ["globals of a class", { globals: new Map() }, 'option "globals" must be a plain object; got an object'],
  ["a console that is no function", { onConsole: {} }, 'option "onConsole" must be a function; got an object'],
  ["a trace that is no function", { onTrace: 1 }, 'option "onTrace" must be a function; got 1'],
  ["modules as a list", { modules: ["a"] }, 'option "modules" must be a plain object; got an array'],
  ["a module that is no text", { modules: { a: 1 } }, 'option "modules.a" must be a string; got 1'],
  ["a seed that is no number", { random: "x" }, 'option "random" must be a finite number or a bigint; got "x"'],
  ["an infinite seed", { random: Infinity }, 'option "random" must be a finite number or a bigint; got Infinity'],
  ["an invalid date", { clock: new Date(NaN) }, 'option "clock" must be a valid Date or milliseconds since 1970; got an object'],
  ["a clock beyond all dates", { clock: 8.65e15 }, 'option "clock" must be a valid Date or milliseconds since 1970; got 8650000000000000'],
  ["no bytes", { wasmLocation: new Uint8Array(0) }, 'option "wasmLocation" must be a string, a URL, a WebAssembly.Module, or bytes that are not empty; got an object'],
  ["a worker that is no address", { workerUrl: 5 }, 'option "workerUrl" must be a string or a URL; got 5'],
  ["both threading modes", { forceMultiThreaded: true, forceSingleThreaded: true }, 'options "forceMultiThreaded" and "forceSingleThreaded" exclude each other'],
  ["blocking calls without workers", { syncHostFunctions: { f: fn }, forceSingleThreaded: true }, 'option "syncHostFunctions" needs workers: it excludes "forceSingleThreaded"'],
  ["other context options", { contextOptions: { contextPointer: 1 } }, 'unknown option "contextOptions.contextPointer"'],
  ["an unknown intrinsic", { contextOptions: { intrinsics: { Dates: true } } }, 'unknown option "contextOptions.intrinsics.Dates"; did you mean "contextOptions.intrinsics.Date"?'],
  ["an intrinsic that is gone", { contextOptions: { intrinsics: { BigFloat: true } } }, 'option "contextOptions.intrinsics.BigFloat": the engine does not have it'],
  ["a host function that is none", { hostFunctions: { f: 1 } }, 'option "hostFunctions.f" must be a function or a plain object of functions; got 1'],
  ["two levels of groups", { hostFunctions: { a: { b: { c: fn } } } }, 'option "hostFunctions.a.b" must be a function; got an object'],
  ["a name with a dot", { hostFunctions: { "a.b": fn } }, 'option "hostFunctions": names must be ASCII identifiers; got "a.b"'],
  ["a name with an umlaut", { hostFunctions: { g: { "ä": fn } } }, 'option "hostFunctions.g": names must be ASCII identifiers; got "ä"'],
  ["a function called __proto__", { hostFunctions: { ["__proto__"]: fn } }, 'option "hostFunctions": names must be ASCII identifiers; got "__proto__"'],
  ["one name, asynchronous and blocking", { hostFunctions: { f: fn }, syncHostFunctions: { f: fn } }, 'options "hostFunctions" and "syncHostFunctions" both define "f"'],
  ["one name, a function and a group", { hostFunctions: { f: fn }, syncHostFunctions: { f: { g: fn } } }, 'options "hostFunctions" and "syncHostFunctions" both define "f"'],
  ["a global that is a function too", { hostFunctions: { db: { get: fn } }, globals: { db: 1 } }, 'options "globals" and "hostFunctions" both define "db"'],
];

for (const [name, options, message] of refused) {
  test(`refused: ${name}`, () => assert.equal(refusal(options), message));
}

test("refused: functions on a prototype, which no guest could call", () => {
  class Api {
    find() {}
  }
  assert.match(refusal({ hostFunctions: new Api() }), /"hostFunctions" must be a plain object/);
  assert.match(refusal({ hostFunctions: { api: new Api() } }), /"hostFunctions.api" must be/);
});

test("an unknown option with a hostile name is shown on one line, and cut", () => {
  assert.equal(refusal({ ["a\n\u001b" + "b".repeat(99)]: 1 }).includes("\n"), false);
  assert.ok(refusal({ ["x".repeat(10_000)]: 1 }).length < 100);
});

test("host functions are flattened in order, asynchronous ones first, with what they stand in", () => {
  const db = { get: fn, set: fn };
  const table = { now: fn, db };
  const syncTable = { db: { lock: fn } };
  const resolved = resolveOptions({ hostFunctions: table, syncHostFunctions: syncTable });
  assert.deepEqual(
    resolved.hostFunctions.map((entry) => [entry.name, entry.isSync]),
    [["now", false], ["db.get", false], ["db.set", false], ["db.lock", true]],
  );
  assert.equal(resolved.hostFunctions[0]!.self, table);
  assert.equal(resolved.hostFunctions[1]!.self, db);
  assert.equal(resolved.hasSyncHostFunctions, true);
});

test("only own properties become host functions and modules", () => {
  const hostFunctions = Object.create(Object.freeze(Object.assign(Object.create(null), { f: fn })));
  assert.deepEqual(resolveOptions({ hostFunctions }).hostFunctions, []);
  const modules = Object.assign(Object.create(null), { a: "1" });
  assert.deepEqual(resolveOptions({ modules }).modules, [{ specifier: "a", source: "1" }]);
});

test("modules may be a function", () => {
  const loader = () => "export default 1";
  const resolved = resolveOptions({ modules: loader });
  assert.equal(resolved.moduleLoader, loader);
  assert.deepEqual(resolved.modules, []);
});

test("equal seeds are equal as number and bigint, and fractions count", () => {
  const seed = (random: number | bigint) => resolveOptions({ random }).seed;
  assert.equal(seed(7), 7n);
  assert.equal(seed(7n), 7n);
  assert.equal(seed(-1), 2n ** 64n - 1n);
  assert.equal(seed(2n ** 70n + 3n), 3n);
  assert.equal(seed(-0), 0n);
  assert.notEqual(seed(0.25), seed(0.5));
});

test("the clock is a Date or its number", () => {
  assert.equal(resolveOptions({ clock: new Date(5) }).clockMs, 5);
  assert.equal(resolveOptions({ clock: -5.5 }).clockMs, -5.5);
});

test("the Wasm may be an address, bytes or a module", () => {
  const empty = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  const wasm = (wasmLocation: WorkerPoolOptions["wasmLocation"]) =>
    resolveOptions({ wasmLocation }).wasm;
  const url = new URL("file:///isolate.wasm");
  assert.equal(wasm("isolate.wasm"), "isolate.wasm");
  assert.equal(wasm(url), url);
  assert.deepEqual(wasm(empty), empty);
  assert.deepEqual(wasm(empty.buffer), empty);
  assert.deepEqual(wasm(new DataView(empty.buffer, 4, 1)), new Uint8Array([1]));
  const module = new WebAssembly.Module(empty);
  assert.equal(wasm(module), module);
});

test("intrinsics that are not on are off; none at all means all", () => {
  const on = (intrinsics: object) => resolveOptions({ contextOptions: { intrinsics } }).intrinsics;
  assert.deepEqual(on({ Promise: true, Date: true, Eval: false }), ["Date", "Promise"]);
  assert.deepEqual(on({ BigFloat: false }), []);
  assert.deepEqual(on([]), []);
  assert.equal(resolveOptions({ contextOptions: {} }).intrinsics, null);
});

test("a task without options costs nothing: it is the pool's default", () => {
  const pool = resolveOptions({ defaultTimeout: 50 });
  assert.equal(resolveEvalOptions(undefined, pool), pool.defaultTask);
  assert.equal(resolveEvalOptions({}, pool), pool.defaultTask);
  assert.equal(resolveTask({ code: "1" }, pool), pool.defaultTask);
  assert.ok(Object.isFrozen(pool.defaultTask));
});

test("a task's options win over the pool's, and 0 means none", () => {
  const pool = resolveOptions({ defaultTimeout: 50, defaultQueueTimeout: 60 });
  const task = resolveEvalOptions({ timeout: 0, queueTimeout: 0.5, filename: "a.js" }, pool);
  assert.equal(task.timeoutMs, 0);
  assert.equal(task.queueTimeoutMs, 0.5);
  assert.equal(task.filename, "a.js");
  const kept = resolveEvalOptions({ timeout: undefined, priority: -5 }, pool);
  assert.equal(kept.timeoutMs, 50);
  assert.equal(kept.queueTimeoutMs, 60);
  assert.equal(kept.priority, -5);
});

test("a timeout beyond any clock is cut, not refused", () => {
  const { timeoutMs } = resolveEvalOptions({ timeout: Number.MAX_VALUE }, resolveOptions({}));
  assert.ok(timeoutMs * 1000 <= Number.MAX_SAFE_INTEGER && timeoutMs > 1e12);
});

test("a signal of another realm or library will do", () => {
  const signal = { aborted: false, addEventListener() {}, removeEventListener() {} };
  assert.equal(resolveEvalOptions({ signal }, resolveOptions({})).signal, signal);
  const { signal: real } = new AbortController();
  assert.equal(resolveEvalOptions({ signal: real }, resolveOptions({})).signal, real);
});

const refusedTasks: [name: string, options: unknown, message: string][] = [
  ["null", null, "options must be an object; got null"],
  ["a number for a timeout's object", 1000, "options must be an object; got 1000"],
  ["a slip", { timeuot: 5 }, 'unknown option "timeuot"; did you mean "timeout"?'],
  ["code among the options", { code: "1" }, 'unknown option "code"'],
  ["a timeout as text", { timeout: "5" }, 'option "timeout" must be a finite number of milliseconds, 0 or more (0: none); got "5"'],
  ["a fraction of a priority", { priority: 0.5 }, 'option "priority" must be an integer from -2147483648 to 2147483647; got 0.5'],
  ["a file name with NUL", { filename: "a\0b" }, 'option "filename" must be a string without NUL characters; got "a\\u0000b"'],
  ["a signal that is none", { signal: {} }, 'option "signal" must be an AbortSignal; got an object'],
  ["globals that are a list", { globals: [] }, 'option "globals" must be a plain object; got an array'],
  ["more memory than the pool's", { memoryLimitBytes: 65 * MIB }, 'option "memoryLimitBytes" must be an integer from 1048576 to the pool\'s 67108864; got 68157440'],
];

for (const [name, options, message] of refusedTasks) {
  test(`refused for a task: ${name}`, () => {
    const pool = resolveOptions({});
    assert.throws(() => resolveEvalOptions(options as EvalOptions, pool), {
      name: "TypeError",
      message,
    });
  });
}

const refusedWork: [name: string, task: unknown, message: string][] = [
  ["nothing", undefined, "task must be an object; got undefined"],
  ["a text", "1 + 1", 'task must be an object; got "1 + 1"'],
  ["no code", { timeout: 5 }, "code must be a string; got undefined"],
  ["code and call", { code: "1", call: fn }, 'task has both "code" and "call"'],
  ["arguments for code", { code: "1", args: [] }, 'task has "args" without "call"'],
  ["a call of nothing", { call: 5 }, 'option "call" must be a function or the source of one; got 5'],
  ["arguments that are no list", { call: fn, args: 5 }, 'option "args" must be an array; got 5'],
  ["an unknown option", { code: "1", codes: 1 }, 'unknown option "codes"; did you mean "code"?'],
];

for (const [name, task, message] of refusedWork) {
  test(`refused as a task: ${name}`, () => {
    const pool = resolveOptions({});
    assert.throws(() => resolveTask(task as WorkerTask, pool), { name: "TypeError", message });
  });
}

test("a call with options is taken", () => {
  const task = resolveTask({ call: "(a) => a", args: [1], priority: 3 }, resolveOptions({}));
  assert.equal(task.priority, 3);
});

test("what a library put on Object.prototype is nobody's option", () => {
  const pool = resolveOptions({});
  const inherited = Object.create({ polyfill: 1 }, { timeout: { value: 5, enumerable: true } });
  assert.equal(resolveEvalOptions(inherited, pool).timeoutMs, 5);
});

test("code is a string", () => {
  checkCode("");
  assert.throws(() => checkCode(5), { name: "TypeError", message: "code must be a string; got 5" });
});
