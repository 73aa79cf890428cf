// SPDX-License-Identifier: MIT
// A store whose files another worker owns, as the workers of a pool use it: blocking, where memory
// is shared, or by messages and promises.

import { E } from "../errno.js";
import type { AsyncStore, Store, StoreOf } from "../store.js";
import { calls, type Calls } from "./calls.js";
import {
  CALLS,
  Desk,
  FLAGS,
  HANDLE,
  LENGTH,
  OP,
  Op,
  OVER,
  RESULT,
  SLEEPING,
  STATE,
  State,
  X,
  Y,
  type Call,
  type CallMessage,
  type Greeting,
  type OpfsLink,
  type Reply,
  type ReplyMessage,
} from "./wire.js";

export type { OpfsLink } from "./wire.js";

const NOTHING = new Uint8Array(0);
/** How often a caller that waits looks whether it must go on waiting. */
const SLICE_MS = 10;
/** An owner that is awake answers most calls in less; sleeping costs both sides more. */
const WATCH_MS = 0.1;
/** Between two looks at the clock, which takes longer than one at the memory. */
const WATCH_LOOKS = 200;

const failed = (errno: number): Reply => ({ result: -errno, bytes: NOTHING });

class BlockingLink {
  private readonly desk: Desk;
  private readonly port: MessagePort | null;
  private readonly isStopped: () => boolean;

  constructor(shared: SharedArrayBuffer, port: MessagePort | null, isStopped: () => boolean) {
    this.desk = new Desk(shared);
    this.port = port;
    this.isStopped = isStopped;
  }

  call(call: Call): Reply {
    const { control, data, numbers } = this.desk;
    // files are closed in any case, also by a task that must end
    const mayStop = call.op !== Op.close;
    // the desk may be the owner's still, for a call that was given up
    const late = this.wait(false, mayStop);
    if (late !== 0) return failed(late);
    data.set(call.bytes);
    control[OP] = call.op;
    control[HANDLE] = call.handle;
    control[FLAGS] = call.flags;
    control[LENGTH] = call.bytes.length || call.room;
    numbers[X] = call.x;
    numbers[Y] = call.y;
    Atomics.store(control, STATE, State.called);
    Atomics.add(control, CALLS, 1);
    const isAwake = Atomics.load(control, SLEEPING) === 0;
    if (!isAwake) this.wake();
    const stopped = this.wait(isAwake, mayStop);
    if (stopped !== 0) return failed(stopped);
    return { result: numbers[RESULT]!, bytes: data.subarray(0, control[LENGTH]) };
  }

  private wake(): void {
    if (this.port !== null) this.port.postMessage(0);
    else Atomics.notify(this.desk.control, CALLS);
  }

  /** Until the desk is free; 0, or why it is not waited for any more. */
  private wait(watches: boolean, mayStop: boolean): number {
    const { control } = this.desk;
    if (watches && this.watch()) return 0;
    for (;;) {
      const state = Atomics.load(control, STATE);
      if (state === State.answered) return 0;
      if (Atomics.load(control, OVER) !== 0) return E.EIO;
      if (mayStop && this.isStopped() && this.abandon(state)) return E.EINTR;
      Atomics.wait(control, STATE, state, SLICE_MS);
    }
  }

  private watch(): boolean {
    const { control } = this.desk;
    const end = performance.now() + WATCH_MS;
    do {
      for (let i = 0; i < WATCH_LOOKS; i++) {
        if (Atomics.load(control, STATE) === State.answered) return true;
      }
    } while (performance.now() < end);
    return false;
  }

  /** False: the answer has come meanwhile. */
  private abandon(state: number): boolean {
    if (state === State.abandoned) return true;
    const { called, abandoned } = State;
    if (Atomics.compareExchange(this.desk.control, STATE, called, abandoned) !== called) return false;
    this.wake();
    return true;
  }
}

class MessageLink {
  private readonly port: MessagePort;
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private lastId = 0;
  private isLost = false;

  constructor(port: MessagePort) {
    this.port = port;
    port.onmessage = ({ data }) => this.take(data as Greeting | ReplyMessage);
  }

  call(call: Call): Promise<Reply> {
    if (this.isLost) return Promise.resolve(failed(E.EIO));
    const bytes = call.bytes.slice();
    const message: CallMessage = { ...call, bytes, id: ++this.lastId };
    this.port.postMessage(message, bytes.length > 0 ? [bytes.buffer] : []);
    return new Promise((answer) => this.waiting.set(message.id, answer));
  }

  private take(message: Greeting | ReplyMessage): void {
    if ("life" in message) {
      this.watchLife(message.life);
      return;
    }
    this.waiting.get(message.id)?.(message);
    this.waiting.delete(message.id);
  }

  /** Nothing tells a port that its other end has died, but a lock is freed. */
  private watchLife(life: string): void {
    const lose = (): void => {
      this.isLost = true;
      for (const answer of this.waiting.values()) answer(failed(E.EIO));
      this.waiting.clear();
    };
    navigator.locks.request(life, { mode: "shared" }, lose).catch(() => {});
  }
}

type Drive<IsAsync extends boolean> = <T>(steps: Calls<T>) => IsAsync extends true ? Promise<T> : T;

/** Each operation, run to its end by `drive`. */
function storeOf<IsAsync extends boolean>(drive: Drive<IsAsync>): StoreOf<IsAsync> {
  const store: Record<string, unknown> = {};
  for (const [name, steps] of Object.entries(calls)) {
    store[name] = (...args: unknown[]) => drive((steps as (...args: unknown[]) => Calls<unknown>)(...args));
  }
  return store as unknown as StoreOf<IsAsync>;
}

/**
 * Blocks with Atomics.wait. `isStopped` is asked every few milliseconds of waiting: whether the
 * answer is of no use any more, which is -EINTR then.
 */
export function openBlocking(link: OpfsLink, isStopped: () => boolean = () => false): Store {
  const channel = new BlockingLink(link.shared!, link.port, isStopped);
  return storeOf<false>((steps) => {
    let step = steps.next();
    while (!step.done) step = steps.next(channel.call(step.value));
    return step.value;
  });
}

/** For workers that share no memory with the owner. */
export function openAsync(link: OpfsLink): AsyncStore {
  const channel = new MessageLink(link.port!);
  return storeOf<true>(async (steps) => {
    let step = steps.next();
    while (!step.done) step = steps.next(await channel.call(step.value));
    return step.value;
  });
}
