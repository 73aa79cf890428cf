// SPDX-License-Identifier: MIT
// One client of the owner: what it may do, and what it has open. Nothing that it says is believed.

import { E } from "../errno.js";
import type { Entry, FileInfo, Result } from "../store.js";
import { decode, encode, encodeEntries, encodeInfo } from "./calls.js";
import { checkPath } from "./names.js";
import type { Answer, OpfsStore } from "./opfs-store.js";
import { APPEND_BYTES, JOINS, Op, PIECE_BYTES, type Call } from "./wire.js";

/** More than an isolate may have. */
const MOST_HANDLES = 1024;

const NOTHING = new Uint8Array(0);

const isOffset = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;

export class Session {
  /** What goes with the answer to the last call (but a read). */
  payload: Uint8Array = NOTHING;
  private readonly store: OpfsStore;
  private readonly handles = new Set<number>();
  /** Bytes of an append that is to come. */
  private pieces: Uint8Array[] = [];
  private npieceBytes = 0;
  private rest: Uint8Array = NOTHING;
  private isOver = false;

  constructor(store: OpfsStore) {
    this.store = store;
  }

  /** `bytes`: of the call, or where what is read goes. They are used until the answer is there. */
  run(call: Call, bytes: Uint8Array): Answer<Result> {
    this.payload = NOTHING;
    if (call.op !== Op.more) this.rest = NOTHING;
    if (call.op !== Op.piece && call.op !== Op.append) this.dropPieces();
    switch (call.op) {
      case Op.piece:
        return this.takePiece(call, bytes);
      case Op.more:
        return this.takeMore();
      case Op.close:
      case Op.read:
      case Op.write:
      case Op.append:
      case Op.truncate:
      case Op.sync:
      case Op.info:
        return this.handles.has(call.handle) ? this.runOnFile(call, bytes) : -E.EBADF;
      default:
        return this.runOnPath(call, decode(bytes));
    }
  }

  private runOnFile(call: Call, bytes: Uint8Array): Answer<Result> {
    const { store } = this;
    const { op, handle, x } = call;
    const isPlaced = op === Op.read || op === Op.write || op === Op.truncate;
    if (isPlaced && !(isOffset(x) && isOffset(x + bytes.length))) return -E.EINVAL;
    switch (op) {
      case Op.close:
        this.handles.delete(handle);
        return store.close(handle);
      case Op.read:
        return store.read(handle, x, bytes);
      case Op.write:
        return store.write(handle, x, bytes);
      case Op.append:
        return this.append(call, bytes);
      case Op.truncate:
        return store.truncate(handle, x);
      case Op.sync:
        return store.sync(handle);
      default:
        return this.answerInfo(store.info(handle));
    }
  }

  private runOnPath({ op, flags }: Call, text: string): Answer<Result> {
    const { store } = this;
    const [path, to] = op === Op.rename ? text.split("\0", 2) : [text];
    const fault = checkPath(path!) || checkPath(to ?? "");
    if (fault < 0) return fault;
    switch (op) {
      case Op.open:
        return this.open(path!, flags);
      case Op.stat:
        return this.answerInfo(store.stat(path!));
      case Op.list:
        return this.answerWith(store.list(path!), (entries: Entry[]) => encodeEntries(entries));
      case Op.mkdir:
        return store.mkdir(path!);
      case Op.remove:
        return store.remove(path!, flags);
      case Op.rename:
        return store.rename(path!, to ?? "");
      case Op.utimes:
        return store.utimes(path!);
      case Op.realpath:
        return this.answerWith(store.realpath(path!), encode);
      default:
        return -E.EINVAL;
    }
  }

  private open(path: string, flags: number): Answer<Result> {
    if (this.handles.size >= MOST_HANDLES) return -E.EMFILE;
    const opened = this.store.open(path, flags);
    return opened instanceof Promise ? opened.then((handle) => this.own(handle)) : this.own(opened);
  }

  private own(handle: number): number {
    if (handle >= 0 && this.isOver) void this.store.close(handle);
    else if (handle >= 0) this.handles.add(handle);
    return handle;
  }

  /** Nobody has heard the answer to a call. */
  undo(call: Call, result: number): void {
    if (call.op !== Op.open || !this.handles.delete(result)) return;
    void this.store.close(result);
  }

  /** The client has ended. */
  end(): void {
    this.isOver = true;
    for (const handle of this.handles) void this.store.close(handle);
    this.handles.clear();
    this.dropPieces();
  }

  // ---- appends that are larger than a piece ----

  private takePiece({ flags }: Call, bytes: Uint8Array): number {
    if ((flags & JOINS) === 0) this.dropPieces();
    if (this.npieceBytes + bytes.length > APPEND_BYTES) {
      this.dropPieces();
      return -E.EFBIG;
    }
    this.pieces.push(bytes.slice());
    this.npieceBytes += bytes.length;
    return 0;
  }

  private append({ handle, flags }: Call, bytes: Uint8Array): Answer<Result> {
    const before = (flags & JOINS) !== 0 ? this.pieces : [];
    const all = before.length > 0 ? new Uint8Array(this.npieceBytes + bytes.length) : bytes;
    let at = 0;
    for (const piece of before.length > 0 ? [...before, bytes] : []) {
      all.set(piece, at);
      at += piece.length;
    }
    this.dropPieces();
    return this.store.append(handle, all);
  }

  private dropPieces(): void {
    if (this.pieces.length > 0) this.pieces = [];
    this.npieceBytes = 0;
  }

  // ---- answers with bytes ----

  private answerInfo(info: Answer<FileInfo | number>): Answer<Result> {
    return this.answerWith(info, encodeInfo);
  }

  private answerWith<T>(answer: Answer<T | number>, encodes: (value: T) => Uint8Array): Answer<Result> {
    const take = (value: T | number): number => {
      if (typeof value === "number") return value;
      this.rest = encodes(value);
      return this.takeMore();
    };
    return answer instanceof Promise ? answer.then(take) : take(answer);
  }

  /** How many bytes are left for the next call. */
  private takeMore(): number {
    this.payload = this.rest.subarray(0, PIECE_BYTES);
    this.rest = this.rest.subarray(PIECE_BYTES);
    return this.rest.length;
  }
}
