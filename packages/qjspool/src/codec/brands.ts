// SPDX-License-Identifier: MIT
// What an object is, whatever realm it comes from and whatever its class calls itself: by the
// internal slots that only the class's own methods see. Knows nothing of bytes.

export type Brand =
  | "Plain"
  | "Map"
  | "Set"
  | "Error"
  | "Date"
  | "RegExp"
  | "Number"
  | "String"
  | "Boolean"
  | "BigInt"
  | "ArrayBuffer"
  | "Refused";

const toStringTag = Object.prototype.toString;

/** A method or getter that throws a TypeError on what is not of its class. */
type Probe = (this: unknown) => unknown;

function getter(object: object, key: PropertyKey): Probe {
  return Object.getOwnPropertyDescriptor(object, key)!.get!;
}

const probes = new Map<Brand, Probe>([
  ["Map", getter(Map.prototype, "size")],
  ["Set", getter(Set.prototype, "size")],
  ["Date", Date.prototype.getTime],
  ["RegExp", getter(RegExp.prototype, "source")],
  ["Number", Number.prototype.valueOf],
  ["String", String.prototype.valueOf],
  ["Boolean", Boolean.prototype.valueOf],
  ["BigInt", BigInt.prototype.valueOf],
  ["ArrayBuffer", getter(ArrayBuffer.prototype, "byteLength")],
]);

/** Classes whose state cannot be read, so that a copy of their properties would be a lie. */
const refused = new RegExp(
  "^\\[object (SharedArrayBuffer|Promise|Symbol|Weak\\w+|FinalizationRegistry" +
    "|(Async)?Generator|[\\w ]*Iterator( Helper)?|(Intl|Temporal|WebAssembly)\\..*|MessagePort)\\]$",
);

function has(brand: Brand, object: object): boolean {
  const probe = probes.get(brand);
  if (probe === undefined) return false;
  try {
    probe.call(object);
    // the getter answers for the prototype as well, which is no regular expression
    return brand !== "RegExp" || object !== RegExp.prototype;
  } catch {
    return false;
  }
}

function anyBrand(object: object): Brand {
  for (const brand of probes.keys()) {
    if (has(brand, object)) return brand;
  }
  return isError(object) ? "Error" : "Plain";
}

/** For an object with a tag of its own; DOMException is no Error inside, but counts as one. */
function isError(object: object): boolean {
  if (object instanceof Error) return true;
  const native: unknown = Reflect.get(Error, "isError");
  return typeof native === "function" && native.call(Error, object) === true;
}

/** Neither an array nor a view nor a function. */
export function brandOf(object: object): Brand {
  const tag = toStringTag.call(object);
  switch (tag) {
    case "[object Object]":
      // with an own or inherited tag "Object" it may still be anything
      return Symbol.toStringTag in object ? anyBrand(object) : "Plain";
    case "[object Error]":
    case "[object DOMException]":
      return "Error";
    case "[object Arguments]":
    case "[object Module]":
      return "Plain";
  }
  const name = tag.slice(8, -1) as Brand;
  if (has(name, object)) return name;
  if (refused.test(tag)) return "Refused";
  return anyBrand(object);
}

/** The class in a message about a refused object. */
export function classOf(object: object): string {
  return toStringTag.call(object).slice(8, -1);
}
