// SPDX-License-Identifier: MIT
// What passes between the worker that owns the files of an OPFS directory, the workers that use
// them (clients), and the thread that made the pool. One call at a time for each client: through
// memory that both share, or as messages. Knows nothing of files.

/** What a client asks for. The operations of a store, and two more. */
export const Op = {
  open: 1,
  close: 2,
  read: 3,
  write: 4,
  append: 5,
  truncate: 6,
  sync: 7,
  info: 8,
  stat: 9,
  list: 10,
  mkdir: 11,
  remove: 12,
  rename: 13,
  utimes: 14,
  realpath: 15,
  /** Bytes of an append that follows; flags: JOINS. */
  piece: 16,
  /** What did not fit into the answer before. */
  more: 17,
} as const;

/** Of a piece or an append: it goes on after the piece before. */
export const JOINS = 1;

/** A call. Paths are UTF-8 in `bytes`, both of a rename with a NUL between. */
export interface Call {
  op: number;
  handle: number;
  flags: number;
  /** An offset, a size or a time. */
  x: number;
  y: number;
  bytes: Uint8Array;
  /** How many bytes may come back. */
  room: number;
}

/** An answer. */
export interface Reply {
  /** 0 or more, or an errno negated. */
  result: number;
  /** Valid until the next call. */
  bytes: Uint8Array;
}

/** The most bytes that go with a call or an answer. */
export const PIECE_BYTES = 256 * 1024;
/** The most bytes of one append. They are collected before the first is written. */
export const APPEND_BYTES = 256 * 1024 * 1024;

// ---- shared memory: control words, three numbers, and room for PIECE_BYTES ----

/** Counts the calls. */
export const CALLS = 0;
/** A State. From `called` until `answered` all but these words is the owner's. */
export const STATE = 1;
/** The owner waits for CALLS to change, and must be woken. */
export const SLEEPING = 2;
/** The owner is no more, or serves this client no more. */
export const OVER = 3;
export const OP = 4;
export const HANDLE = 5;
export const FLAGS = 6;
/** Of the bytes of the call, or the room that it has; then of the answer's. */
export const LENGTH = 7;

export const X = 0;
export const Y = 1;
export const RESULT = 2;

export const State = {
  answered: 0,
  called: 1,
  /** The client waits no more; what is opened for it must be closed again. The owner is woken, and
   * gives the memory back as soon as it does not need it. */
  abandoned: 2,
} as const;

const NUMBERS_AT = 64;
const DATA_AT = 128;

/** The shared memory of a client, as both sides see it. */
export class Desk {
  readonly control: Int32Array;
  readonly numbers: Float64Array;
  readonly data: Uint8Array;

  constructor(shared: SharedArrayBuffer) {
    this.control = new Int32Array(shared, 0, NUMBERS_AT / 4);
    this.numbers = new Float64Array(shared, NUMBERS_AT, 3);
    this.data = new Uint8Array(shared, DATA_AT, PIECE_BYTES);
  }
}

export function newDeskMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(DATA_AT + PIECE_BYTES);
}

// ---- messages ----

/** A call as a message; the answer has its number. */
export interface CallMessage extends Call {
  id: number;
}

export interface ReplyMessage {
  id: number;
  result: number;
  bytes: Uint8Array;
}

/** The first message to a client: the lock that an owner has until it is no more. */
export interface Greeting {
  life: string;
}

/** How a client reaches the owner. Travels in a worker's start message. */
export interface OpfsLink {
  shared: SharedArrayBuffer | null;
  /** Without shared memory, or where the owner must be woken by a message. */
  port: MessagePort | null;
}

/** The start message of the worker that owns the files. */
export interface OwnerInit {
  role: "opfs";
  /** A relative path in the origin private file system. */
  name: string;
  /** Bytes; 0: none. */
  limit: number;
  /** A lock that it has until it ends. */
  life: string;
}

export function isOwnerInit(init: { role?: unknown }): init is OwnerInit {
  return init.role === "opfs";
}

/** From the thread that made the pool. */
export type ToOwner =
  | { kind: "client"; id: number; link: OpfsLink }
  | { kind: "release"; id: number }
  | { kind: "end" };

/** To it. */
export type FromOwner = { kind: "up" } | { kind: "failed"; reason: string };
