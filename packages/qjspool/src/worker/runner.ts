// SPDX-License-Identifier: MIT
// What a worker does: it brings an isolate up, runs the tasks that frames bring, one after the other,
// and answers. It never waits: `step` says when it wants to be called again. Which thread that
// is, and how frames travel, it does not know.

import { ByteReader, ByteWriter, NO_BYTES } from "../bytes.js";
import { changesFiles, type CallMemory } from "../core/file-call.js";
import { Isolate, IsolateError, TaskKind, type Answer, type IsolateHost, type Part, type TaskRecord } from "../core/isolate.js";
import { then, type Later } from "../core/later.js";
import {
  FromWorker,
  isBoot,
  NO_SEQ,
  nextBootSeq,
  RUN_CALL,
  RUN_CARRIED,
  RUN_SESSION,
  Status,
  ToWorker,
  type WorkerInit,
} from "../protocol.js";
import { CANNOT_WAIT, LateModules, NOT_FOUND } from "./late-modules.js";
import { Carried } from "./carried.js";
import { MountedStores } from "./mounted-stores.js";
import type { Outlet } from "./outlet.js";
import { describeFault, describeStart, failure, type Failure } from "./records.js";

/** A task that used so much more than the snapshot holds costs the instance: memory never shrinks. */
const GROWTH_BYTES = 16 << 20;
/** In a value of this size it pays to look for byte strings that can travel on their own. */
const LARGE_BYTES = 1 << 20;
const PART_BYTES = 1 << 16;
const RUN_HEADER = 34;
/** Behind the sources of a boot. */
const CARRYING = { source: "", filename: "carried.js" };
const decoder = new TextDecoder();

function isStop(status: number): boolean {
  return status === Status.timeout || status === Status.canceled;
}

/** Whole milliseconds, as the isolate counts. */
const clockMs = (): number => Math.floor(performance.now());

export class Runner implements IsolateHost {
  /** The worker is to end: it was told to, or has lost its isolate for good. */
  isStopped = false;

  private readonly init: WorkerInit;
  private readonly outlet: Outlet;
  private readonly frame = new ByteWriter(4096);
  private readonly modules: LateModules;
  private readonly onResumed: () => void;
  private stores: MountedStores | null = null;
  private isolate: Isolate | null = null;
  private isReady = false;
  private isUp = false;
  /** Index of the boot source that runs; null: the isolate is sealed, or there is none. */
  private bootIndex: number | null = null;
  /** Of this isolate, or the last. */
  private bootSeq = NO_SEQ;

  private readonly carried = new Carried();
  /** The task comes with them. */
  private isCarrying = false;
  private isRunning = false;
  /** The task runs again when a module has come. */
  private isPaused = false;
  /** The isolate waits for a file, and must not be called. */
  private isSuspended = false;
  /** It has come back from there, and nothing was said to it since. */
  private isJustBack = false;
  private seq = NO_SEQ;
  private inSession = false;
  private deadlineMs = Infinity;
  private memoryLimit: number;
  private wakeMs = Infinity;
  private mustEndSession = false;

  private readonly waiting: Uint8Array[] = [];
  /** What came for a task while it was suspended. */
  private readonly held: Uint8Array[] = [];
  private stopSeq = -1;
  private stopReason = 0;
  private lastCallSeq = 0;

  /** `onResumed`: it was suspended, and wants its step. */
  constructor(init: WorkerInit, outlet: Outlet, onResumed: () => void) {
    this.init = init;
    this.outlet = outlet;
    this.onResumed = onResumed;
    this.memoryLimit = init.config.memoryLimit;
    this.modules = new LateModules();
  }

  // ---- frames ----

  /** `frame` is borrowed. */
  handle(frame: Uint8Array): void {
    switch (frame[0]) {
      case ToWorker.run:
      case ToWorker.carry:
        if (this.isFree) this.begin(frame);
        else this.waiting.push(frame.slice());
        break;
      case ToWorker.resolve:
        this.resolve(frame);
        break;
      case ToWorker.interrupt:
        this.interruptBy(new ByteReader(frame));
        break;
      case ToWorker.reply:
        this.takeModule(new ByteReader(frame));
        break;
      case ToWorker.endSession:
        this.mustEndSession = true;
        break;
      case ToWorker.stop:
        this.isStopped = true;
        break;
    }
  }

  /** Nothing comes before the next task. */
  private get isFree(): boolean {
    const isBusy = this.isRunning || this.isSuspended || this.mustEndSession || this.waiting.length > 0;
    return !isBusy && this.isUp && this.bootIndex === null;
  }

  /**
   * Runs what can run now. Returns when to be called again without a frame, on the clock of
   * performance.now(): Infinity: never, 0: at once.
   */
  step(): number {
    if (this.isSuspended) return Infinity;
    if (!this.isUp && this.isolate === null && !this.isStopped) this.guard(() => this.boot());
    if (this.isRunning && !this.isPaused && !this.isSuspended && !this.isEarly()) this.guard(() => this.advance());
    if (this.isRunning || this.isStopped) return this.wakeMs;
    if (this.mustEndSession && !this.isSuspended) this.endSession();
    if (this.isSuspended) return Infinity;
    const next = this.bootIndex === null ? this.waiting.shift() : undefined;
    if (next === undefined) return Infinity;
    this.begin(next);
    return 0;
  }

  /** It was polled just now: without this, a task that waits would be polled for ever. */
  private isEarly(): boolean {
    const { isJustBack } = this;
    this.isJustBack = false;
    return isJustBack && performance.now() < this.wakeMs;
  }

  /** It has stopped, and is asked for nothing any more. */
  end(): void {
    this.isStopped = true;
    this.stores?.dispose();
  }

  private interruptBy(reader: ByteReader): void {
    reader.u8();
    this.stopSeq = reader.u32();
    this.stopReason = reader.u32() | 0;
    if (this.isPaused && this.stopSeq === this.seq) this.runAgain();
  }

  private resolve(frame: Uint8Array): void {
    if (this.isSuspended) {
      this.held.push(frame.slice());
      return;
    }
    const reader = new ByteReader(frame);
    reader.u8();
    // the task has ended, or begins anew: too late
    if (reader.u32() !== this.seq || !this.isRunning || this.isPaused) return;
    const id = reader.f64();
    const isRejected = reader.u8() !== 0;
    this.guard(() => this.isolate!.resolve(id, isRejected, reader.bytes(reader.left)));
  }

  // ---- coming up ----

  private boot(): Later<void> {
    try {
      this.stores ??= new MountedStores(this.init.mounts, () => this.interrupt() !== 0);
      this.isolate = new Isolate(this.init.module, this.init.config, this);
    } catch (thrown) {
      if (thrown instanceof IsolateError) throw thrown;
      const { status, record } = describeStart(thrown);
      this.fail(status, record);
      return;
    }
    if (!this.isReady) this.sendKind(FromWorker.ready);
    this.isReady = true;
    this.bootSeq = nextBootSeq(this.bootSeq);
    this.modules.beginTask(null); // nothing that a task has learnt or left
    this.bootIndex = 0;
    return this.bootNext();
  }

  /** One source after the other, then what tasks carry, if that is to be in the snapshot. */
  private bootNext(): Later<void> {
    const { boot, bootTimeoutMs } = this.init;
    const source = boot[this.bootIndex!] ?? CARRYING;
    const carried = source === CARRYING ? this.carried.inSnapshot : NO_BYTES;
    if (this.bootIndex! > boot.length || (source === CARRYING && carried.length === 0)) return this.seal();
    const frame = this.frame;
    frame.reset();
    const sourceLength = frame.text(source.source);
    frame.text(source.filename);
    frame.u8(0);
    const parts = {
      kind: TaskKind.boot,
      sourceLength,
      filenameLength: frame.length - sourceLength,
      argsLength: 0,
      globalsLength: 0,
      inSession: false,
    };
    return this.start(this.bootSeq, frame.view(), bootTimeoutMs, 0, parts, carried);
  }

  private seal(): Later<void> {
    return then(this.isolate!.seal(), () => {
      this.bootIndex = null;
      this.isUp = true;
      this.sendKind(FromWorker.up);
    });
  }

  /** No isolate, and none to come: the last frame of this worker. */
  private fail(status: number, record: Uint8Array): void {
    const frame = this.frame;
    frame.reset();
    frame.u8(FromWorker.failed);
    frame.u32(status);
    this.isStopped = true;
    this.isRunning = false;
    this.outlet.send(frame, record);
  }

  // ---- tasks ----

  private begin(frame: Uint8Array): void {
    if (frame[0] === ToWorker.carry) this.carried.take(frame.slice(1));
    else this.beginRun(frame);
  }

  private beginRun(frame: Uint8Array): void {
    const reader = new ByteReader(frame);
    reader.u8();
    const flags = reader.u8();
    const seq = reader.u32();
    if (this.carried.mustLeave((flags & RUN_CARRIED) !== 0)) {
      this.waiting.unshift(frame.slice());
      this.sendRenewing(NO_SEQ);
      this.renew();
      return;
    }
    if (!this.outlet.claim(seq)) return;
    this.modules.beginTask(this.mayRunAgain(flags) ? frame.slice() : null);
    this.runFrame(frame);
  }

  /** Where the state comes back afterwards, and only there, can a task run twice. */
  private mayRunAgain(flags: number): boolean {
    const { shared, config } = this.init;
    const isClean = this.comesBack && (flags & RUN_SESSION) === 0;
    return (config.asksForModules || config.stripsTypes) && shared === null && isClean;
  }

  /** The state that a task leaves is nobody's. */
  private get comesBack(): boolean {
    return this.init.config.isolation === 0;
  }

  private runFrame(frame: Uint8Array): void {
    const reader = new ByteReader(frame);
    reader.u8();
    const flags = reader.u8();
    const seq = reader.u32();
    const memoryLimit = reader.u32();
    const timeoutMs = reader.f64();
    const lengths = {
      sourceLength: reader.u32(),
      filenameLength: reader.u32(),
      argsLength: reader.u32(),
      globalsLength: reader.u32(),
      kind: (flags & RUN_CALL) !== 0 ? TaskKind.call : TaskKind.eval,
      inSession: (flags & RUN_SESSION) !== 0,
    };
    this.isCarrying = (flags & RUN_CARRIED) !== 0;
    const carried = this.carried.forTask(this.isCarrying);
    this.guard(() =>
      then(this.start(seq, frame.subarray(RUN_HEADER), timeoutMs, memoryLimit, lengths, carried), () =>
        this.advance(),
      ),
    );
  }

  /** `body`: source, filename with its NUL, args and globals. */
  private start(
    seq: number,
    body: Uint8Array,
    timeoutMs: number,
    memoryLimit: number,
    parts: {
      kind: number;
      sourceLength: number;
      filenameLength: number;
      argsLength: number;
      globalsLength: number;
      inSession: boolean;
    },
    carried: Uint8Array = NO_BYTES,
  ): Later<void> {
    const now = clockMs();
    const timeout = Math.ceil(timeoutMs);
    this.isRunning = true;
    this.wakeMs = 0; // who starts it need not poll it
    this.seq = seq;
    this.inSession = parts.inSession;
    this.memoryLimit = memoryLimit === 0 ? this.init.config.memoryLimit : memoryLimit;
    this.deadlineMs = timeout === 0 ? Infinity : now + timeout;
    const isolate = this.isolate!;
    const source = isolate.reserve(body.length + carried.length);
    isolate.bytes.set(body, source);
    isolate.bytes.set(carried, source + body.length); // in the place of globals, which are empty
    const filename = source + parts.sourceLength;
    const args = filename + parts.filenameLength;
    return isolate.begin(
      {
        kind: parts.kind,
        source,
        sourceLength: parts.sourceLength,
        filename: parts.filenameLength === 0 ? 0 : filename,
        args,
        argsLength: parts.argsLength,
        globals: args + parts.argsLength,
        globalsLength: parts.globalsLength + carried.length,
        memoryLimit,
        inSession: parts.inSession,
        timeoutMs: timeout,
      } satisfies TaskRecord,
      now,
    );
  }

  /** Polls until the task is done or must wait. */
  private advance(): Later<void> {
    const isolate = this.isolate!;
    return then(isolate.poll(clockMs()), (isDone) => {
      while (isolate.nextCall()) this.sendCall(isolate);
      this.wakeMs = isDone ? Infinity : isolate.wakeMs;
      return isDone ? this.finish() : undefined;
    });
  }

  private finish(): Later<void> {
    const isolate = this.isolate!;
    if (isBoot(this.seq)) {
      if (isolate.status !== Status.ok && this.bootIndex === this.init.boot.length) {
        this.carried.giveUp();
        this.isRunning = false;
        this.renew();
        return;
      }
      if (isolate.status !== Status.ok) {
        this.fail(isolate.status, isolate.value);
        return;
      }
      return then(isolate.end(), () => {
        this.isRunning = false;
        this.bootIndex!++;
        return this.bootNext();
      });
    }
    if (this.modules.mustRunAgain && !isStop(isolate.status)) {
      return then(isolate.end(), (isBack) => {
        this.isPaused = isBack;
        if (!isBack) this.fault(new Error("the realm could not be brought back"));
        else if (this.modules.isAnswered) this.runAgain();
      });
    }
    const hasGrown = isolate.memoryPeak > isolate.snapshotBytes + GROWTH_BYTES;
    const isKept = this.comesBack && this.isCarrying && isolate.status === Status.ok && this.carried.mustKeep();
    const willRenew = isolate.isDamaged || ((hasGrown || isKept) && !this.inSession);
    if (willRenew) this.sendRenewing(this.seq);
    const value = isolate.value;
    const parts = value.length < LARGE_BYTES ? undefined : isolate.largeParts(PART_BYTES);
    this.sendDone(isolate.status, value, parts);
    this.isRunning = false;
    if (willRenew) {
      this.renew();
      return;
    }
    // only now: nobody waits while the realm is brought back
    return then(isolate.end(), (isBack) => {
      if (isBack) return;
      this.sendRenewing(NO_SEQ);
      this.renew();
    });
  }

  /** A trap, or the end of the host's stack: nothing in the isolate can be trusted any more. */
  private fault(thrown: unknown): void {
    const { status, record }: Failure = describeFault(thrown, this.isolate, this.memoryLimit);
    if (!this.isRunning || isBoot(this.seq)) {
      this.fail(status, record);
      return;
    }
    this.sendRenewing(this.seq);
    this.sendDone(status, record);
    this.isRunning = false;
    this.renew();
  }

  /** A new isolate in the place of one that is damaged or has grown. A session's state is lost. */
  private renew(): void {
    this.isolate = null;
    this.stores?.closeAll();
    if (this.inSession) {
      const lost = failure(Status.crashed, "WorkerCrashError", "the session's isolate was lost");
      this.fail(lost.status, lost.record);
      return;
    }
    if (!this.isStopped) this.guard(() => this.boot());
  }

  private endSession(): void {
    this.mustEndSession = false;
    this.inSession = false;
    this.guard(() =>
      then(this.isolate?.restore() ?? true, (isBack) => {
        if (isBack) return;
        this.sendRenewing(NO_SEQ);
        this.renew();
      }),
    );
  }

  private guard(fn: () => Later<void>): void {
    try {
      const later = fn();
      if (later instanceof Promise) this.suspendUntil(later);
    } catch (thrown) {
      this.fault(thrown);
    }
  }

  private suspendUntil(later: Promise<void>): void {
    this.isSuspended = true;
    const resume = (): void => {
      this.isSuspended = false;
      this.isJustBack = this.held.length === 0 && this.stopSeq !== this.seq;
      for (const frame of this.held.splice(0)) this.resolve(frame);
      if (!this.isSuspended) this.onResumed();
    };
    later.then(resume, (thrown: unknown) => {
      this.isSuspended = false;
      this.fault(thrown);
      resume();
    });
  }

  // ---- frames to the driver ----

  private sendKind(kind: number): void {
    this.frame.reset();
    this.frame.u8(kind);
    this.outlet.send(this.frame);
  }

  /** Once task `seq` is answered. Nobody is to count the time of a bootstrap as a task's. */
  private sendRenewing(seq: number): void {
    if (this.inSession) return; // it ends with its isolate
    this.frame.reset();
    this.frame.u8(FromWorker.renewing);
    this.frame.u32(seq);
    this.outlet.send(this.frame);
  }

  private sendDone(status: number, value: Uint8Array, parts?: readonly Part[]): void {
    const frame = this.frame;
    frame.reset();
    frame.u8(FromWorker.done);
    frame.u32(this.seq);
    frame.u32(status);
    this.outlet.send(frame, value, parts);
  }

  private sendCall(isolate: Isolate): void {
    const frame = this.frame;
    frame.reset();
    frame.u8(FromWorker.call);
    frame.u32(this.seq);
    frame.f64(isolate.callId);
    frame.u32(isolate.callFunction);
    this.outlet.send(frame, isolate.callArgs);
    this.modules.hasEffects = true;
  }

  // ---- what the guest asks while it runs ----

  interrupt(): number {
    if (this.stopSeq === this.seq) return this.stopReason;
    return this.outlet.stopStatus(this.seq);
  }

  console(level: number, args: Uint8Array): void {
    const frame = this.frame;
    frame.reset();
    frame.u8(FromWorker.console);
    frame.u32(this.seq);
    frame.u8(level);
    this.outlet.send(frame, args);
    this.modules.hasEffects = true;
  }

  file(store: number, memory: CallMemory, record: number, out: number): number {
    if (changesFiles(memory, record)) this.modules.hasEffects = true;
    return this.stores!.call(store, memory, record, out);
  }

  fileLater(store: number, memory: CallMemory, record: number, out: number): Promise<number> {
    if (changesFiles(memory, record)) this.modules.hasEffects = true;
    return this.stores!.callLater(store, memory, record, out);
  }

  call(index: number, args: Uint8Array): Answer {
    const frame = this.frame;
    const callSeq = ++this.lastCallSeq;
    frame.reset();
    frame.u8(FromWorker.blockingCall);
    frame.u32(this.seq);
    frame.u32(callSeq);
    frame.u32(index);
    frame.bytes(args);
    return this.ask(callSeq) ?? NOT_FOUND;
  }

  /** Sends the question that was written; null: its answer cannot be waited for here. */
  private ask(callSeq: number): Answer | null {
    const answer = this.outlet.ask(this.frame, callSeq, this.seq, this.deadlineMs);
    if (answer !== null && isStop(answer.status)) {
      this.stopSeq = this.seq;
      this.stopReason = answer.status;
    }
    return answer;
  }

  module(specifier: string, importer: string): Answer {
    return this.askForSource(FromWorker.module, specifier, specifier, (frame) => frame.text(importer));
  }

  stripTypes(filename: string, source: Uint8Array): Answer {
    // it may be another file when the task runs again
    const key = `types of ${filename}\n${decoder.decode(source)}`;
    return this.askForSource(FromWorker.typed, key, filename, (frame) => frame.bytes(source));
  }

  private askForSource(kind: number, key: string, name: string, writeRest: (frame: ByteWriter) => void): Answer {
    const known = this.modules.find(key);
    if (known !== undefined) return known;
    if (this.modules.wanted !== 0) return CANNOT_WAIT;
    const frame = this.frame;
    const callSeq = ++this.lastCallSeq;
    frame.reset();
    frame.u8(kind);
    frame.u32(this.seq);
    frame.u32(callSeq);
    frame.u32(0);
    frame.setU32(9, frame.text(name));
    writeRest(frame);
    const answer = this.ask(callSeq);
    if (answer === null) this.modules.want(callSeq, key);
    return answer ?? CANNOT_WAIT;
  }

  private takeModule(reader: ByteReader): void {
    reader.u8();
    const callSeq = reader.u32();
    const status = reader.u32() | 0;
    const isWanted = this.modules.learn(callSeq, status, reader.bytes(reader.left));
    if (isWanted && this.isPaused) this.runAgain();
  }

  private runAgain(): void {
    this.isPaused = false;
    this.modules.beginRun();
    this.runFrame(this.modules.task!);
  }
}
