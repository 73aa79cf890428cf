// SPDX-License-Identifier: MIT
// Error records of the worker's own making: for tasks whose isolate cannot write one any more.

import { ByteWriter } from "../bytes.js";
import { IsolateError, type Isolate } from "../core/isolate.js";
import { Status } from "../protocol.js";

export interface Failure {
  status: number;
  record: Uint8Array;
}

function writeText(writer: ByteWriter, text: string): void {
  writer.u8(0x79); // text, two bytes of length (RFC 8949, section 3)
  const at = writer.length;
  writer.u8(0);
  writer.u8(0);
  const length = writer.text(text.slice(0, 4096));
  writer.data[at] = length >>> 8;
  writer.data[at + 1] = length;
}

/** The CBOR map { name, message }. */
export function failure(status: number, name: string, message: string): Failure {
  const writer = new ByteWriter();
  writer.u8(0xa2);
  writeText(writer, "name");
  writeText(writer, name);
  writeText(writer, "message");
  writeText(writer, message);
  return { status, record: writer.take() };
}

function isStackOverflow(thrown: unknown): boolean {
  // V8 and JavaScriptCore throw a RangeError, SpiderMonkey an InternalError
  return (
    thrown instanceof RangeError || (thrown instanceof Error && thrown.name === "InternalError")
  );
}

/** What a trap, or an exception of the host's engine, means for the task that ran. */
export function describeFault(thrown: unknown, isolate: Isolate | null, limit: number): Failure {
  if (isStackOverflow(thrown)) {
    return failure(Status.exception, "RangeError", "Maximum call stack size exceeded");
  }
  if (thrown instanceof IsolateError || wasExhausted(isolate)) {
    const message = `the memory limit of ${limit} bytes was reached`;
    return failure(Status.limit, "MemoryLimitError", message);
  }
  const message = "the engine failed a check of its own; the isolate was thrown away";
  return failure(Status.crashed, "WorkerCrashError", message);
}

/** What kept a worker from having an isolate: no memory for one, or a store that cannot be opened. */
export function describeStart(thrown: unknown): Failure {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return failure(Status.crashed, "WorkerCrashError", `no isolate could be made: ${reason}`);
}

function wasExhausted(isolate: Isolate | null): boolean {
  try {
    return isolate !== null && isolate.wasExhausted;
  } catch {
    return false;
  }
}
