// SPDX-License-Identifier: MIT
// Compares two values as strictly as the wire format can tell them apart: types, prototypes, order
// of keys, holes, -0, and which objects are the same object (shared references, cycles). It walks
// without recursion, so depth does not matter. It knows nothing of pools.

interface Pair {
  a: unknown;
  b: unknown;
  path: string;
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return String(value);
  return Object.prototype.toString.call(value);
}

function step(path: string, key: PropertyKey): string {
  if (typeof key === "string" && IDENTIFIER.test(key)) return `${path}.${key}`;
  return `${path}[${typeof key === "string" ? JSON.stringify(key) : String(key)}]`;
}

class Comparer {
  private readonly todo: Pair[] = [];
  private readonly partners = new Map<object, object>();
  private readonly partnersBack = new Map<object, object>();

  /** The first difference as text; undefined: there is none. */
  run(a: unknown, b: unknown): string | undefined {
    this.todo.push({ a, b, path: "value" });
    for (let pair = this.todo.pop(); pair !== undefined; pair = this.todo.pop()) {
      const found = this.compare(pair);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private compare({ a, b, path }: Pair): string | undefined {
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
      return Object.is(a, b) ? undefined : `${path}: ${show(a)} is not ${show(b)}`;
    }
    if (this.partners.has(a) || this.partnersBack.has(b)) {
      const isSame = this.partners.get(a) === b && this.partnersBack.get(b) === a;
      return isSame ? undefined : `${path}: references to different objects`;
    }
    this.partners.set(a, b);
    this.partnersBack.set(b, a);
    if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) {
      return `${path}: ${show(a)} has another prototype than ${show(b)}`;
    }
    return this.compareContents(a, b, path);
  }

  private compareContents(a: object, b: object, path: string): string | undefined {
    if (a instanceof Error) return this.compareErrors(a, b as Error, path);
    if (ArrayBuffer.isView(a)) return this.compareViews(a, b as ArrayBufferView, path);
    if (a instanceof ArrayBuffer) return compareBuffers(a, b as ArrayBuffer, path);
    if (a instanceof Map)
      return this.compareLists([...a].flat(), [...(b as typeof a)].flat(), path);
    if (a instanceof Set) return this.compareLists([...a], [...(b as typeof a)], path);
    if (a instanceof RegExp) {
      const [x, y] = [a, b as RegExp].map((r) => `${r} at ${r.lastIndex}`);
      return x === y ? undefined : `${path}: ${x} is not ${y}`;
    }
    if (isPrimitiveInside(a)) {
      const [x, y] = [a.valueOf(), b.valueOf()];
      if (!Object.is(x, y)) return `${path}: ${show(x)} is not ${show(y)} inside`;
      return undefined;
    }
    return this.compareKeys(a, b, path);
  }

  /** Plain objects and arrays; missing keys are holes. */
  private compareKeys(a: object, b: object, path: string): string | undefined {
    const keys = Reflect.ownKeys(a);
    const others = Reflect.ownKeys(b);

    if (keys.length !== others.length || keys.some((key, i) => key !== others[i])) {
      const [x, y] = [keys, others].map((list) => list.slice(0, 20).map(String).join(", "));
      return `${path}: keys [${x}] are not [${y}]`;
    }
    for (const key of keys) {
      const x = Object.getOwnPropertyDescriptor(a, key)!;
      const y = Object.getOwnPropertyDescriptor(b, key)!;
      const isAlike = "value" in x && "value" in y && x.enumerable === y.enumerable;
      if (!isAlike) return `${step(path, key)}: another kind of property`;
      this.todo.push({ a: x.value, b: y.value, path: step(path, key) });
    }
    return undefined;
  }

  private compareLists(a: unknown[], b: unknown[], path: string): string | undefined {
    if (a.length !== b.length) return `${path}: ${a.length} entries are not ${b.length}`;
    a.forEach((item, i) => this.todo.push({ a: item, b: b[i], path: `${path}<${i}>` }));
    return undefined;
  }

  private compareViews(a: ArrayBufferView, b: ArrayBufferView, path: string): string | undefined {
    if (a.byteOffset !== b.byteOffset || a.byteLength !== b.byteLength) {
      return `${path}: views of another part`;
    }
    this.todo.push({ a: a.buffer, b: b.buffer, path: `${path}.buffer` });
    return undefined;
  }

  private compareErrors(a: Error, b: Error, path: string): string | undefined {
    for (const key of ["name", "message", "stack", "cause", "errors"] as const) {
      // the name may be of the prototype, and in Firefox the stack is an accessor there
      const mayInherit = key === "name" || key === "stack";
      if (Object.hasOwn(a, key) !== Object.hasOwn(b, key) && !mayInherit) {
        return `${path}: only one of them has its own ${key}`;
      }
      const [x, y] = [a, b].map((e) => (e as unknown as Record<string, unknown>)[key]);
      this.todo.push({ a: x, b: y, path: step(path, key) });
    }
    return undefined;
  }
}

function isPrimitiveInside(a: object): boolean {
  const boxes = [Date, Number, String, Boolean, BigInt];
  return boxes.some((box) => a instanceof box);
}

function compareBuffers(a: ArrayBuffer, b: ArrayBuffer, path: string): string | undefined {
  const [x, y] = [new Uint8Array(a), new Uint8Array(b)];

  if (x.length !== y.length) return `${path}: ${x.length} bytes are not ${y.length}`;
  const at = x.findIndex((byte, i) => byte !== y[i]);
  return at < 0 ? undefined : `${path}: byte ${at} is ${x[at]}, not ${y[at]}`;
}

/** Where two values differ, for a person; undefined: they are the same. */
export function difference(a: unknown, b: unknown): string | undefined {
  return new Comparer().run(a, b);
}

/** Throws where `got` is not the same as `want`. */
export function assertSame(got: unknown, want: unknown, what = ""): void {
  const found = difference(got, want);
  if (found !== undefined) throw new Error(what === "" ? found : `${what}: ${found}`);
}
