// SPDX-License-Identifier: MIT
// Bytes that are no value: each gets a WireError with its offset. Mutated encodings never hang,
// crash or throw anything else; a few bytes never take much memory.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, WireError } from "../../packages/qjspool/src/codec/decode.js";
import { encode } from "../../packages/qjspool/src/codec/encode.js";
import { residentBytes } from "./lib/env.js";
import { fromHex } from "./lib/hex.js";
import { needs } from "./lib/needs.js";
import { newRandom, randomValue } from "./lib/random-value.js";

/** [name, bytes, offset that the error says]. */
const malformed: [string, string, number][] = [
  ["nothing", "", 0],
  ["an end in a head", "19 01", 0],
  ["an end in a float", "fb 00", 0],
  ["an end in a text", "62 61", 0],
  ["an end in bytes", "43 00", 0],
  ["an end in an array", "82 01", 0],
  ["an end within the second item", "82 01 19", 2],
  ["a count without items", "9b 7fffffffffffffff", 0],
  ["a pair count without pairs", "bb 00000000ffffffff", 0],
  ["a count of more pairs than bytes", "a2 61 61 01", 0],
  ["a length beyond all", "5b ffffffffffffffff", 0],
  ["an indefinite array", "9f ff", 0],
  ["an indefinite text", "7f 61 61 ff", 0],
  ["a break", "ff", 0],
  ["reserved additional information", "1c", 0],
  ["a simple value", "e0", 0],
  ["false in two bytes", "f8 14", 0],
  ["a hole alone", "f8 e0", 0],
  ["a hole in an object", "a1 61 61 f8 e0", 3],
  ["a hole in a Set", "d90102 81 f8 e0", 4],
  ["half a hole in an array", "81 f8", 1],
  ["a key that is no text", "a1 01 02", 1],
  ["an unknown tag", "d863 01", 0],
  ["an unknown tag of eight bytes", "db ffffffffffffffff 01", 0],
  ["a negative integer below -2^63", "3b 8000000000000000", 0],
  ["a Date of a text", "c1 61 61", 1],
  ["a bigint of a text", "c2 61 61", 1],
  ["a Map of an array", "d90103 80", 3],
  ["a Set of a map", "d90102 a0", 3],
  ["a RegExp with one argument", "d9524a 81 61 61", 3],
  ["a text of a lone continuation byte", "61 80", 1],
  ["an overlong form", "62 c080", 1],
  ["an overlong form of three bytes", "63 e08080", 1],
  ["a pair of surrogates in six bytes", "66 eda080 edb080", 4],
  ["a code point above U+10FFFF", "64 f4908080", 1],
  ["a sequence that ends early", "63 61 e282", 2],
  ["a malformed key", "a1 61 ff 01", 2],
  ["a class of no arguments", "d81b 80", 2],
  ["a class that is no text", "d81b 81 01", 3],
  ["an unknown class", "d81b 82 63 466f6f 01", 2],
  ["an inherited name as a class", "d81b 82 6b 636f6e7374727563746f72 01", 2],
  ["an Error with two arguments", "d81b 83 65 4572726f72 a0 01", 2],
  ["an Error of an array", "d81b 82 65 4572726f72 80", 9],
  ["an Error whose name is a number", "d81b 82 65 4572726f72 a1 64 6e616d65 01", 15],
  ["an Error whose errors are no array", "d81b 82 65 4572726f72 a1 66 6572726f7273 a0", 17],
  ["an array longer than arrays are", "d81b 83 65 4172726179 1b0000000100000000 a0", 9],
  ["an index at the length", "d81b 83 65 4172726179 01 a1 61 31 00", 11],
  ["indices that do not ascend", "d81b 83 65 4172726179 02 a2 61 31 00 61 30 00", 14],
  ["an index after a name", "d81b 83 65 4172726179 02 a2 61 61 00 61 30 00", 14],
  ["the name length", "d81b 83 65 4172726179 02 a1 66 6c656e677468 00", 11],
  ["a boxed Number of a text", "d81b 82 66 4e756d626572 61 61", 10],
  ["a boxed Boolean of null", "d81b 82 67 426f6f6c65616e f6", 11],
  ["a boxed BigInt of a number", "d81b 82 66 426967496e74 01", 10],
  ["a boxed BigInt of a Set", "d81b 82 66 426967496e74 d90102 80", 10],
  ["half an element", "d845 41 00", 0],
  ["a typed array of a text", "d840 61 61", 2],
  ["a typed array of an object", "82 d81c a0 d840 d81d 00", 6],
  ["a view beyond its buffer", "d81b 84 6a 55696e74384172726179 41 00 00 02", 2],
  ["a misaligned view", "d81b 84 6a 496e7431364172726179 44 00000000 01 01", 2],
  ["a view of a negative offset", "d81b 84 68 4461746156696577 42 0102 20 01", 15],
  ["a view with three items", "d81b 83 68 4461746156696577 42 0102 01", 2],
  ["a reference to nothing", "d81d 00", 2],
  ["a reference to what has not begun", "82 d81d 00 d81c 80", 3],
  ["a reference of a text", "82 d81c 80 d81d 61 61", 6],
  ["a buffer that is its own view", "d81c d840 d81d 00", 6],
  ["tag 28 on a number", "d81c 01", 0],
  ["tag 28 on a bigint", "d81c c2 40", 0],
  ["tag 28 on tag 28", "d81c d81c 80", 0],
  ["tag 28 on a reference", "82 d81c 80 d81c d81d 00", 4],
  ["two values", "01 02", 1],
  ["a value after an array", "80 f6", 1],
];

for (const [name, hex, offset] of malformed) {
  test(`malformed: ${name}`, () => {
    assert.throws(
      () => decode(fromHex(hex)),
      (error: unknown) => {
        assert.ok(error instanceof WireError, String(error));
        assert.equal(error.offset, offset, error.message);
        assert.match(error.message, new RegExp(`^cannot decode value: .* at byte ${offset}$`));
        return true;
      },
    );
  });
}

test("10,001 levels are too deep", () => {
  const nested = (n: number): Uint8Array => new Uint8Array(n + 1).fill(0x81, 0, n);
  assert.doesNotThrow(() => decode(nested(10_000)));
  assert.throws(() => decode(nested(10_001)), { name: "WireError", message: /too deeply/ });
  assert.throws(() => decode(new Uint8Array(1 << 20).fill(0x81)), { name: "WireError" });
  assert.throws(() => decode(new Uint8Array(1 << 20).fill(0xc1)), { name: "WireError" });
});

/** A value or a WireError; the host may also lack Float16Array, or a RegExp's syntax. */
function tolerate(bytes: Uint8Array, what: string): void {
  try {
    decode(bytes);
  } catch (error) {
    const isLack = error instanceof DOMException && error.name === "DataCloneError";
    if (!isLack && !(error instanceof WireError)) throw new Error(what, { cause: error });
  }
}

for (const [name, hex] of [
  ["a pattern", "d9524a 82 61 28 60"],
  ["flags", "d9524a 82 61 61 61 71"],
] as const) {
  test(`a RegExp with ${name} that this engine does not know`, () => {
    assert.throws(() => decode(fromHex(hex)), { name: "DataCloneError" });
  });
}

test("mutated encodings give a value or a WireError", () => {
  const random = newRandom(1);
  for (let seed = 1; seed <= 1500; seed++) {
    const valid = encode(randomValue(seed));
    for (let round = 0; round < 8; round++) {
      const bytes = valid.slice(0, round === 0 ? random() % (valid.length + 1) : valid.length);
      const edits = 1 + (random() % 3);
      for (let i = 0; i < edits && bytes.length > 0; i++) bytes[random() % bytes.length] = random();
      tolerate(bytes, `seed ${seed}, round ${round}`);
    }
  }
});

test("random bytes give a value or a WireError", () => {
  const random = newRandom(2);
  for (let i = 0; i < 20_000; i++) {
    tolerate(Uint8Array.from({ length: 1 + (random() % 40) }, random), `round ${i}`);
  }
});

/** Many copies of one item in an array. */
function many(hex: string, count: number): Uint8Array {
  const item = fromHex(hex);
  const bytes = new Uint8Array(5 + item.length * count);
  bytes[0] = 0x9a;
  new DataView(bytes.buffer).setUint32(1, count);
  for (let i = 0; i < count; i++) bytes.set(item, 5 + i * item.length);
  return bytes;
}

const frugal: [string, string][] = [
  ["an object with a far index", "a1 64 31303233 00"],
  ["an object with two far indices", "a2 64 34303030 00 63 393939 00"],
  ["an object with a very far index", "a1 6a 34323934393637323934 00"],
  ["a long array of nothing", "d81b 83 65 4172726179 1a 01ffffff a0"],
  ["a long array with its first", "d81b 83 65 4172726179 19 0400 a1 61 30 00"],
  ["the longest array with its last", "d81b 83 65 4172726179 1a ffffffff a1 6a 34323934393637323934 00"],
];

for (const [name, hex] of frugal) {
  test(`little memory for ${name}`, { skip: needs.memoryUse }, () => {
    const bytes = many(hex, 20_000);
    const before = residentBytes()!;
    const kept = decode(bytes) as unknown[];
    const grown = residentBytes()! - before;
    assert.equal(kept.length, 20_000);
    assert.ok(grown < 100 << 20, `${(grown / 20_000).toFixed(0)} bytes each`);
  });
}
