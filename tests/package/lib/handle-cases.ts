// SPDX-License-Identifier: MIT
// A case for every public method of quickjs-emscripten-core's contexts, runtimes and promises, with
// what comes of it. handles-conformance.test.ts runs them on our variants, and
// handles-reference.host.test.ts on the usual one. Each disposes of all handles that it gets.
import {
  isFail,
  type QuickJSAsyncContext,
  type QuickJSContext,
  type QuickJSHandle,
} from "quickjs-emscripten-core";

export interface HandleCase<Context = QuickJSContext> {
  run(ctx: Context): unknown;
  answer: unknown;
  /** The usual variant's, and why ours differs; a table in docs/handles.md has the same. */
  usual?: { answer: unknown; why: string };
}

export type Cases<Context = QuickJSContext> = Record<string, HandleCase<Context>>;

/** Of a class, what is not for its users, though it is there at run time. */
export const inner: Record<string, readonly string[]> = {
  QuickJSContext: ["constructor", "isEqual", "borrowPropertyKey", "getMemory", "getFunction", "errorToHandle", "success", "fail"],
  QuickJSAsyncContext: ["constructor"],
  QuickJSRuntime: ["constructor", "getSystemContext"],
  QuickJSAsyncRuntime: ["constructor"],
  QuickJSDeferredPromise: ["constructor", "disposeResolvers"],
};

/** Members that instances get when they are made. */
export const own: Record<string, readonly string[]> = {
  QuickJSContext: ["runtime"],
  QuickJSRuntime: ["context"],
  QuickJSDeferredPromise: ["handle", "resolve", "reject", "settled", "dispose", "context", "owner"],
};

export const give = (ctx: QuickJSContext, code: string): QuickJSHandle => ctx.unwrapResult(ctx.evalCode(code));
/** The dump of what code comes to. */
export const told = (ctx: QuickJSContext, code: string): unknown => give(ctx, code).consume((it) => ctx.dump(it));
const dumped = (ctx: QuickJSContext, handle: QuickJSHandle): unknown => handle.consume((it) => ctx.dump(it));
const named = (error: unknown): string => `${(error as Error).name}: ${(error as Error).message}`;
const fails = (fn: () => unknown): string => {
  try {
    fn();
    return "nothing";
  } catch (error) {
    return named(error);
  }
};
const failure = (ctx: QuickJSContext, result: ReturnType<QuickJSContext["evalCode"]>): unknown =>
  isFail(result) ? named(dumped(ctx, result.error)) : dumped(ctx, result.value);
/** Defines a global while `use` runs. */
function withGlobal(ctx: QuickJSContext, name: string, value: QuickJSHandle, use: () => unknown): unknown {
  value.consume((it) => ctx.setProp(ctx.global, name, it));
  const result = use();
  give(ctx, `delete globalThis.${name}`).dispose();
  return result;
}

/** What the usual variant says where it has no such function. */
const none = "QuickJSNotImplemented: WASM variant does not expose equality";
const NO_EQUALITY = { answer: none, why: "it has no `QTS_IsEqual`" };
const NO_LENGTH = "its host functions have length 0 whatever was asked for";

export const contextCases: Cases = {
  alive: { run: (ctx) => ctx.alive, answer: true },
  dispose: {
    run(ctx) {
      const other = ctx.runtime.newContext();
      give(other, "globalThis.a = { b: [] }; 1").dispose();
      other.dispose();
      return [other.alive, fails(() => other.newObject()).split(":")[0]];
    },
    answer: [false, "QuickJSUseAfterFree"],
  },
  undefined: { run: (ctx) => [ctx.typeof(ctx.undefined), ctx.dump(ctx.undefined)], answer: ["undefined", undefined] },
  null: { run: (ctx) => [ctx.typeof(ctx.null), ctx.dump(ctx.null)], answer: ["object", null] },
  true: { run: (ctx) => ctx.dump(ctx.true), answer: true },
  false: { run: (ctx) => ctx.dump(ctx.false), answer: false },
  global: {
    run: (ctx) => withGlobal(ctx, "mine", ctx.newNumber(7), () => told(ctx, "globalThis.mine + mine")),
    answer: 14,
  },
  newNumber: {
    run: (ctx) => [0, -0, 1.5, NaN, Infinity, 2 ** 53].map((n) => ctx.newNumber(n).consume((it) => ctx.getNumber(it))),
    answer: [0, -0, 1.5, NaN, Infinity, 2 ** 53],
  },
  newString: {
    run: (ctx) => ["", "plain", "é日本😀"].map((text) => ctx.newString(text).consume((it) => ctx.getString(it))),
    answer: ["", "plain", "é日本😀"],
  },
  newUniqueSymbol: {
    run(ctx) {
      const [a, b] = [ctx.newUniqueSymbol("s"), ctx.newUniqueSymbol("s")];
      const result = [ctx.typeof(a), ctx.eq(a, b), ctx.dump(a)?.toString()];
      a.dispose();
      b.dispose();
      return result;
    },
    answer: ["symbol", false, "Symbol(s)"],
    usual: NO_EQUALITY,
  },
  newSymbolFor: {
    run(ctx) {
      const [a, b] = [ctx.newSymbolFor("s"), give(ctx, "Symbol.for('s')")];
      const result = [ctx.eq(a, b), ctx.dump(a) === Symbol.for("s")];
      a.dispose();
      b.dispose();
      return result;
    },
    answer: [true, true],
    usual: NO_EQUALITY,
  },
  getWellKnownSymbol: {
    run: (ctx) => ctx.getWellKnownSymbol("iterator").consume((it) => ctx.getProp(ctx.global, it).consume((p) => ctx.typeof(p))),
    answer: "undefined",
  },
  newBigInt: {
    run: (ctx) => [0n, -1n, 2n ** 100n].map((n) => ctx.newBigInt(n).consume((it) => [ctx.typeof(it), ctx.getBigInt(it)])),
    answer: [["bigint", 0n], ["bigint", -1n], ["bigint", 2n ** 100n]],
  },
  newObject: {
    run(ctx) {
      const proto = give(ctx, "({ inherited: 1 })");
      const object = ctx.newObject(proto);
      const result = [ctx.dump(object), ctx.getProp(object, "inherited").consume((it) => ctx.dump(it))];
      proto.dispose();
      object.dispose();
      return result;
    },
    answer: [{}, 1],
  },
  newArray: {
    run: (ctx) => ctx.newArray().consume((it) => (ctx.setProp(it, 1, ctx.true), [ctx.getLength(it), ctx.dump(it)])),
    answer: [2, [null, true]],
  },
  newArrayBuffer: {
    run(ctx) {
      const buffer = ctx.newArrayBuffer(new Uint8Array([1, 2, 255]).buffer);
      return withGlobal(ctx, "b", buffer, () => told(ctx, "[b.byteLength, ...new Uint8Array(b)]"));
    },
    answer: [3, 1, 2, 255],
  },
  newPromise: {
    async run(ctx) {
      const came = ctx.newString("came");
      const promise = ctx.newPromise(Promise.resolve(came));
      promise.handle.consume((it) => ctx.setProp(ctx.global, "p", it));
      give(ctx, "globalThis.got = []; p.then((x) => got.push(x)); delete globalThis.p").dispose();
      await promise.settled;
      came.dispose();
      ctx.runtime.executePendingJobs();
      return told(ctx, "got");
    },
    answer: ["came"],
  },
  newFunction: {
    run(ctx) {
      const fn = ctx.newFunction("add", function (a, b) {
        return ctx.newNumber(ctx.getNumber(a!) + ctx.getNumber(b!) + ctx.getProp(this, "n").consume((n) => ctx.getNumber(n)));
      });
      return withGlobal(ctx, "add", fn, () => told(ctx, "[add.name, add.length, ({ n: 1, add }).add(2, 3)]"));
    },
    answer: ["add", 2, 6],
    usual: { answer: ["add", 0, 6], why: NO_LENGTH },
  },
  newConstructorFunction: {
    run(ctx) {
      const fn = ctx.newConstructorFunction("Made", function (x) {
        ctx.setProp(this, "x", x!);
      });
      return withGlobal(ctx, "Made", fn, () => told(ctx, "const made = new Made(5); [typeof Made, typeof made]"));
    },
    answer: ["function", "undefined"],
  },
  newFunctionWithOptions: {
    run(ctx) {
      const fn = ctx.newFunctionWithOptions({ name: "f", length: 3, isConstructor: false, fn: () => ctx.newString("ran") });
      return withGlobal(ctx, "f", fn, () => told(ctx, "let e; try { new f() } catch (x) { e = x.name } [f.name, f.length, f(), e]"));
    },
    answer: ["f", 3, "ran", "TypeError"],
    usual: { answer: ["f", 0, "ran", "TypeError"], why: NO_LENGTH },
  },
  newError: {
    run: (ctx) =>
      [ctx.newError("text"), ctx.newError({ name: "Mine", message: "own" }), ctx.newError()].map((error) =>
        withGlobal(ctx, "e", error, () => told(ctx, "[e instanceof Error, e.name, e.message]")),
      ),
    answer: [[true, "Error", "text"], [true, "Mine", "own"], [true, "Error", ""]],
  },
  newHostRef: {
    run(ctx) {
      const object = { of: "the host" };
      const ref = ctx.newHostRef(object);
      const result = [ref.value === object, ctx.typeof(ref.handle)];
      ref.dispose();
      return result;
    },
    answer: [true, "object"],
  },
  toHostRef: {
    run(ctx) {
      const object = {};
      const ref = ctx.newHostRef(object);
      const again = ctx.toHostRef<object>(ref.handle);
      const none = ctx.newObject();
      const result = [again?.value === object, ctx.toHostRef(none)];
      again?.dispose();
      none.dispose();
      ref.dispose();
      return result;
    },
    answer: [true, undefined],
  },
  unwrapHostRef: {
    run(ctx) {
      const object = {};
      const ref = ctx.newHostRef(object);
      const none = ctx.newObject();
      const result = [ctx.unwrapHostRef(ref.handle) === object, fails(() => ctx.unwrapHostRef(none)) !== "nothing"];
      none.dispose();
      ref.dispose();
      return result;
    },
    answer: [true, true],
  },
  typeof: {
    run: (ctx) => ["1", "''", "({})", "() => 1", "1n", "Symbol()", "null", "undefined", "true"].map((code) => give(ctx, code).consume((it) => ctx.typeof(it))),
    answer: ["number", "string", "object", "function", "bigint", "symbol", "object", "undefined", "boolean"],
  },
  getNumber: { run: (ctx) => ["1.5", "'7'", "true", "({})"].map((code) => give(ctx, code).consume((it) => ctx.getNumber(it))), answer: [1.5, 7, 1, NaN] },
  getString: { run: (ctx) => ["1.5", "'7'", "[1, 2]"].map((code) => give(ctx, code).consume((it) => ctx.getString(it))), answer: ["1.5", "7", "1,2"] },
  getSymbol: {
    run: (ctx) => [give(ctx, "Symbol.for('a')").consume((it) => ctx.getSymbol(it) === Symbol.for("a")), give(ctx, "Symbol('b')").consume((it) => ctx.getSymbol(it).description)],
    answer: [true, "b"],
  },
  getBigInt: { run: (ctx) => give(ctx, "-(2n ** 70n)").consume((it) => ctx.getBigInt(it)), answer: -(2n ** 70n) },
  getArrayBuffer: {
    run: (ctx) => give(ctx, "new Uint8Array([9, 8]).buffer").consume((it) => ctx.getArrayBuffer(it).consume((bytes) => Array.from(bytes.value))),
    answer: [9, 8],
  },
  getPromiseState: {
    run: (ctx) =>
      ["Promise.resolve(1)", "Promise.reject(2).catch(() => {}), Promise.reject(3)", "new Promise(() => {})", "4"].map((code) =>
        give(ctx, code).consume((it) => {
          const state = ctx.getPromiseState(it);
          if (state.type === "fulfilled") return [state.type, state.notAPromise ?? false, state.notAPromise ? state.value === it : dumped(ctx, state.value)];
          if (state.type === "rejected") return [state.type, dumped(ctx, state.error)];
          return [state.type];
        }),
      ),
    answer: [["fulfilled", false, 1], ["rejected", 3], ["pending"], ["fulfilled", true, true]],
  },
  resolvePromise: {
    async run(ctx) {
      const results: unknown[] = [];
      for (const code of ["Promise.resolve('yes')", "Promise.reject(new Error('no'))", "5"]) {
        const handle = give(ctx, code);
        const promise = ctx.resolvePromise(handle);
        handle.dispose();
        ctx.runtime.executePendingJobs();
        results.push(failure(ctx, await promise));
      }
      return results;
    },
    answer: ["yes", "Error: no", 5],
  },
  eq: { run: (ctx) => compare(ctx, (a, b) => ctx.eq(a, b)), answer: [true, false, true], usual: NO_EQUALITY },
  sameValue: { run: (ctx) => compare(ctx, (a, b) => ctx.sameValue(a, b)), answer: [true, true, false], usual: NO_EQUALITY },
  sameValueZero: { run: (ctx) => compare(ctx, (a, b) => ctx.sameValueZero(a, b)), answer: [true, true, true], usual: NO_EQUALITY },
  getProp: {
    run: (ctx) =>
      give(ctx, "({ a: 1, 7: 'seven', get throws() { throw new RangeError('getter') } })").consume((it) => [
        dumped(ctx, ctx.getProp(it, "a")),
        dumped(ctx, ctx.getProp(it, 7)),
        ctx.newString("a").consume((key) => dumped(ctx, ctx.getProp(it, key))),
        dumped(ctx, ctx.getProp(it, "missing")),
        ctx.getProp(it, "throws").consume((thrown) => ctx.typeof(thrown)),
      ]),
    answer: [1, "seven", 1, undefined, "unknown"],
  },
  getLength: {
    run: (ctx) => ["[1, 2, 3]", "'four'", "({})", "({ length: 5 })"].map((code) => give(ctx, code).consume((it) => ctx.getLength(it))),
    answer: [3, undefined, 0, 5],
  },
  getOwnPropertyNames: {
    run: (ctx) =>
      give(ctx, "Object.defineProperty({ a: 1, 2: 2 }, 'hidden', { value: 1 })").consume((it) =>
        [{ strings: true }, { strings: true, numbersAsStrings: true }, { onlyEnumerable: true, strings: true, numbers: false }].map((options) => {
          const list = ctx.unwrapResult(ctx.getOwnPropertyNames(it, options));
          const found = list.map((name) => ctx.dump(name));
          list.dispose();
          return found;
        }),
      ),
    answer: [["a", "hidden"], ["2", "a", "hidden"], ["a"]],
  },
  getIterator: {
    run(ctx) {
      const seen: unknown[] = [];
      const iterable = give(ctx, "new Set([1, 'two'])");
      for (const entry of ctx.unwrapResult(ctx.getIterator(iterable))) seen.push(ctx.unwrapResult(entry).consume((it) => ctx.dump(it)));
      iterable.dispose();
      return seen;
    },
    answer: [1, "two"],
  },
  setProp: {
    run(ctx) {
      const object = ctx.newObject();
      ctx.setProp(object, "a", ctx.true);
      ctx.setProp(object, 3, ctx.null);
      ctx.newSymbolFor("s").consume((key) => ctx.setProp(object, key, ctx.false));
      return withGlobal(ctx, "o", object, () => told(ctx, "[o.a, o[3], o[Symbol.for('s')]]"));
    },
    answer: [true, null, false],
  },
  defineProp: {
    run(ctx) {
      const object = ctx.newObject();
      ctx.defineProp(object, "value", { value: ctx.true, configurable: false, enumerable: true });
      ctx.defineProp(object, "computed", { get: () => ctx.newString("got"), set: () => {}, enumerable: false });
      const code = "const d = Object.getOwnPropertyDescriptors(o); [d.value.configurable, d.value.enumerable, d.computed.enumerable, typeof d.computed.get, o.computed, Object.keys(o)]";
      return withGlobal(ctx, "o", object, () => told(ctx, code));
    },
    answer: [false, true, false, "function", "got", ["value"]],
  },
  callFunction: {
    run(ctx) {
      const fn = give(ctx, "(function (...args) { return [this?.n, args] })");
      const self = give(ctx, "({ n: 1 })");
      const [a, b] = [ctx.newNumber(2), ctx.newString("b")];
      const thrower = give(ctx, "() => { throw new TypeError('mine') }");
      const results = [
        failure(ctx, ctx.callFunction(fn, self, a, b)),
        failure(ctx, ctx.callFunction(fn, ctx.undefined, [b])),
        failure(ctx, ctx.callFunction(fn, self, ...new Array<QuickJSHandle>(20).fill(a))),
        failure(ctx, ctx.callFunction(thrower, ctx.undefined)),
        failure(ctx, ctx.callFunction(self, ctx.undefined)),
      ];
      for (const handle of [fn, self, a, b, thrower]) handle.dispose();
      return results;
    },
    answer: [[1, [2, "b"]], [null, ["b"]], [1, new Array(20).fill(2)], "TypeError: mine", "TypeError: not a function"],
  },
  callMethod: {
    run: (ctx) =>
      give(ctx, "[3, 1, 2]").consume((list) => [failure(ctx, ctx.callMethod(list, "join", [ctx.null])), failure(ctx, ctx.callMethod(list, "missing"))]),
    answer: ["3null1null2", "TypeError: not a function"],
  },
  evalCode: {
    run: (ctx) => [
      failure(ctx, ctx.evalCode("1 + 1")),
      failure(ctx, ctx.evalCode("syntax error", "named.js")),
      failure(ctx, ctx.evalCode("throw new RangeError('mine')")),
      failure(ctx, ctx.evalCode("this === undefined", "strict.js", { strict: true, type: "global" })),
      failure(ctx, ctx.evalCode("export const a = 1; export default 2", "module.js", { type: "module" })),
    ],
    answer: [2, "SyntaxError: expecting ';'", "RangeError: mine", false, { a: 1, default: 2 }],
  },
  throw: {
    run(ctx) {
      const fn = ctx.newFunction("f", () => {
        throw new RangeError("of the host");
      });
      const error = ctx.newError("thrown");
      ctx.throw(error);
      return [told(ctx, "'goes on'"), withGlobal(ctx, "f", fn, () => failure(ctx, ctx.evalCode("f()")))];
    },
    answer: ["goes on", "RangeError: of the host"],
  },
  dump: {
    run: (ctx) =>
      ["[1, 'a', null, undefined, true]", "({ a: { b: [1] } })", "new RangeError('e')", "Symbol.for('s')", "10n"].map((code) => {
        const it = told(ctx, code);
        return (it as Error).name === "RangeError" ? named(it) : it;
      }),
    answer: [[1, "a", null, null, true], { a: { b: [1] } }, "RangeError: e", Symbol.for("s"), 10n],
  },
  unwrapResult: {
    run: (ctx) => [told(ctx, "'fine'"), fails(() => ctx.unwrapResult(ctx.evalCode("throw new RangeError('mine')")))],
    answer: ["fine", "RangeError: mine"],
  },
  encodeBinaryJSON: {
    run: (ctx) =>
      give(ctx, "({ a: [1, 'two'], b: new Date(5) })").consume((it) =>
        ctx.encodeBinaryJSON(it).consume((bytes) => ctx.decodeBinaryJSON(bytes).consume((back) => withGlobal(ctx, "v", back.dup(), () => told(ctx, "[v.a, +v.b]")))),
      ),
    answer: [[1, "two"], 5],
  },
  decodeBinaryJSON: {
    run: (ctx) => ctx.newArrayBuffer(new Uint8Array([255, 1, 2]).buffer).consume((it) => ctx.decodeBinaryJSON(it).consume((bad) => ctx.typeof(bad))),
    answer: "unknown",
  },
  runtime: { run: (ctx) => ctx.runtime.alive, answer: true },
};

function compare<T>(ctx: QuickJSContext, fn: (a: QuickJSHandle, b: QuickJSHandle) => T): T[] {
  return [["'a'", "'a'"], ["NaN", "NaN"], ["0", "-0"]].map(([one, other]) => {
    const [a, b] = [give(ctx, one!), give(ctx, other!)];
    const result = fn(a, b);
    a.dispose();
    b.dispose();
    return result;
  });
}

export const runtimeCases: Cases = {
  alive: { run: (ctx) => ctx.runtime.alive, answer: true },
  dispose: {
    run: () => "every case ends with it",
    answer: "every case ends with it",
  },
  newContext: {
    run(ctx) {
      const other = ctx.runtime.newContext();
      const bare = ctx.runtime.newContext({ intrinsics: { BaseObjects: true, Eval: true } });
      give(ctx, "globalThis.mine = 1; 0").dispose();
      const result = [told(other, "typeof mine"), told(bare, "typeof Map"), told(other, "typeof Map")];
      other.dispose();
      bare.dispose();
      return result;
    },
    answer: ["undefined", "undefined", "function"],
  },
  setModuleLoader: {
    run(ctx) {
      const asked: string[] = [];
      ctx.runtime.setModuleLoader(
        (name) => (asked.push(name), name.startsWith("lib/") ? `export const name = ${JSON.stringify(name)}` : { error: new Error("none") }),
        (base, name) => (asked.push(`${base} ${name}`), name.replace("~", "lib/")),
      );
      const result = failure(ctx, ctx.evalCode("import { name } from '~a'; globalThis.got = name; export { name }", "main.js", { type: "module" }));
      return [result, asked, failure(ctx, ctx.evalCode("import 'missing'", "other.js", { type: "module" }))];
    },
    answer: [{ name: "lib/a" }, ["main.js ~a", "lib/a", "other.js missing", "missing"], "Error: none"],
  },
  removeModuleLoader: {
    run(ctx) {
      ctx.runtime.setModuleLoader(() => "export default 1");
      ctx.runtime.removeModuleLoader();
      return String(failure(ctx, ctx.evalCode("import 'x'", "main.js", { type: "module" }))).split(":")[0];
    },
    answer: "ReferenceError",
  },
  hasPendingJob: {
    run(ctx) {
      const before = ctx.runtime.hasPendingJob();
      give(ctx, "Promise.resolve().then(() => {})").dispose();
      const during = ctx.runtime.hasPendingJob();
      ctx.runtime.executePendingJobs();
      return [before, during, ctx.runtime.hasPendingJob()];
    },
    answer: [false, true, false],
  },
  setInterruptHandler: {
    run(ctx) {
      let n = 0;
      ctx.runtime.setInterruptHandler(() => ++n > 3);
      const ended = failure(ctx, ctx.evalCode("for (;;) {}"));
      ctx.runtime.removeInterruptHandler();
      return [ended, n, told(ctx, "'still there'")];
    },
    answer: ["InternalError: interrupted", 4, "still there"],
  },
  removeInterruptHandler: {
    run(ctx) {
      ctx.runtime.setInterruptHandler(() => true);
      ctx.runtime.removeInterruptHandler();
      return told(ctx, "let n = 0; for (let i = 0; i < 100000; i++) n++; n");
    },
    answer: 100000,
  },
  executePendingJobs: {
    run(ctx) {
      give(ctx, "globalThis.log = []; for (const n of [1, 2, 3]) Promise.resolve().then(() => log.push(n))").dispose();
      const first = ctx.unwrapResult(ctx.runtime.executePendingJobs(2));
      const rest = ctx.unwrapResult(ctx.runtime.executePendingJobs());
      return [first, rest, told(ctx, "log")];
    },
    answer: [2, 1, [1, 2, 3]],
  },
  setMemoryLimit: {
    run(ctx) {
      ctx.runtime.setMemoryLimit(2 << 20);
      const ended = failure(ctx, ctx.evalCode("const all = []; for (;;) all.push(new Uint8Array(1 << 16))"));
      ctx.runtime.setMemoryLimit(-1);
      return [ended, told(ctx, "new Uint8Array(4 << 20).length")];
    },
    answer: ["InternalError: out of memory", 4 << 20],
    usual: { answer: "InternalError: out of memory", why: "it is out of memory also after -1 has lifted the limit" },
  },
  computeMemoryUsage: {
    run: (ctx) => dumpedUsage(ctx).every(([, n]) => Number.isInteger(n)) && dumpedUsage(ctx).length > 20,
    answer: true,
  },
  dumpMemoryUsage: { run: (ctx) => /memory allocated\s+\d+/.test(ctx.runtime.dumpMemoryUsage()), answer: true },
  setMaxStackSize: {
    run(ctx) {
      const depth = "let n = 0; (function f() { n++; f() })";
      const measure = (): number => told(ctx, `{ ${depth}; try { (function f() { n++; f() })() } catch {} n }`) as number;
      ctx.runtime.setMaxStackSize(64 * 1024);
      const small = measure();
      ctx.runtime.setMaxStackSize(256 * 1024);
      return [small > 20, measure() > 2 * small];
    },
    answer: [true, true],
  },
  assertOwned: {
    run(ctx) {
      const handle = ctx.newObject();
      const result = fails(() => ctx.runtime.assertOwned(handle));
      handle.dispose();
      return result;
    },
    answer: "nothing",
  },
  setDebugMode: { run: (ctx) => (ctx.runtime.setDebugMode(true), ctx.runtime.setDebugMode(false), "quiet"), answer: "quiet" },
  isDebugMode: {
    run(ctx) {
      const before = ctx.runtime.isDebugMode();
      return before;
    },
    answer: false,
  },
  debugLog: { run: (ctx) => ctx.runtime.debugLog("nobody sees this"), answer: undefined },
  context: { run: (ctx) => ctx.runtime.context === ctx, answer: true },
};

function dumpedUsage(ctx: QuickJSContext): [string, number][] {
  return Object.entries(ctx.runtime.computeMemoryUsage().consume((it) => ctx.dump(it)) as Record<string, number>);
}

/** A deferred promise of the guest, what comes of it, and what the guest's `then` saw. */
function settle(ctx: QuickJSContext, act: (deferred: ReturnType<QuickJSContext["newPromise"]>) => void): unknown {
  const deferred = ctx.newPromise();
  ctx.setProp(ctx.global, "p", deferred.handle);
  give(ctx, "globalThis.seen = []; p.then((x) => seen.push(['yes', x]), (x) => seen.push(['no', x])); delete globalThis.p; 0").dispose();
  act(deferred);
  ctx.runtime.executePendingJobs();
  const state = ctx.getPromiseState(deferred.handle);
  if (state.type === "fulfilled") state.value.dispose();
  if (state.type === "rejected") state.error.dispose();
  const result = [told(ctx, "seen"), state.type, deferred.alive];
  if (deferred.alive) deferred.dispose();
  return result;
}

export const promiseCases: Cases = {
  alive: { run: (ctx) => settle(ctx, () => {}), answer: [[], "pending", true] },
  resolve: {
    run: (ctx) => settle(ctx, (p) => ctx.newNumber(1).consume((n) => (p.resolve(n), p.resolve(n), p.reject(n)))),
    answer: [[["yes", 1]], "fulfilled", true],
  },
  reject: { run: (ctx) => settle(ctx, (p) => p.reject(ctx.null)), answer: [[["no", null]], "rejected", true] },
  settled: {
    async run(ctx) {
      const deferred = ctx.newPromise();
      const log: string[] = [];
      const done = deferred.settled.then(() => log.push("settled"));
      await 0;
      log.push("before");
      deferred.resolve();
      await done;
      deferred.dispose();
      return log;
    },
    answer: ["before", "settled"],
  },
  handle: { run: (ctx) => withPromise(ctx, (p) => ctx.typeof(p.handle)), answer: "object" },
  dispose: {
    run(ctx) {
      const deferred = ctx.newPromise();
      deferred.dispose();
      return [deferred.alive, deferred.handle.alive];
    },
    answer: [false, false],
  },
  context: { run: (ctx) => withPromise(ctx, (p) => p.context === ctx), answer: true },
  owner: { run: (ctx) => withPromise(ctx, (p) => p.owner === ctx.runtime), answer: true },
};

function withPromise<T>(ctx: QuickJSContext, use: (deferred: ReturnType<QuickJSContext["newPromise"]>) => T): T {
  const deferred = ctx.newPromise();
  const result = use(deferred);
  deferred.dispose();
  return result;
}

const soon = <T>(value: T): Promise<T> => new Promise((done) => setTimeout(() => done(value), 1));

/** Beside those of QuickJSContext and QuickJSRuntime, which these inherit. */
export const asyncCases: Cases<QuickJSAsyncContext> = {
  evalCodeAsync: {
    async run(ctx) {
      const fn = ctx.newAsyncifiedFunction("later", async (n) => ctx.newNumber(ctx.getNumber(n!) * 2 + (await soon(1))));
      fn.consume((it) => ctx.setProp(ctx.global, "later", it));
      return [
        failure(ctx, await ctx.evalCodeAsync("[1, 2].map(later)")),
        failure(ctx, await ctx.evalCodeAsync("throw new RangeError('mine')")),
        String(failure(ctx, await ctx.evalCodeAsync("import { a } from 'x'; export { a }", "m.js", { type: "module" }))).split(":")[0],
      ];
    },
    answer: [[3, 5], "RangeError: mine", "ReferenceError"],
  },
  newAsyncifiedFunction: {
    async run(ctx) {
      const fn = ctx.newAsyncifiedFunction("fails", async () => {
        await soon(0);
        throw new RangeError("of the host");
      });
      fn.consume((it) => ctx.setProp(ctx.global, "fails", it));
      return failure(ctx, await ctx.evalCodeAsync("let e; try { fails() } catch (x) { e = x } [fails.name, e.name, e.message]"));
    },
    answer: ["fails", "RangeError", "of the host"],
  },
};

export const asyncRuntimeCases: Cases<QuickJSAsyncContext> = {
  newContext: {
    run(ctx) {
      const other = ctx.runtime.newContext();
      const result = told(other, "6 * 7");
      other.dispose();
      return result;
    },
    answer: 42,
  },
  setModuleLoader: {
    async run(ctx) {
      ctx.runtime.setModuleLoader(async (name) => soon(`export const name = ${JSON.stringify(name)}`));
      return failure(ctx, await ctx.evalCodeAsync("import { name } from 'x'; export { name }", "m.js", { type: "module" }));
    },
    answer: { name: "x" },
  },
  setMaxStackSize: { run: (ctx) => (ctx.runtime.setMaxStackSize(128 * 1024), told(ctx, "1")), answer: 1 },
};
