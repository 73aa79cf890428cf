// SPDX-License-Identifier: MIT
// Values through bytes and back: everything that structuredClone takes, named cases first, then
// random ones; what is refused, with its path; the limits.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../../packages/qjspool/src/codec/decode.js";
import { encode, encodeTo, type EncodeOptions } from "../../packages/qjspool/src/codec/encode.js";
import { ByteReader, ByteWriter } from "../../packages/qjspool/src/bytes.js";
import { runtime } from "./lib/env.js";
import { randomValue } from "./lib/random-value.js";
import { assertSame } from "./lib/same.js";

function copy(value: unknown): unknown {
  return decode(encode(value));
}

function deep(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = wrap(value);
  return value;
}

function withNames(array: unknown[], names: object): unknown[] {
  return Object.assign(array, names);
}

function cycles(): unknown {
  const map = new Map<unknown, unknown>();
  const set = new Set<unknown>([map]);
  const error = new Error("e");
  error.cause = [error, set];
  map.set(map, error).set("set", set);
  return { map, again: map, set };
}

function sharedBuffer(): unknown {
  const buffer = new ArrayBuffer(16);
  const views = [new DataView(buffer, 4), new Int32Array(buffer, 4, 2), new Uint8Array(buffer), buffer];
  return { views, buffer, first: views[0], twice: [views[2], views[2]] };
}

const values: Record<string, unknown> = {
  "long texts": ["x".repeat(1000), "é".repeat(300), "😀".repeat(70_000), "x".repeat(70_000) + "\ud800"],
  "a text that begins with a byte order mark": ["\ufeffa", "\ufeff" + "b".repeat(100)],
  "inherited names as keys": JSON.parse('{"__proto__":{"a":1},"constructor":2,"toString":null,"hasOwnProperty":3}'),
  "index keys": { b: 1, 5: 2, 0: 3, 4294967295: 4, 1023: 5, "01": 6 },
  "many index keys": Object.fromEntries(Array.from({ length: 300 }, (_, i) => [i, i])),
  "a prefix of an array": [, , 1, ,],
  "a long array with holes": Object.assign(new Array(200).fill(0).map((_, i) => i), { length: 250 }),
  "only holes": new Array(40),
  "a sparse array": withNames([], { 100: 1, length: 5000 }),
  "the longest array": withNames([], { length: 2 ** 32 - 1 }),
  "an array with names": withNames([1, 2], { index: 3, name: [4] }),
  "an array with names and holes": withNames([1, , 3], { x: undefined }),
  "a match": /(b)/.exec("abc"),
  "cycles": cycles(),
  "one buffer in several views": sharedBuffer(),
  "nothing in buffers": [new ArrayBuffer(0), new Uint8Array(0), new DataView(new ArrayBuffer(0))],
  "boxes": [Object(1), Object(-0), Object("é"), Object(false), Object(12345678901234567890n)],
  "an Error whose name is its own": Object.defineProperty(new Error("x"), "name", { value: "Mine", configurable: true, writable: true }),
  "an AggregateError": new AggregateError([1, new TypeError("t")], "many"),
  "a cause that is undefined": new Error("x", { cause: undefined }),
  "an Error without a message": new RangeError(),
  "objects met again": ((o: object) => [o, { o }, new Map([[o, o]]), new Set([o])])({}),
  "many objects met again": ((list: object[]) => [list, [...list].reverse()])(Array.from({ length: 3000 }, (_, i) => ({ i }))),
  "300 keys": Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`key${i}`, i])),
};

for (const [name, value] of Object.entries(values)) {
  test(`survives: ${name}`, () => assertSame(copy(value), value));
}

test("random values survive", () => {
  for (let seed = 1; seed <= 4000; seed++) {
    const value = randomValue(seed);
    assertSame(copy(value), value, `seed ${seed}`);
  }
});

/** The structuredClone of others has errors of its own. */
const clonesLikeUs = runtime === "node" || runtime === "chromium";

test("random values are as structuredClone's", { skip: !clonesLikeUs }, () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const value = randomValue(seed, { errors: false, size: 80 });
    assertSame(copy(value), structuredClone(value), `seed ${seed}`);
  }
});

test("10,000 levels, and not one more", () => {
  const wraps = { array: (x: unknown) => [x], object: (x: unknown) => ({ x }), map: (x: unknown) => new Map([[x, x]]), error: (x: unknown) => Object.assign(new Error("e", { cause: x }), { stack: "s" }) };
  for (const wrap of Object.values(wraps)) {
    const value = deep(10_000, wrap);
    assertSame(copy(value), value);
    assert.throws(() => encode(wrap(value)), { name: "RangeError", message: /10000 deep/ });
  }
});

test("class instances are plain objects", () => {
  class Point {
    x = 1;
    #hidden = 2;
    get sum(): number {
      return this.x + this.#hidden;
    }
  }
  class Named extends Map<unknown, unknown> {
    extra = 1;
    override get [Symbol.toStringTag](): string {
      return "Named";
    }
  }
  assertSame(copy(new Point()), { x: 1 });
  assertSame(copy(new Named([[1, 2]])), new Map([[1, 2]]));
  assertSame(copy({ [Symbol("s")]: 1, [Symbol.toStringTag]: "Map" }), {});
  assertSame(copy(Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } })), { own: 2 });
  assertSame(copy(Object.create(null)), {});
});

test("getters run; keys that they delete are gone", () => {
  const object: Record<string, unknown> = {
    get a() {
      delete object.c;
      return 1;
    },
    b: 2,
    c: 3,
  };
  assertSame(copy(object), { a: 1, b: 2 });
  const many: Record<string, unknown> = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i}`, i]));
  Object.defineProperty(many, "k0", { enumerable: true, get: () => delete many.k299 && copy({ nested: [1] }) });
  const got = copy(many) as Record<string, unknown>;
  assert.equal(Object.keys(got).length, 299);
  assertSame(got.k0, { nested: [1] });
});

test("a part of a pooled Buffer travels without the pool", { skip: runtime !== "node" }, () => {
  const got = copy(Buffer.from("hello")) as Uint8Array;
  assertSame(got, new Uint8Array([104, 101, 108, 108, 111]));
});

test("a Float16Array where the host has none is refused by name", () => {
  const bytes = new Uint8Array([0xd8, 84, 0x42, 0, 0x3c]);
  if (Reflect.has(globalThis, "Float16Array")) assertSame(encode(decode(bytes)), bytes);
  else assert.throws(() => decode(bytes), /^DataCloneError: a Float16Array cannot be cloned: /);
});

test("resizable buffers give their contents", () => {
  const buffer = Reflect.construct(ArrayBuffer, [4, { maxByteLength: 64 }]) as ArrayBuffer;
  const got = copy([new Uint8Array(buffer), buffer]) as [Uint8Array, ArrayBuffer];
  assertSame(got[0].buffer, new ArrayBuffer(4));
  assert.equal(got[0].buffer, got[1]);
});

/** Also where pages have no SharedArrayBuffer by name. */
function sharedBytes(length: number): Uint8Array {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  return new Uint8Array(memory.buffer, 0, length);
}

function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

const refused: [string, unknown, string][] = [
  ["a function", () => 1, "result: a function"],
  ["a path", { items: [0, 1, 2, { callback() {} }] }, "result.items[3].callback: a function"],
  ["a symbol", [Symbol("x")], "result[0]: a symbol"],
  ["an odd key", { "a-b": { "": () => 1 } }, 'result["a-b"][""]: a function'],
  ["a Map's value", new Map<unknown, unknown>([[1, 2], [3, new WeakMap()]]), "result<value 1>: a WeakMap"],
  ["a Map's key", new Map([[Promise.resolve(), 2]]), "result<key 0>: a Promise"],
  ["a Set's member", new Set([1, Symbol.iterator]), "result<member 1>: a symbol"],
  ["a cause", { e: new Error("x", { cause: parseInt }) }, "result.e.cause: a function"],
  ["a boxed symbol", [Object(Symbol("s"))], "result[0]: a Symbol"],
  ["an iterator", [[1].values()], "result[0]: an Array Iterator"],
  ["a generator", (function* () {})(), "result: a Generator"],
  ["a weak reference", new WeakRef({}), "result: a WeakRef"],
  ["shared memory", [sharedBytes(8).buffer], "result[0]: a SharedArrayBuffer"],
  ["a view of shared memory", [sharedBytes(8)], "result[0]: a view of a SharedArrayBuffer"],
  ["a detached buffer", detached(), "result: a detached ArrayBuffer"],
  ["a name in a sparse array", withNames([], { length: 100, 7: () => 1 }), 'result["7"]: a function'],
];

for (const [name, value, message] of refused) {
  test(`refuses ${name}`, () => {
    assert.throws(
      () => encode(value, { root: "result" }),
      (error: unknown) =>
        error instanceof DOMException &&
        error.name === "DataCloneError" &&
        error.message === `${message} cannot be cloned`,
    );
  });
}

test("long paths are cut in the middle", () => {
  const value = deep(500, (inner) => ({ a: inner }));
  let end = value as Record<string, unknown>;
  while (typeof end.a === "object") end = end.a as Record<string, unknown>;
  end.a = () => 1;
  assert.throws(() => encode(value), /^DataCloneError: value(\.a)+\.? \.\.\. (a?\.a)+: a function cannot be cloned$/);
});

test("limits are RangeErrors that say which, and cut the writer back", () => {
  const tooLarge: [unknown, EncodeOptions][] = [
    [[1, 2, 3], { maxBytes: 3 }],
    ["x".repeat(5000), { maxBytes: 100 }],
    [new Uint8Array(5000), { maxBytes: 100 }],
    [Array.from({ length: 100 }, () => "word"), { maxBytes: 100 }],
    [2n ** 10000n, { maxBytes: 100 }],
  ];
  for (const [value, options] of tooLarge) {
    const writer = new ByteWriter();
    writer.u32(7);
    assert.throws(() => encodeTo(writer, value, options), { name: "RangeError", message: /maxBytes/ });
    assert.equal(writer.length, 4);
  }
  assert.equal(encode([1, 2, 3], { maxBytes: 4 }).length, 4);
  assert.throws(() => encode([[1]], { maxDepth: 1 }), { name: "RangeError", message: /maxDepth/ });
  assert.equal(encode([1], { maxDepth: 1 }).length, 2);
});

test("a large byte string's own buffer is used", () => {
  const bytes = encode([1, new Uint8Array(1000), { b: new Uint8Array(5).buffer }]);
  const at = 2 + 2 + 3; // the array's head and 1, the tag, the byte string's head
  const short = new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + 1000)]);
  const buffer = new ArrayBuffer(1000);
  const got = decode(short, [{ at, buffer }]) as [number, Uint8Array, { b: ArrayBuffer }];
  assert.equal(got[1].buffer, buffer);
  assert.equal(got[2].b.byteLength, 5);
  assert.throws(() => decode(short, [{ at, buffer: new ArrayBuffer(999) }]), { name: "WireError" });
  assert.throws(() => decode(short, [{ at: 3, buffer }]), { name: "WireError" });
  assert.throws(() => decode(bytes, [{ at: 1, buffer }]), { name: "WireError" });
});

test("bytes of other kinds are read", () => {
  const bytes = encode({ text: "x".repeat(100), b: new Uint8Array([1, 2, 3]) });
  const shared = sharedBytes(bytes.length);
  shared.set(bytes);
  const odd = new Uint8Array(bytes.length + 3).subarray(3);
  odd.set(bytes);
  const pooled = runtime === "node" ? Buffer.from(bytes) : odd;
  for (const form of [shared, odd, pooled]) assertSame(decode(form), decode(bytes));
});

test("writers and readers of bytes", () => {
  const writer = new ByteWriter(1);
  writer.u8(300);
  writer.u32(0xdeadbeef);
  writer.f64(-0);
  writer.bytes(new Uint8Array([1, 2]));
  assert.equal(writer.text("é\ud800"), 5);
  writer.setU32(1, 7);
  assert.equal(writer.view().length, writer.length);
  const reader = new ByteReader(writer.take());
  assert.equal(writer.length, 0);
  assert.deepEqual([reader.u8(), reader.u32(), reader.f64()], [44, 7, -0]);
  assert.deepEqual([...reader.bytes(2)], [1, 2]);
  assert.equal(reader.text(5), "é\ud800");
  assert.throws(() => reader.u8(), RangeError);
});
