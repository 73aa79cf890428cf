// SPDX-License-Identifier: MIT
// What of a QuickJSAsyncContext a WorkerEnabledContext has by passing it on: all of it but what
// evaluates, ends, or is told otherwise. A test holds the list to the core's own class.

export const GETTERS = ["undefined", "null", "true", "false", "global", "runtime"] as const;

export const METHODS = [
  "newNumber",
  "newString",
  "newUniqueSymbol",
  "newSymbolFor",
  "getWellKnownSymbol",
  "newBigInt",
  "newObject",
  "newArray",
  "newArrayBuffer",
  "newPromise",
  "newFunction",
  "newConstructorFunction",
  "newFunctionWithOptions",
  "newAsyncifiedFunction",
  "newError",
  "newHostRef",
  "toHostRef",
  "unwrapHostRef",
  "typeof",
  "getNumber",
  "getString",
  "getSymbol",
  "getBigInt",
  "getArrayBuffer",
  "getPromiseState",
  "resolvePromise",
  "eq",
  "sameValue",
  "sameValueZero",
  "getProp",
  "getLength",
  "getOwnPropertyNames",
  "getIterator",
  "setProp",
  "defineProp",
  "callFunction",
  "callMethod",
  "evalCode",
  "throw",
  "getMemory",
  "encodeBinaryJSON",
  "decodeBinaryJSON",
] as const;

export type Delegated = (typeof GETTERS)[number] | (typeof METHODS)[number];
