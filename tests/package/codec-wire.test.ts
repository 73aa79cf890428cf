// SPDX-License-Identifier: MIT
// The bytes themselves: every example of docs/wire-format.md, both ways, and what its page says
// of other forms. The page is read, so that it cannot say something else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../../packages/qjspool/src/codec/decode.js";
import { encode } from "../../packages/qjspool/src/codec/encode.js";
import { file } from "./lib/env.js";
import { fromHex, toHex } from "./lib/hex.js";
import { assertSame } from "./lib/same.js";

function typeErrorOfHost(): TypeError {
  const withoutStack = { value: undefined };
  return Object.defineProperty(new TypeError("no"), "stack", withoutStack);
}

function selfReference(): object {
  const o: Record<string, unknown> = {};
  o.self = o;
  return o;
}

function sparse(): unknown[] {
  const array: unknown[] = [];
  array.length = 500;
  array[1] = true;
  return array;
}

function twoViews(): unknown {
  const b = new ArrayBuffer(4);
  return [new Uint8Array(b), new Uint16Array(b, 2, 1)];
}

/** [value, example as the page prints it]. Spaces do not count. */
const examples: [unknown, string][] = [
  [undefined, "`undefined` | simple 23 | `f7`"],
  [null, "`null` | simple 22 | `f6`"],
  [5, "`5`: `05`"],
  [-1, "`-1`: `20`"],
  [1000, "`1000`: `19 03e8`"],
  [-0, "`-0` | half | `f9 8000`"],
  [1.5, "`1.5`: `f9 3e00`"],
  [1.1, "`1.1`: `fb 3ff199999999999a`"],
  ["é", '`"é"`: `62 c3a9`'],
  [0n, "`0n`: `c2 40`"],
  [256n, "`256n`: `c2 42 0100`"],
  [-1n, "`-1n`: `c3 40`"],
  [-6n, "`-6n`: `c3 41 05`"],
  ["\ud800", '`"\\ud800"` is `63 eda080`'],
  [{ a: 1 }, "`{a: 1}`: `a1 61 61 01`"],
  [[1, 2], "`[1, 2]`: `82 01 02`"],
  [[1, , 3], "`[1,,3]`: `83 01 f8e0 03`"],
  [sparse(), "`[1]` is true: `d81b 83 65 4172726179 1901f4 a1 61 31 f5`"],
  [new Map([[1, 2]]), "`d90103 a1 01 02`"],
  [new Set([1]), "`d90102 81 01`"],
  [new Date(1500), "1970-01-01T00:00:01.500Z: `c1 f9 3e00`"],
  [new Date(4467386220298688), "`new Date(4467386220298688)`: `d81b 82 64 44617465 1b 000fdf1068bc41c0`"],
  [new Date(NaN), "`c1 f9 7e00`"],
  [/a+/gi, "`/a+/gi`: `d9524a 82 62 612b 62 6769`"],
  [new Uint8Array([1, 2]).buffer, "byte string | `42 0102`"],
  [new Uint8Array([1, 2]), "`Uint8Array [1, 2]`: `d840 42 0102`"],
  [new DataView(new Uint8Array([1, 2]).buffer, 1), "`d81b 84 68 4461746156696577 42 0102 01 01`"],
  [Object(5), "`d81b 82 66 4e756d626572 05`"],
  [JSON.parse('{"__proto__": 1}'), "`a1 69 5f5f70726f746f5f5f 01`"],
];

test("the examples of the page are what is written and read", () => {
  const page = file("docs/wire-format.md").replaceAll(" ", "");
  for (const [value, example] of examples) {
    assert.ok(page.includes(example.replaceAll(" ", "")), `the page has ${example}`);
    const hex = example.slice(example.lastIndexOf("`", example.length - 2) + 1, -1).replaceAll(" ", "");
    assert.equal(toHex(encode(value)), hex, example);
    assertSame(decode(fromHex(hex)), value, example);
  }
});

/** The hexadecimal bytes of the page's example that begins with this line. */
function block(first: string): string {
  const lines = file("docs/wire-format.md").split("\n");
  const from = lines.findIndex((line) => line.startsWith(first));
  const bytes = lines.slice(from, lines.indexOf("```", from)).map((line) => /^ *((?:[0-9a-f]{2,} ?)+)/.exec(line)![1]);
  return bytes.join("").replaceAll(" ", "");
}

test("two views on one buffer, as the page draws them", () => {
  const short = block("82                 ");
  assertSame(decode(fromHex(short)), twoViews());
  // writers reserve four bytes for the index
  assert.equal(toHex(encode(twoViews())), short.replace("d81d00", "d81d1a00000000"));
});

test("a cycle, as the page draws it", () => {
  const hex = block("d81c a1 64");
  assert.equal(hex, "d81ca16473656c66d81d00");
  assertSame(decode(fromHex(hex)), selfReference());
  assert.equal(toHex(encode(selfReference())), "d81ca16473656c66d81d1a00000000");
});

/** Firefox has them of its own accord on every Error, and the stack on the prototype. */
const namesOfHost = ["columnNumber", "fileName", "lineNumber"];

test("an Error of the host", () => {
  const hex = "d81b82654572726f72a2646e616d6569547970654572726f72676d657373616765626e6f";
  const page = file("docs/wire-format.md").replace(/\s/g, "");
  assert.ok(page.includes(hex));
  assert.equal(toHex(encode(typeErrorOfHost())), hex);
  const error = decode(fromHex(hex));
  assert.ok(error instanceof TypeError);
  assert.equal(error.message, "no");
  assert.deepEqual(Object.keys(error), []);
});

/** Forms that are read and never written. */
const others: [string, string, unknown][] = [
  ["an integer wider than it needs", "1a00000005", 5],
  ["an integer of eight bytes", "1b0000000000000005", 5],
  ["an integer beyond 2^53", "1b0020000000000001", 2 ** 53],
  ["the largest integer", "1bffffffffffffffff", 2 ** 64],
  ["the least integer", "3b7fffffffffffffff", -(2 ** 63)],
  ["a negative integer that two roundings would spoil", "3b0020000000000001", -(2 ** 53) - 2],
  ["a float wider than it needs", "fb3ff8000000000000", 1.5],
  ["an integer as a float", "fa3f800000", 1],
  ["a NaN with a payload", "f97e01", NaN],
  ["a subnormal half", "f90001", 2 ** -24],
  ["a bigint with leading zeros", "c2430000ff", 255n],
  ["a text with a wide head", "780161", "a"],
  ["a key that comes twice", "a2616101616102", { a: 2 }],
  ["a Date of whole seconds", "c101", new Date(1000)],
  ["a Date out of range", "c1fb43dfffffffffffff", new Date(NaN)],
  ["a reference with a narrow index", "82d81c80d81d00", ((a: unknown[]) => [a, a])([])],
  ["a buffer after its view", "82d840d81c4101d81d1800", ((a: Uint8Array) => [a, a.buffer])(new Uint8Array([1]))],
];

for (const [name, hex, value] of others) {
  test(`reads ${name}`, () => assertSame(decode(fromHex(hex)), value));
}

test("the first field of an Error need not be its name", () => {
  const error = decode(fromHex("d81b82654572726f72a3676d65737361676561786478747261f6646e616d656a52616e67654572726f72"));
  assert.ok(error instanceof RangeError);
  assert.equal(error.message, "x");
  const keys = Reflect.ownKeys(error).filter((key) => !namesOfHost.includes(String(key)));
  assert.deepEqual(keys.sort(), ["message", "stack"]);
  assert.equal(error.stack, "RangeError: x");
});
