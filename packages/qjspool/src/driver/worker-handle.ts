// SPDX-License-Identifier: MIT
// One worker as its pool sees it: frames to it, frames from it, and which tasks it has. Decides
// nothing; whatever comes from the worker is told to its owner (WorkerEvents).

import { ByteReader, ByteWriter, NO_BYTES } from "../bytes.js";
import type { Cut } from "../codec/decode.js";
import { FromWorker, isBoot, NO_SEQ, nextTaskSeq, RUN_CALL, RUN_CARRIED, RUN_SESSION, ToWorker } from "../protocol.js";
import { PIECE_BYTES } from "../ring.js";
import type { WorkerPort } from "../runtime/port.js";
import { Link } from "./link.js";
import type { Task } from "./task.js";

/** What a worker's owner learns. `bytes` are borrowed for the call. `task` null: the bootstrap. */
export interface WorkerEvents {
  onReady(worker: WorkerHandle): void;
  /** `isFirst`: it is new; else it has made itself anew. */
  onUp(worker: WorkerHandle, isFirst: boolean): void;
  /** It makes itself anew, once it has answered the task with this id (0: none). */
  onRenewing(worker: WorkerHandle, taskId: number): void;
  onFailed(worker: WorkerHandle, status: number, record: Uint8Array): void;
  onDone(worker: WorkerHandle, task: Task, status: number, value: Uint8Array, cuts: Cuts): void;
  onCall(worker: WorkerHandle, seq: number, callId: number, index: number, args: Uint8Array): void;
  onBlockingCall(worker: WorkerHandle, callSeq: number, index: number, args: Uint8Array): void;
  onConsole(worker: WorkerHandle, task: Task | null, level: number, args: Uint8Array): void;
  onModule(worker: WorkerHandle, callSeq: number, specifier: string, importer: string): void;
  onTyped(worker: WorkerHandle, callSeq: number, filename: string, source: string): void;
  /** It is gone, or sent what cannot be understood and was ended. Once, and the last call. */
  onLost(worker: WorkerHandle, reason: string): void;
}
type Cuts = readonly Cut[] | undefined;

/** One writer for all workers: a frame is copied before the next is written. */
const writer = new ByteWriter(4096);

export class WorkerHandle {
  readonly id: number;
  isUp = false;
  private readonly events: WorkerEvents;
  private readonly port: WorkerPort;
  private readonly link: Link;
  /** What it has and has not answered, by its number for it. */
  private readonly tasks = new Map<number, Task>();
  /** The same, by the task's id. */
  private readonly seqs = new Map<number, number>();
  /** Of these, what waits to be sent: a large one until it is the next, and all behind it. */
  private readonly unsent: number[] = [];
  /** Globals that it keeps for tasks that carry them. */
  private carried: Uint8Array | null = null;
  private lastSeq = NO_SEQ;
  private isLeaving = false;
  private isLost = false;

  constructor(
    id: number,
    port: WorkerPort,
    shared: SharedArrayBuffer | null,
    events: WorkerEvents,
  ) {
    this.id = id;
    this.events = events;
    this.port = port;
    this.link = new Link(port, shared, (frame, cuts) => this.handle(frame, cuts));
    port.onMessage = (message) => this.receive(() => this.link.receive(message));
    port.onExit = (reason) => {
      this.drain(); // what it said before it went
      this.lose(reason);
    };
  }

  // ---- to the worker ----

  run(task: Task): void {
    const seq = this.nextSeq();
    this.tasks.set(seq, task);
    this.seqs.set(task.id, seq);
    this.link.offer(seq);
    this.unsent.push(seq);
    this.sendRuns();
  }

  private sendRuns(): void {
    while (this.unsent.length > 0) {
      const seq = this.unsent[0]!;
      const task = this.tasks.get(seq)!;
      if (this.isLarge(task) && task !== this.nextTask) return;
      this.unsent.shift();
      this.sendRun(seq, task);
    }
  }

  /** It would fill the way to the worker; and behind a task that runs for long it is called back. */
  private isLarge(task: Task): boolean {
    const { code, args } = task;
    return code.length + (args?.length ?? 0) + this.globalsToSend(task).length > PIECE_BYTES;
  }

  private globalsToSend({ globals, isCarried }: Task): Uint8Array {
    return globals === null || (isCarried && globals === this.carried) ? NO_BYTES : globals;
  }

  /** Once for all tasks that come with them. */
  private carry(globals: Uint8Array): void {
    if (globals === this.carried) return;
    this.carried = globals;
    writer.reset();
    writer.u8(ToWorker.carry);
    writer.bytes(globals);
    this.send();
  }

  private sendRun(seq: number, task: Task): void {
    const { options } = task;
    if (task.isCarried) this.carry(task.globals!);
    writer.reset();
    writer.u8(ToWorker.run);
    writer.u8(
      (task.args === null ? 0 : RUN_CALL) |
        (task.session === 0 ? 0 : RUN_SESSION) |
        (task.isCarried ? RUN_CARRIED : 0),
    );
    writer.u32(seq);
    writer.u32(options.memoryLimitBytes);
    writer.f64(options.timeoutMs);
    const lengths = writer.length;
    for (let i = 0; i < 4; i++) writer.u32(0);
    writer.setU32(lengths, writer.text(task.code));
    if (options.filename !== "eval.js") {
      writer.setU32(lengths + 4, writer.text(options.filename) + 1);
      writer.u8(0);
    }
    this.append(lengths + 8, task.args ?? NO_BYTES);
    this.append(lengths + 12, task.isCarried ? NO_BYTES : (task.globals ?? NO_BYTES));
    this.send();
  }

  /** The oldest that it has not answered. */
  get nextTask(): Task | undefined {
    return this.tasks.values().next().value;
  }

  /** Fewer tasks are lined up than there are slots, so one is free. */
  private nextSeq(): number {
    do this.lastSeq = nextTaskSeq(this.lastSeq);
    while (this.tasks.has(this.lastSeq) || !this.link.canOffer(this.lastSeq));
    return this.lastSeq;
  }

  private append(lengthAt: number, bytes: Uint8Array): void {
    writer.setU32(lengthAt, bytes.length);
    writer.bytes(bytes);
  }

  /** Asks it to end the task, whether it runs or is yet to begin. */
  interrupt(taskId: number, status: number): void {
    const seq = this.seqs.get(taskId);
    if (seq === undefined) return;
    this.link.stop(seq, status);
    writer.reset();
    writer.u8(ToWorker.interrupt);
    writer.u32(seq);
    writer.u32(status);
    this.send();
  }

  /** Takes the task back; false: the worker has begun it, or never had it. */
  recall(taskId: number): boolean {
    const seq = this.seqs.get(taskId);
    if (seq === undefined || !this.link.revoke(seq)) return false;
    this.tasks.delete(seq);
    this.seqs.delete(taskId);
    const at = this.unsent.indexOf(seq);
    if (at >= 0) this.unsent.splice(at, 1);
    return true;
  }

  endSession(): void {
    this.sendKind(ToWorker.endSession);
  }

  /** It ends when it gets to it; terminate() does not wait. */
  stop(): void {
    this.isLeaving = true;
    this.sendKind(ToWorker.stop);
  }

  terminate(): void {
    this.isLeaving = true;
    this.port.terminate();
  }

  resolve(seq: number, callId: number, isRejected: boolean, value: Uint8Array): void {
    writer.reset();
    writer.u8(ToWorker.resolve);
    writer.u32(seq);
    writer.f64(callId);
    writer.u8(isRejected ? 1 : 0);
    writer.bytes(value);
    this.send();
  }

  reply(callSeq: number, status: number, value: Uint8Array): void {
    writer.reset();
    writer.u8(ToWorker.reply);
    writer.u32(callSeq);
    writer.u32(status);
    writer.bytes(value);
    this.send();
  }

  private sendKind(kind: number): void {
    writer.reset();
    writer.u8(kind);
    this.send();
  }

  private send(): void {
    if (!this.isLost) this.link.send(writer.view());
  }

  // ---- from the worker ----

  /** Handles what has come, without waiting for the event loop to say so. */
  drain(): void {
    if (this.link.isShared) this.receive(() => this.link.drain());
  }

  private receive(read: () => void): void {
    if (this.isLost) return;
    try {
      read();
    } catch (error) {
      this.lose(`it sent what it must not: ${error instanceof Error ? error.message : "?"}`);
      this.port.terminate();
    }
  }

  private lose(reason: string): void {
    if (this.isLost) return;
    this.isLost = true;
    this.events.onLost(this, reason);
  }

  private handle(frame: Uint8Array, cuts: Cuts): void {
    const reader = new ByteReader(frame);
    switch (reader.u8()) {
      case FromWorker.done:
        this.handleDone(reader, cuts);
        break;
      case FromWorker.ready:
        this.events.onReady(this);
        break;
      case FromWorker.up:
        this.handleUp();
        break;
      case FromWorker.renewing:
        this.handleRenewing(reader.u32());
        break;
      case FromWorker.failed:
        this.events.onFailed(this, reader.u32() | 0, reader.bytes(reader.left));
        break;
      default:
        this.handleQuestion(frame[0]!, reader);
    }
  }

  private handleUp(): void {
    const isFirst = !this.isUp;
    this.isUp = true;
    this.events.onUp(this, isFirst);
  }

  private handleRenewing(seq: number): void {
    const task = this.tasks.get(seq);
    if (task === undefined && seq !== NO_SEQ) throw new Error("a renewal after no task");
    this.events.onRenewing(this, task?.id ?? 0);
  }

  /** What a guest asks of its host. A task that was settled asks nothing any more. */
  private handleQuestion(kind: number, reader: ByteReader): void {
    const seq = reader.u32();
    const task = this.tasks.get(seq) ?? null;
    if (isBoot(seq) ? this.isLeaving : task === null || task.isSettled) return;
    switch (kind) {
      case FromWorker.call:
        this.events.onCall(this, seq, reader.f64(), reader.u32(), rest(reader));
        break;
      case FromWorker.blockingCall:
        this.events.onBlockingCall(this, reader.u32(), reader.u32(), rest(reader));
        break;
      case FromWorker.console:
        this.events.onConsole(this, task, reader.u8(), rest(reader));
        break;
      case FromWorker.typed: {
        const callSeq = reader.u32();
        const filename = reader.text(reader.u32());
        this.events.onTyped(this, callSeq, filename, reader.text(reader.left));
        break;
      }
      case FromWorker.module: {
        const callSeq = reader.u32();
        const specifier = reader.text(reader.u32());
        this.events.onModule(this, callSeq, specifier, reader.text(reader.left));
        break;
      }
      default:
        throw new Error("a frame of an unknown kind");
    }
  }

  private handleDone(reader: ByteReader, cuts: Cuts): void {
    const seq = reader.u32();
    const status = reader.u32() | 0;
    const task = this.tasks.get(seq);
    if (task === undefined) throw new Error("an answer to nothing");
    this.tasks.delete(seq);
    this.seqs.delete(task.id);
    this.sendRuns();
    const at = reader.offset;
    const shifted = cuts?.map((cut) => ({ at: cut.at - at, buffer: cut.buffer }));
    this.events.onDone(this, task, status, rest(reader), shifted);
  }
}

function rest(reader: ByteReader): Uint8Array {
  return reader.bytes(reader.left);
}
