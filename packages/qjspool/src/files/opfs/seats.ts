// SPDX-License-Identifier: MIT
// Where the owner's clients are served: a seat takes the calls of one client, one at a time, and
// gives it the answers. One seat reads shared memory, the other takes messages.

import { E } from "../errno.js";
import { errnoOf } from "./errors.js";
import { Session } from "./session.js";
import {
  CALLS,
  Desk,
  FLAGS,
  HANDLE,
  LENGTH,
  OP,
  Op,
  OVER,
  PIECE_BYTES,
  APPEND_BYTES,
  RESULT,
  SLEEPING,
  STATE,
  State,
  X,
  Y,
  type Call,
  type CallMessage,
  type ReplyMessage,
} from "./wire.js";

const NOTHING = new Uint8Array(0);
/** Calls of a client that were given up and are still under way. */
const MOST_LEFT = 8;
/** Those that use the client's memory until they are done. */
const usesDesk = (op: number): boolean => op === Op.read || op === Op.write || op === Op.append;

/** What goes on in all seats. */
export interface Traffic {
  /** Calls that were taken and not answered. */
  nbusy: number;
  /** A call may have come, or another may be taken now. */
  onCall(): void;
}

/** Calls come through shared memory. */
export class SharedSeat {
  private readonly session: Session;
  private readonly desk: Desk;
  private readonly port: MessagePort | null;
  private readonly traffic: Traffic;
  /** Calls that were taken. */
  private ntaken = 0;
  /** The call that has the desk. */
  private current: Call | null = null;
  private nleft = 0;
  private isArmed = false;
  private isOver = false;

  constructor(session: Session, shared: SharedArrayBuffer, port: MessagePort | null, traffic: Traffic) {
    this.session = session;
    this.desk = new Desk(shared);
    this.port = port;
    this.traffic = traffic;
    if (port !== null) port.onmessage = () => traffic.onCall();
  }

  /** Whether something was done. */
  serve(): boolean {
    const { control } = this.desk;
    if (this.current !== null) return this.leave();
    if (Atomics.load(control, OVER) !== 0) return false;
    const ncalls = Atomics.load(control, CALLS);
    if (ncalls === this.ntaken) return false;
    this.ntaken = ncalls;
    this.begin();
    return true;
  }

  private begin(): void {
    const { control, numbers, data } = this.desk;
    // read once: it may change under our hands
    const length = control[LENGTH]!;
    const call: Call = {
      op: control[OP]!,
      handle: control[HANDLE]!,
      flags: control[FLAGS]!,
      x: numbers[X]!,
      y: numbers[Y]!,
      bytes: NOTHING,
      room: 0,
    };
    this.current = call;
    if (length < 0 || length > PIECE_BYTES) {
      this.answer(call, -E.EINVAL);
      return;
    }
    const bytes = length === PIECE_BYTES ? data : data.subarray(0, length);
    const result = attempt(() => this.session.run(call, bytes));
    if (typeof result === "number") {
      this.answer(call, result);
      return;
    }
    this.traffic.nbusy++;
    void result.catch(errnoOf).then((n) => this.finish(call, n));
  }

  private finish(call: Call, result: number): void {
    this.traffic.nbusy--;
    if (this.current === call) {
      this.answer(call, result);
    } else {
      this.nleft--;
      this.session.undo(call, result);
    }
    this.traffic.onCall();
  }

  private answer(call: Call, result: number): void {
    const { control, numbers, data } = this.desk;
    const { payload } = this.session;
    this.current = null;
    data.set(payload);
    control[LENGTH] = call.op === Op.read ? Math.max(result, 0) : payload.length;
    numbers[RESULT] = result;
    const { called, answered } = State;
    if (Atomics.compareExchange(control, STATE, called, answered) !== called) {
      this.session.undo(call, result);
      Atomics.store(control, STATE, answered);
    }
    Atomics.notify(control, STATE);
  }

  /** Gives the desk back before the end of a call that nobody waits for. */
  private leave(): boolean {
    const { control } = this.desk;
    if (Atomics.load(control, STATE) !== State.abandoned) return false;
    if (usesDesk(this.current!.op) || this.nleft >= MOST_LEFT) return false;
    this.nleft++;
    this.current = null;
    Atomics.store(control, STATE, State.answered);
    Atomics.notify(control, STATE);
    return true;
  }

  /** Calls are seen without being told of. */
  stayAwake(): void {
    Atomics.store(this.desk.control, SLEEPING, 0);
  }

  /** The client wakes us from here on. False: a call came before that. */
  sleep(): boolean {
    const { control } = this.desk;
    Atomics.store(control, SLEEPING, 1);
    if (Atomics.load(control, OVER) !== 0) return true;
    if (Atomics.load(control, CALLS) !== this.ntaken && this.current === null) return false;
    if (this.port !== null || this.isArmed) return true;
    const wait = Atomics.waitAsync(control, CALLS, this.ntaken);
    // a call that comes while one is under way is looked for when that ends
    if (!wait.async) return this.current !== null;
    this.isArmed = true;
    void wait.value.then(() => {
      this.isArmed = false;
      if (!this.isOver) this.traffic.onCall();
    });
    return true;
  }

  end(): void {
    this.isOver = true;
    this.port?.close();
    this.session.end();
    // our own wait ends
    Atomics.notify(this.desk.control, CALLS);
  }
}

/** Calls come as messages. */
export class MessageSeat {
  private readonly session: Session;
  private readonly port: MessagePort;
  private readonly traffic: Traffic;
  private readonly waiting: CallMessage[] = [];
  private isBusy = false;

  constructor(session: Session, port: MessagePort, traffic: Traffic) {
    this.session = session;
    this.port = port;
    this.traffic = traffic;
    port.onmessage = ({ data }) => {
      this.waiting.push(data as CallMessage);
      void this.serve();
    };
  }

  private async serve(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    for (let message = this.waiting.shift(); message !== undefined; message = this.waiting.shift()) {
      await this.answer(message);
    }
    this.isBusy = false;
  }

  private async answer(message: CallMessage): Promise<void> {
    const call = asCall(message);
    if (call === null) return; // nobody of ours says such a thing
    const isRead = call.op === Op.read;
    const bytes = isRead ? new Uint8Array(call.room) : call.bytes;
    this.traffic.nbusy++;
    const result = await Promise.resolve(attempt(() => this.session.run(call, bytes))).catch(errnoOf);
    this.traffic.nbusy--;
    const sent = isRead ? bytes.subarray(0, Math.max(result, 0)) : this.session.payload.slice();
    const reply: ReplyMessage = { id: message.id, result, bytes: sent };
    this.port.postMessage(reply, [sent.buffer as ArrayBuffer]);
  }

  end(): void {
    this.port.close();
    this.waiting.length = 0;
    this.session.end();
  }
}

export type Seat = SharedSeat | MessageSeat;

function attempt<T>(action: () => T): T | number {
  try {
    return action();
  } catch (error) {
    return errnoOf(error);
  }
}

/** null: it is not one. */
function asCall(message: CallMessage): Call | null {
  if (typeof message !== "object" || message === null) return null;
  const { id, op, handle, flags, x, y, bytes, room } = message;
  if ([id, op, handle, flags, x, y, room].some((n) => typeof n !== "number")) return null;
  if (!(bytes instanceof Uint8Array) || bytes.length > APPEND_BYTES) return null;
  return { op, handle, flags, x, y, bytes, room: Math.min(Math.max(room, 0), PIECE_BYTES) | 0 };
}
