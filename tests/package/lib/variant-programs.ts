// SPDX-License-Identifier: MIT
// Programs whose dumps every variant of quickjs-emscripten-core gives alike, and listings of names.
import type { QuickJSContext } from "quickjs-emscripten-core";

/** The type of the value and its dump; or "error" and what was thrown. Symbols as text. */
export function dumpOf(ctx: QuickJSContext, code: string): [type: string, dump: unknown] {
  const result = ctx.evalCode(code);
  if (result.error !== undefined) return ["error", result.error.consume((error) => plain(ctx.dump(error)))];
  const type = ctx.typeof(result.value);
  const dump: unknown = ctx.dump(result.value);
  if (result.value.alive) result.value.dispose(); // dumping a promise disposes of it
  return [type, plain(dump)];
}

/** Stacks are the engine's own business. */
function plain(dump: unknown): unknown {
  if (typeof dump === "symbol") return String(dump);
  if (typeof dump !== "object" || dump === null) return dump;
  const { stack: _, ...rest } = dump as Record<string, unknown>;
  return Array.isArray(dump) ? dump : rest;
}

const promise = (type: string, rest: object = {}): [string, unknown] => ["object", { type, ...rest }];

export const programs: readonly (readonly [code: string, want: [type: string, dump: unknown]])[] = [
  ["1 + 1", ["number", 2]],
  ["-0", ["number", -0]],
  ["NaN", ["number", NaN]],
  ["1n << 80n", ["bigint", 1n << 80n]],
  ["'é€😀'", ["string", "é€😀"]],
  ["undefined", ["undefined", undefined]],
  ["null", ["object", null]],
  ["true", ["boolean", true]],
  ["Symbol('a')", ["symbol", "Symbol(a)"]],
  ["Symbol.for('k')", ["symbol", "Symbol(k)"]],
  ["({ a: 1, b: [1, , 2], c: undefined, d: () => 1 })", ["object", { a: 1, b: [1, null, 2] }]],
  ["(function f(){})", ["function", "function f(){}"]],
  ["(x) => x", ["function", "(x) => x"]],
  ["new Date(0)", ["object", "1970-01-01T00:00:00.000Z"]],
  ["new Map([[1, 2]])", ["object", {}]],
  ["new Uint8Array(2)", ["object", { 0: 0, 1: 0 }]],
  ["new Error('x')", ["object", { name: "Error", message: "x" }]],
  ["Object.assign(new Error('m'), { code: 5, cause: 1 })", ["object", { code: 5, cause: 1, name: "Error", message: "m" }]],
  ["new AggregateError([1], 'z')", ["object", { name: "AggregateError", message: "z" }]],
  ["({ name: 'n', message: 'm' })", ["object", { name: "n", message: "m" }]],
  ["class A { get name() { return 'z' } }; new A", ["object", { name: "z" }]],
  ["({ toJSON() { throw 1 } })", ["object", "[object Object]"]],
  ["const q = {}; q.q = q; q", ["object", "[object Object]"]],
  ["new Proxy({}, {})", ["object", {}]],
  ["Promise.resolve(1)", promise("fulfilled", { value: 1 })],
  ["Promise.reject(1)", promise("rejected", { error: 1 })],
  ["new Promise(() => {})", promise("pending")],
  ["export const a = 1; export default 2", ["object", { a: 1, default: 2 }]],
  ["throw new TypeError('q')", ["error", { name: "TypeError", message: "q" }]],
  ["throw 1", ["error", 1]],
  ["throw undefined", ["error", undefined]],
  ["await 5", ["error", { name: "SyntaxError", message: "expecting ';'" }]],
  ["for (;;) { break }", ["undefined", undefined]],
];

type Options = NonNullable<Parameters<QuickJSContext["getOwnPropertyNames"]>[1]>;

const object =
  "({ a: 1, 3: 2, '-1': 5, '4294967295': 1, 4294967294: 2, [Symbol('s')]: 1, 0: 1, 2147483648: 1 })";
const strings = ["a", "-1", "4294967295"].map((name) => ["string", name]);
const large = ["2147483648", "4294967294"].map((name) => ["string", name]);
const numbers = [["number", 0], ["number", 3]];
const numerals = [["string", "0"], ["string", "3"]];

export const names: readonly (readonly [options: Options | undefined, want: unknown[]])[] = [
  [undefined, [...numerals, ...large, ...strings]],
  [{ strings: true }, [...large, ...strings]],
  [{ numbers: true }, numbers],
  [{ strings: true, numbers: true }, [...numbers, ...large, ...strings]],
  [{ symbols: true }, [["symbol", "Symbol(s)"]]],
  [{ strings: true, symbols: true, numbers: true, onlyEnumerable: true }, [...numbers, ...large, ...strings, ["symbol", "Symbol(s)"]]],
  [{ numbers: true, numbersAsStrings: true, strings: true }, [...numerals, ...large, ...strings]],
];

export function namesOf(ctx: QuickJSContext, options: Options | undefined): unknown[] {
  return ctx.unwrapResult(ctx.evalCode(object)).consume((handle) => {
    const found = ctx.unwrapResult(ctx.getOwnPropertyNames(handle, options));
    const list = found.map((name) => {
      const dump: unknown = ctx.dump(name);
      return [ctx.typeof(name), typeof dump === "symbol" ? String(dump) : dump];
    });
    found.dispose();
    return list;
  });
}
