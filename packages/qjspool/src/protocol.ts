// SPDX-License-Identifier: MIT
// Every message between the thread that owns a pool and its workers: one start message, then
// binary frames, whichever way they travel (ring.ts or postMessage). A frame is a byte that says
// its kind, and then what the comment beside the kind lists; texts are WTF-8, values the bytes of
// docs/wire-format.md. "rest" is everything up to the frame's end.
//
// Workers trust the frames of their driver. The driver trusts nothing that comes from a worker:
// a frame that cannot be read ends the worker.

import type { MountInit } from "./files/links.js";

/** Kinds of frames to a worker. */
export const ToWorker = {
  /** flags u8, seq u32, memoryLimit u32, timeoutMs f64, lengths u32 of source, filename, args and
   * globals, then these four. Tasks run in the order of their RUNs. */
  run: 1,
  /** seq u32, callId f64, isRejected u8, value: rest. Settles an asynchronous host call. */
  resolve: 2,
  /** callSeq u32, status i32, rest: a value, or a source. Answers blockingCall, module, typed. */
  reply: 3,
  /** seq u32, status i32: end this task if it runs. */
  interrupt: 4,
  /** Back to the snapshot: the session is over. */
  endSession: 5,
  /** End. */
  stop: 6,
  /** CBOR map: rest. The globals of each later RUN that says RUN_CARRIED, up to the next of these. */
  carry: 7,
} as const;

/** Kinds of frames from a worker. */
export const FromWorker = {
  /** The bootstrap code ran; the worker takes tasks. Again after each `renewing`. */
  up: 16,
  /** status i32, error record: rest (may be empty). It never came up, or lost its isolate for
   * good. It ends by itself. */
  failed: 17,
  /** seq u32, status i32, value or error record: rest. */
  done: 18,
  /** seq u32, callId f64, function u32, arguments: rest. */
  call: 19,
  /** seq u32, callSeq u32, function u32, arguments: rest. The worker waits for the reply. */
  blockingCall: 20,
  /** seq u32, level u8, arguments: rest. */
  console: 21,
  /** seq u32, callSeq u32, length u32 of the specifier, specifier, importer: rest. */
  module: 22,
  /** seq u32, callSeq u32, length u32 of the file's name, the name, its source: rest. */
  typed: 26,
  /** Shared memory only, see ring.ts: the next frame comes as a message. */
  mail: 23,
  /** There is an isolate, and the bootstrap code is next. Once. */
  ready: 24,
  /** seq u32: once it has answered this task (NO_SEQ: all that it began), the worker makes a new
   * isolate. What it was given and has not begun waits for `up`. */
  renewing: 25,
} as const;

/** Flags of `run`. */
export const RUN_CALL = 1; // the source is a function, called with args
export const RUN_SESSION = 2;
export const RUN_CARRIED = 4; // its globals are the last `carry`, and its own are empty

/** `seq` where none is meant. */
export const NO_SEQ = 0;

/**
 * Numbers from here on are the bootstraps', those below are the tasks'. Each isolate that a worker
 * makes has one of its own: it counts its host calls from 1 again, and an answer to an earlier
 * bootstrap's call must not be taken for one to its own.
 */
const FIRST_BOOT_SEQ = 0x80000000;

export function isBoot(seq: number): boolean {
  return seq >= FIRST_BOOT_SEQ;
}

/** The next number of a task, after NO_SEQ or another. */
export function nextTaskSeq(seq: number): number {
  return seq + 1 < FIRST_BOOT_SEQ ? seq + 1 : 1;
}

/** The next number of a bootstrap, after NO_SEQ or another. */
export function nextBootSeq(seq: number): number {
  return isBoot(seq) && seq < 0xffffffff ? seq + 1 : FIRST_BOOT_SEQ;
}

/** Statuses of the core. ORDER qjsp_status */
export const Status = {
  ok: 0,
  nomem: -1,
  invalid: -2,
  limit: -3,
  exception: -6,
  closed: -7,
  canceled: -8,
  timeout: -9,
  crashed: -10,
} as const;

/** Console levels, by their number on the wire. ORDER qjsp_console_level */
export const CONSOLE_LEVELS = ["log", "info", "warn", "error", "debug", "trace"] as const;

/** How the isolates of a pool are made. Numbers as the core's config record has them. */
export interface IsolateConfig {
  memoryLimit: number;
  stackLimit: number;
  sourceLimit: number;
  resultLimit: number;
  consoleLimit: number;
  /** 0: each task starts clean; 1: state stays. ORDER qjsp_isolation */
  isolation: number;
  wantsConsole: boolean;
  seed: bigint | null;
  clockMs: number | null;
  /** CBOR map, or empty. */
  globals: Uint8Array;
  functions: { name: string; isBlocking: boolean }[];
  /** Their stores are those of WorkerInit, in the same order. */
  mounts: { path: string; isReadOnly: boolean; waits: boolean }[];
  openFilesLimit: number;
  modules: readonly { specifier: string; source: string }[];
  /** Modules that are found nowhere are asked for. */
  asksForModules: boolean;
  /** TypeScript goes to the driver. */
  stripsTypes: boolean;
  codeCacheLimit: number;
}

/** Everything that a worker needs to come up. Structured clone carries it. */
export interface WorkerInit {
  module: WebAssembly.Module;
  config: IsolateConfig;
  /** Sources run once in each new isolate, in order: ours, then the user's. */
  boot: { source: string; filename: string }[];
  bootTimeoutMs: number;
  mounts: MountInit[];
  /** Rings and control words; null: frames come as messages. */
  shared: SharedArrayBuffer | null;
}

/** "Look at the ring": what a worker posts beside frames and mail. */
export type Ping = 0;
/** A frame with its large byte strings beside it. */
export interface Mail {
  frame: Uint8Array;
  /** Offsets in the frame and payloads, see codec/decode.ts. */
  cuts: { at: number; buffer: ArrayBuffer }[];
}

/** What is to be moved with a message of these bytes alone: browsers copy few of them sooner. */
export function movedWith(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer[] {
  return bytes.length < COPIED_BYTES ? [] : [bytes.buffer];
}
const COPIED_BYTES = 16 * 1024;
