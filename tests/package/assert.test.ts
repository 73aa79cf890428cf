// SPDX-License-Identifier: MIT
// The assertions themselves: in pages a library stands for Node's. A comparison that is looser than
// the other tests believe would let them pass for nothing.
import assert from "node:assert/strict";
import { test } from "node:test";

class Point {
  x = 1;
}

const cyclic = (): object => {
  const a: { self?: unknown } = {};
  a.self = a;
  return a;
};

const withStack = (error: Error): Error => Object.assign(error, { stack: "s" });

const equal: [name: string, a: unknown, b: unknown][] = [
  ["NaN", [NaN], [NaN]],
  ["the order of keys", { a: 1, b: 2 }, { b: 2, a: 1 }],
  ["Maps", new Map([[1, { a: [1] }]]), new Map([[1, { a: [1] }]])],
  ["Sets of objects", new Set([{ a: 1 }]), new Set([{ a: 1 }])],
  ["typed arrays", new Uint8Array([1, 2]), new Uint8Array([1, 2])],
  ["Errors", withStack(new RangeError("m")), withStack(new RangeError("m"))],
  ["bigints", { n: 5n }, { n: 5n }],
  ["cycles", cyclic(), cyclic()],
];

const different: [name: string, a: unknown, b: unknown][] = [
  ["types", { value: 2 }, { value: "2" }],
  ["null and undefined", [null], [undefined]],
  ["signs of zero", [0], [-0]],
  ["a missing and an undefined key", {}, { a: undefined }],
  ["a hole", [, 1], [undefined, 1]],
  ["lengths", [1], [1, 2]],
  ["prototypes", new Point(), { x: 1 }],
  ["names of arrays", Object.assign([1], { index: 0 }), [1]],
  ["values of Maps", new Map([[1, { a: 1 }]]), new Map([[1, { a: 2 }]])],
  ["members of Sets", new Set([{ a: 1 }]), new Set([{ a: 2 }])],
  ["kinds of typed arrays", new Uint8Array([1]), new Int8Array([1])],
  ["bytes", new Uint8Array([1, 2]), new Uint8Array([1, 3])],
  ["buffers", new Uint8Array([1]).buffer, new Uint8Array([2]).buffer],
  ["messages of Errors", withStack(new Error("a")), withStack(new Error("b"))],
  ["classes of Errors", withStack(new TypeError("a")), withStack(new RangeError("a"))],
  ["Dates", new Date(1), new Date(2)],
  ["flags", /a/g, /a/i],
  ["boxes", Object(1), Object(2)],
  ["a number and a bigint", [1], [1n]],
  ["lone surrogates", ["\ud800"], ["\ufffd"]],
];

for (const [name, a, b] of equal) {
  test(`deepEqual: ${name}`, () => {
    assert.deepEqual(a, b);
    assert.throws(() => assert.notDeepEqual(a, b), assert.AssertionError);
  });
}

for (const [name, a, b] of different) {
  test(`not deepEqual: ${name}`, () => {
    assert.notDeepEqual(a, b);
    assert.throws(() => assert.deepEqual(a, b), assert.AssertionError);
  });
}

const failing: [name: string, run: () => unknown][] = [
  ["ok", () => assert.ok(0)],
  ["equal", () => assert.equal(1, "1" as unknown as number)],
  ["notEqual", () => assert.notEqual(NaN, NaN)],
  ["match", () => assert.match("a", /b/)],
  ["throws without a throw", () => assert.throws(() => {})],
  ["throws of another class", () => assert.throws(() => assert.fail(), TypeError)],
  ["throws of another name", () => assert.throws(() => null!["x"], { name: "RangeError" })],
  ["throws of another message", () => assert.throws(() => assert.fail("a"), /^AssertionError.*: b$/)],
  ["throws that a function refuses", () => assert.throws(() => assert.fail(), () => false)],
  ["rejects without a rejection", () => assert.rejects(async () => {})],
  ["rejects of another message", () => assert.rejects(Promise.reject(new Error("a")), { message: /b/ })],
  ["doesNotThrow", () => assert.doesNotThrow(() => assert.fail())],
];

for (const [name, run] of failing) {
  test(`fails: ${name}`, async () => {
    let thrown: unknown;
    try {
      await run();
    } catch (error) {
      thrown = error;
    }
    assert.ok(thrown instanceof Error);
  });
}
