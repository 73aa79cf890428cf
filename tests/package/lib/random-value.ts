// SPDX-License-Identifier: MIT
// Random values of everything that can cross between guest and host, from a seed: shared
// references, cycles, holes, buffers with several views. Same seed, same value (but for the stacks
// of Errors). For property tests; knows nothing of how values cross.

export interface RandomOptions {
  /** About how many parts. Default: 40. */
  size?: number;
  /** With Errors. Default: true. */
  errors?: boolean;
}

/** Numbers from 0 to 2^32 - 1 (mulberry32). */
export function newRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}

const numbers = [
  0, -0, 1, -1, 23, 24, 255, 256, 65535, 65536, 2 ** 31, 2 ** 32 - 1, 2 ** 32, -(2 ** 31), 2 ** 53,
  -(2 ** 53), 2 ** 53 - 1, 2 ** 60, 0.5, 1.1, -1.5, 65504, 65505.5, 2 ** -24, 2 ** -25, 2 ** -14,
  1e300, 5e-324, 3.4028234663852886e38, 1.401298464324817e-45, NaN, Infinity, -Infinity,
];
const texts = [
  "", "a", "key", "é", "日本語", "😀", "\ud800", "\udc00x", "a\ud83d", "\0", "\ufeffbom", "__proto__",
  "constructor", "toString", "0", "17", "4294967295", "-1", "1.5", "length", "x".repeat(23),
  "x".repeat(24), "x".repeat(255), "é".repeat(40), "😀".repeat(100), "y".repeat(70) + "\udfff",
];
const bigints = [0n, 1n, -1n, -256n, 255n, 2n ** 48n, 2n ** 63n, -(2n ** 63n), -(2n ** 64n), 2n ** 999n];
const dates = [0, 1500, -1, 1732479999999, 4467386220298688, 8.64e15, -8.64e15, NaN];
const regExps: [string, string][] = [["a+", "gi"], ["", ""], ["/\\n", "u"], ["é[\\ud800]", "s"], ["x", "dy"]];
const errorClasses = [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError];
const arrayClasses: readonly ViewClass[] = [
  Uint8Array, Uint8ClampedArray, Uint16Array, Uint32Array, BigUint64Array, Int8Array, Int16Array,
  Int32Array, BigInt64Array, Float32Array, Float64Array,
  ...float16Arrays(),
];

type ViewClass = new (buffer: ArrayBuffer, byteOffset?: number) => ArrayBufferView;

/** Its class where this host has it: Node 20 does not. */
function float16Arrays(): ViewClass[] {
  const found: unknown = Reflect.get(globalThis, "Float16Array");
  return found === undefined ? [] : [found as ViewClass];
}

class Generator {
  private readonly next: () => number;
  private readonly withErrors: boolean;
  private left: number;
  /** Everything made so far, also what is not complete yet: where cycles come from. */
  private readonly made: object[] = [];
  private readonly buffers: ArrayBuffer[] = [];

  constructor(seed: number, options: RandomOptions) {
    this.next = newRandom(seed);
    this.left = options.size ?? 40;
    this.withErrors = options.errors ?? true;
  }

  value(): unknown {
    this.left--;
    const choice = this.below(20);
    if (choice < 7 || this.left <= 0) return this.primitive();
    if (choice === 7 && this.made.length > 0) return this.pick(this.made);
    if (choice < 12) return this.object();
    if (choice < 15) return this.array();
    if (choice === 15) return this.map();
    if (choice === 16) return this.set();
    if (choice === 17) return this.bytes();
    if (choice === 18 && this.withErrors) return this.error();
    return this.leaf();
  }

  private below(n: number): number {
    return this.next() % n;
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  private keep<T extends object>(object: T): T {
    this.made.push(object);
    return object;
  }

  private primitive(): unknown {
    switch (this.below(10)) {
      case 0: return this.pick([undefined, null, true, false]);
      case 1: return this.pick(bigints);
      case 2: return this.pick(numbers);
      case 3: return this.next() / 2 ** 20;
      case 4: return this.text();
      case 5: return this.pick(texts);
      default: return this.below(1000) - 500;
    }
  }

  private text(): string {
    const units = Array.from({ length: this.below(12) }, () => this.pick([97, 98, 0xe9, 0x20ac, 0xd83d, 0xde00]));
    return String.fromCharCode(...units);
  }

  private object(): object {
    const object = this.keep({});
    for (let n = this.below(6); n > 0; n--) this.put(object, this.pick(texts), this.value());
    return object;
  }

  private put(object: object, key: string, value: unknown): void {
    const rest = { writable: true, enumerable: true, configurable: true };
    if (!Array.isArray(object) || key !== "length") Object.defineProperty(object, key, { value, ...rest });
  }

  private array(): unknown[] {
    const array = this.keep<unknown[]>([]);
    for (let n = this.below(6); n > 0; n--) {
      if (this.below(8) === 0) array.length += this.below(3) + 1;
      else array.push(this.value());
    }
    if (this.below(12) === 0) array.length = this.pick([65, 100, 5000, 2 ** 32 - 1]);
    if (this.below(12) === 0 && array.length < 2 ** 31) this.put(array, `name${this.below(3)}`, this.value());
    return array;
  }

  private map(): object {
    const map = this.keep(new Map<unknown, unknown>());
    for (let n = this.below(5); n > 0; n--) map.set(this.value(), this.value());
    return map;
  }

  private set(): object {
    const set = this.keep(new Set<unknown>());
    for (let n = this.below(5); n > 0; n--) set.add(this.value());
    return set;
  }

  private buffer(): ArrayBuffer {
    if (this.buffers.length > 0 && this.below(2) === 0) return this.pick(this.buffers);
    const buffer = new ArrayBuffer(8 * this.below(6));
    new Uint8Array(buffer).forEach((_, i, bytes) => (bytes[i] = this.below(256)));
    this.buffers.push(buffer);
    return buffer;
  }

  private bytes(): object {
    const buffer = this.buffer();
    const type = this.pick(arrayClasses);
    const part = 8 * this.below(buffer.byteLength / 8 + 1);
    switch (this.below(4)) {
      case 0: return buffer;
      case 1: return this.keep(new DataView(buffer, part, this.below(buffer.byteLength - part + 1)));
      case 2: return this.keep(new type(buffer, part));
      default: return this.keep(new type(buffer));
    }
  }

  private error(): Error {
    const options = this.below(3) === 0 ? { cause: this.value() } : undefined;
    const isMany = this.below(5) === 0;
    const error = isMany
      ? new AggregateError([this.value(), this.value()], "many", options)
      : new (this.pick(errorClasses))(this.pick([undefined, ...texts]), options);
    const hidden = { writable: true, configurable: true };
    const isBare = Object.getPrototypeOf(error) === Error.prototype; // others' class is their name
    if (isBare && this.below(5) === 0) Object.defineProperty(error, "name", { value: "OwnError", ...hidden });
    if (this.below(5) === 0) Object.defineProperty(error, "cause", { value: error, ...hidden });
    return this.keep(error);
  }

  private leaf(): object {
    switch (this.below(6)) {
      case 0: return this.keep(new RegExp(...this.pick(regExps)));
      case 1: return this.keep(Object(this.pick(numbers)) as object);
      case 2: return this.keep(Object(this.pick(texts)) as object);
      case 3: return this.keep(Object(this.pick([true, false])) as object);
      case 4: return this.keep(Object(this.pick(bigints)) as object);
      default: return this.keep(new Date(this.pick(dates)));
    }
  }
}

export function randomValue(seed: number, options: RandomOptions = {}): unknown {
  return new Generator(seed, options).value();
}
