// SPDX-License-Identifier: MIT
// What decoding throws, and which classes of errors a decoded Error may have.
// Knows nothing of bytes.

/** Bytes that are no value. */
export class WireError extends Error {
  /** Where in the bytes. */
  readonly offset: number;

  constructor(problem: string, offset: number) {
    super(`cannot decode value: ${problem} at byte ${offset}`);
    this.offset = offset;
  }
}
Object.defineProperty(WireError.prototype, "name", {
  value: "WireError",
  configurable: true,
  writable: true,
});

/** The prototype that an error's name stands for; undefined: the name is its own property. */
export function errorPrototype(name: string): object | undefined {
  return standard.get(name);
}

const standard = new Map<string, object>([
  ["Error", Error.prototype],
  ["AggregateError", AggregateError.prototype],
  ["EvalError", EvalError.prototype],
  ["RangeError", RangeError.prototype],
  ["ReferenceError", ReferenceError.prototype],
  ["SyntaxError", SyntaxError.prototype],
  ["TypeError", TypeError.prototype],
  ["URIError", URIError.prototype],
]);

/** An Error without a message; its stack is not collected, since it gets another one. */
export function bareError(): Error {
  const limit: unknown = Reflect.get(Error, "stackTraceLimit");
  if (typeof limit !== "number") return new Error();
  // by Reflect: where Error is frozen this does nothing
  Reflect.set(Error, "stackTraceLimit", 0);
  const error = new Error();
  Reflect.set(Error, "stackTraceLimit", limit);
  return error;
}
