// SPDX-License-Identifier: MIT
// The guest program that takes away what contextOptions.intrinsics leaves out. It runs before any
// code of the user's, in each new isolate. The core keeps what it needs of the originals.

/** Global names by intrinsic. Eval is more than a name, see below; BaseObjects are the language. */
const GLOBALS: Readonly<Record<string, readonly string[]>> = {
  Date: ["Date"],
  RegExp: ["RegExp"],
  JSON: ["JSON"],
  Proxy: ["Proxy", "Reflect"],
  MapSet: ["Map", "Set", "WeakMap", "WeakSet"],
  TypedArrays: [
    ...["ArrayBuffer", "DataView", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array"],
    ...["Uint16Array", "Int32Array", "Uint32Array", "BigInt64Array", "BigUint64Array"],
    ...["Float16Array", "Float32Array", "Float64Array"],
  ],
  Promise: ["Promise"],
  BigInt: ["BigInt"],
};

/** Code from strings: every constructor of functions, and eval. */
const WITHOUT_EVAL = `
  delete globalThis.eval;
  delete globalThis.Function;
  for (const fn of [function () {}, function* () {}, async function () {}, async function* () {}]) {
    const prototype = Object.getPrototypeOf(fn);
    const refuse = function () { throw new EvalError("code from strings is switched off"); };
    Object.defineProperty(prototype, "constructor", { value: refuse });
  }`;

/** `names`: the intrinsics that stay. */
export function intrinsicsSource(names: readonly string[]): string {
  const gone = Object.keys(GLOBALS).filter((name) => !names.includes(name));
  const lines = gone.flatMap((name) => GLOBALS[name]!).map((name) => `delete globalThis.${name};`);
  if (!names.includes("StringNormalize")) lines.push("delete String.prototype.normalize;");
  if (!names.includes("Eval")) lines.push(WITHOUT_EVAL);
  return `{${lines.join("\n")}}`;
}
