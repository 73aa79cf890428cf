// SPDX-License-Identifier: MIT
// One instance of isolate.wasm: its exports with types, and the records in its memory. Views of
// that memory never outlive a call that may grow it. Whatever is thrown out of here but IsolateError
// is a trap or the end of the host's stack: the instance must be dropped, not called again.
//
// ORDER qjsp_wasm_face: src/wasm/isolate_exports.c is the other side.

import type { IsolateConfig } from "../protocol.js";
import type { CallMemory } from "./file-call.js";
import { then, type Later } from "./later.js";
import { integration, type Suspended } from "./promise-integration.js";
import { wasiImports } from "./wasi.js";

interface Exports {
  _initialize(): void;
  qjsp_wasm_new(): number;
  qjsp_wasm_open(face: number): number;
  qjsp_wasm_seal(face: number): Later<number>;
  qjsp_wasm_restore(face: number): Later<number>;
  qjsp_wasm_snapshot_size(face: number): number;
  qjsp_wasm_was_exhausted(face: number): number;
  qjsp_wasm_reserve(face: number, length: number): number;
  qjsp_wasm_begin(face: number, nowMs: number): Later<number>;
  qjsp_wasm_poll(face: number, nowMs: number): Later<void>;
  qjsp_wasm_next_large(face: number, min: number): number;
  qjsp_wasm_end(face: number): Later<number>;
  qjsp_wasm_next_call(face: number): number;
  qjsp_wasm_resolve(face: number, id: number, rejected: number, at: number, length: number): number;
  qjsp_wasm_extend(buffer: number, length: number): number;
}

/** What the guest asks of the host while it runs. Nothing here may call into the isolate. */
export interface IsolateHost {
  /** Why the running task must end, a status; 0: it need not. */
  interrupt(): number;
  /** `args` is borrowed. */
  console(level: number, args: Uint8Array): void;
  /** The status and the value of a blocking host function. `args` is borrowed. */
  call(index: number, args: Uint8Array): Answer;
  /** The source of a module, as UTF-8. */
  module(specifier: string, importer: string): Answer;
  /** TypeScript without its types, as UTF-8; or a status and why not. `source` is borrowed. */
  stripTypes(filename: string, source: Uint8Array): Answer;
  /** An operation on the store of a mount, see file-call.ts. `out`: of its answer. */
  file(store: number, memory: CallMemory, record: number, out: number): number;
  /** The same of a store that answers later; the isolate is suspended until then. */
  fileLater(store: number, memory: CallMemory, record: number, out: number): Promise<number>;
}

export interface Answer {
  status: number;
  bytes: Uint8Array;
}

/** A run of bytes within a value. */
export interface Part {
  at: number;
  length: number;
}

/** One piece of work, as offsets and lengths in what was reserved. */
export interface TaskRecord {
  kind: number;
  source: number;
  sourceLength: number;
  filename: number;
  args: number;
  argsLength: number;
  globals: number;
  globalsLength: number;
  memoryLimit: number;
  inSession: boolean;
  timeoutMs: number;
}

export const TaskKind = { eval: 0, call: 1, boot: 2 } as const;

/** The isolate could not be made; `status` is the core's. */
export class IsolateError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The stack of the module and its constant data, which come before anything that grows. */
const STATIC_BYTES = 5 << 20;
const PAGE = 65536;
const MAX_PAGES = 65536;

/** Word indices in the face. */
const CONFIG = 0;
const TASK = 112 / 4;
const POLL = 160 / 4;
const CALL = 216 / 4;
const LARGE = 240 / 4;

/** ORDER MOUNT_ */
const MOUNT_EXISTS = 1;
const MOUNT_IS_READ_ONLY = 2;
const MOUNT_WAITS = 4;

/** A pool's instance is never driven by handles (src/ffi, variant/). */
const NO_FFI = Object.fromEntries(
  [
    "free_host_ref",
    "name_function",
    "should_interrupt",
    "call_function",
    "call_function_wait",
    "load_module",
    "load_module_wait",
    "normalize_module",
    "normalize_module_wait",
  ].map((name) => [name, (): number => 0]),
);

/** Exports that may run code of the guest's, or close its files: what can be suspended. */
const SUSPENDED = ["qjsp_wasm_seal", "qjsp_wasm_restore", "qjsp_wasm_begin", "qjsp_wasm_poll", "qjsp_wasm_end"] as const;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/**
 * Pages that one isolate may come to need: the guest's region, its snapshot (at most as large), and
 * on the host's side a few buffers of the size of what crosses.
 */
function maximumPages(config: IsolateConfig): number {
  const crossing = config.sourceLimit === 0 || config.resultLimit === 0;
  if (crossing) return MAX_PAGES;
  const host = 2 * config.sourceLimit + 6 * config.resultLimit + (16 << 20);
  const modules = config.modules.reduce((sum, module) => sum + module.source.length, 0);
  const kept = 2 * modules + 2 * config.codeCacheLimit;
  const total = STATIC_BYTES + 2 * config.memoryLimit + host + kept;
  return Math.min(MAX_PAGES, Math.ceil(total / PAGE));
}

export class Isolate implements CallMemory {
  /** Bytes that a restore copies; 0 before seal. */
  snapshotBytes = 0;
  private readonly exports: Exports;
  private readonly memory: WebAssembly.Memory;
  private readonly face: number;
  /** Views of the memory as it is now. */
  bytes!: Uint8Array<ArrayBuffer>;
  words!: Uint32Array;
  floats!: Float64Array;

  constructor(module: WebAssembly.Module, config: IsolateConfig, host: IsolateHost) {
    const waits = config.mounts.some((mount) => mount.waits);
    this.memory = new WebAssembly.Memory({
      initial: STATIC_BYTES / PAGE,
      maximum: maximumPages(config),
    });
    const instance = new WebAssembly.Instance(module, {
      env: { memory: this.memory },
      wasi_snapshot_preview1: wasiImports(this.memory),
      qjsp: this.imports(host, waits),
      qjsp_ffi: NO_FFI,
    });
    this.exports = (waits ? withSuspension(instance.exports) : instance.exports) as unknown as Exports;
    this.exports._initialize();
    this.face = this.exports.qjsp_wasm_new();
    if (this.face === 0) throw new IsolateError(-1, "no memory for an isolate");
    this.refresh();
    this.configure(config);
    const status = this.exports.qjsp_wasm_open(this.face);
    this.refresh();
    if (status !== 0) {
      throw new IsolateError(status, `an isolate could not be made (status ${status})`);
    }
  }

  // ---- tasks ----

  /** Room for what a task's record points to. Valid until the next reserve or end. */
  reserve(length: number): number {
    const at = this.exports.qjsp_wasm_reserve(this.face, length);
    this.refresh();
    if (at === 0 && length > 0) throw new IsolateError(-1, "no memory for the source");
    return at;
  }

  begin(task: TaskRecord, nowMs: number): Later<void> {
    const words = this.words;
    const at = (this.face >> 2) + TASK;
    words[at] = task.kind;
    words[at + 1] = task.source;
    words[at + 2] = task.sourceLength;
    words[at + 3] = task.filename;
    words[at + 4] = task.args;
    words[at + 5] = task.argsLength;
    words[at + 6] = task.globals;
    words[at + 7] = task.globalsLength;
    words[at + 8] = task.memoryLimit;
    words[at + 9] = task.inSession ? 1 : 0;
    this.floats[(at + 10) >> 1] = task.timeoutMs;
    return then(this.exports.qjsp_wasm_begin(this.face, nowMs), (status) => {
      this.refresh();
      if (status !== 0) throw new Error(`a task could not be begun (status ${status})`);
    });
  }

  /** Runs what can run. True: the task is done, and the getters below describe its end. */
  poll(nowMs: number): Later<boolean> {
    return then(this.exports.qjsp_wasm_poll(this.face, nowMs), () => {
      this.refresh();
      return this.words[(this.face >> 2) + POLL] === 0;
    });
  }

  /** Not done: when to poll again at the latest, on the clock that `poll` was given. */
  get wakeMs(): number {
    return this.floats[((this.face >> 2) + POLL + 2) >> 1]!;
  }

  get status(): number {
    return this.words[(this.face >> 2) + POLL + 4]! | 0;
  }

  get isDamaged(): boolean {
    return this.words[(this.face >> 2) + POLL + 5] !== 0;
  }

  /** Where the value or the error record lies: borrowed until `end`. */
  get value(): Uint8Array<ArrayBuffer> {
    const at = this.words[(this.face >> 2) + POLL + 6]!;
    return this.bytes.subarray(at, at + this.words[(this.face >> 2) + POLL + 7]!);
  }

  /** Byte strings of at least `min` bytes within the value: where their bytes are in it. */
  largeParts(min: number): Part[] {
    const parts: Part[] = [];
    const at = (this.face >> 2) + LARGE;
    while (this.exports.qjsp_wasm_next_large(this.face, min) !== 0) {
      parts.push({ at: this.words[at]!, length: this.words[at + 1]! });
    }
    return parts;
  }

  get memoryPeak(): number {
    return this.words[(this.face >> 2) + POLL + 12]!;
  }

  /** False: the isolate cannot be used again. */
  end(): Later<boolean> {
    return then(this.exports.qjsp_wasm_end(this.face), (status) => {
      this.refresh();
      return status === 0;
    });
  }

  // ---- state ----

  seal(): Later<void> {
    return then(this.exports.qjsp_wasm_seal(this.face), (status) => {
      this.refresh();
      if (status !== 0) throw new IsolateError(status, "no memory for the snapshot");
      this.snapshotBytes = this.exports.qjsp_wasm_snapshot_size(this.face);
    });
  }

  /** False: the isolate cannot be used again. */
  restore(): Later<boolean> {
    return then(this.exports.qjsp_wasm_restore(this.face), (status) => status === 0);
  }

  /** Whether the guest's memory ran out. May be asked after a trap. */
  get wasExhausted(): boolean {
    return this.exports.qjsp_wasm_was_exhausted(this.face) !== 0;
  }

  // ---- asynchronous host calls ----

  /** Fetches the next call into the getters below; false: there is none. */
  nextCall(): boolean {
    return this.exports.qjsp_wasm_next_call(this.face) !== 0;
  }

  get callId(): number {
    return this.floats[((this.face >> 2) + CALL) >> 1]!;
  }

  get callFunction(): number {
    return this.words[(this.face >> 2) + CALL + 2]!;
  }

  /** Borrowed until the next poll, resolve or end. */
  get callArgs(): Uint8Array {
    const at = this.words[(this.face >> 2) + CALL + 3]!;
    return this.bytes.subarray(at, at + this.words[(this.face >> 2) + CALL + 4]!);
  }

  /** Poll afterwards. A call that is no longer waited for is ignored. */
  resolve(id: number, isRejected: boolean, value: Uint8Array): void {
    const at = this.reserve(value.length);
    this.bytes.set(value, at);
    this.exports.qjsp_wasm_resolve(this.face, id, isRejected ? 1 : 0, at, value.length);
    this.refresh();
  }

  // ---- inside ----

  private refresh(): void {
    // growing the memory detaches the views of it; and looking at that is quick
    if (this.bytes !== undefined && this.bytes.length > 0) return;
    const buffer = this.memory.buffer as ArrayBuffer;
    this.bytes = new Uint8Array(buffer);
    this.words = new Uint32Array(buffer);
    this.floats = new Float64Array(buffer);
  }

  private configure(config: IsolateConfig): void {
    const at = (this.face >> 2) + CONFIG;
    const functions = packFunctions(config.functions);
    const mounts = packMounts(config.mounts);
    const modules = packModules(config.modules);
    // copied while the isolate is made
    const { globals } = config;
    const parts = [functions, globals, mounts, modules];
    let end = this.reserve(parts.reduce((sum, part) => sum + part.length, 0));
    const [functionsAt, globalsAt, mountsAt, modulesAt] = parts.map((part) => {
      this.bytes.set(part, end);
      end += part.length;
      return end - part.length;
    }) as [number, number, number, number];
    const seed = config.seed ?? 0n;
    this.words.set([config.memoryLimit, config.stackLimit, config.sourceLimit], at);
    this.words.set([config.resultLimit, config.consoleLimit], at + 3);
    this.words.set([config.isolation, Number(config.wantsConsole)], at + 8);
    this.words.set([Number(config.seed !== null), Number(config.clockMs !== null)], at + 10);
    this.words.set([Number(seed & 0xffffffffn), Number((seed >> 32n) & 0xffffffffn)], at + 12);
    this.floats[(at + 14) >> 1] = config.clockMs ?? 0;
    this.words.set([globalsAt, globals.length], at + 16);
    this.words.set([functionsAt, config.functions.length], at + 18);
    this.words.set([mountsAt, config.mounts.length, config.openFilesLimit], at + 20);
    this.words.set([modulesAt, config.modules.length, Number(config.stripsTypes)], at + 23);
    this.words.set([config.codeCacheLimit, Number(config.asksForModules)], at + 26);
  }

  private imports(host: IsolateHost, waits: boolean): Record<string, WebAssembly.ImportValue> {
    const text = (at: number, length: number): string =>
      decoder.decode(this.bytes.subarray(at, at + length));
    return {
      now: () => performance.now(),
      interrupt: () => host.interrupt(),
      console: (level: number, at: number, length: number): void => {
        this.refresh();
        host.console(level, this.bytes.subarray(at, at + length));
      },
      call: (index: number, at: number, length: number, out: number): number => {
        this.refresh();
        return this.answer(host.call(index, this.bytes.subarray(at, at + length)), out);
      },
      module: (spec: number, specLen: number, from: number, fromLen: number, out: number): number => {
        this.refresh();
        return this.answer(host.module(text(spec, specLen), text(from, fromLen)), out);
      },
      strip_types: (name: number, nameLen: number, source: number, len: number, out: number): number => {
        this.refresh();
        const bytes = this.bytes.subarray(source, source + len);
        return this.answer(host.stripTypes(text(name, nameLen), bytes), out);
      },
      file: (store: number, record: number, out: number): number => {
        this.refresh();
        return host.file(store, this, record, out);
      },
      file_wait: suspending(waits, (store: number, record: number, out: number) => {
        this.refresh();
        return host.fileLater(store, this, record, out);
      }),
    };
  }

  extend(buffer: number, length: number): number {
    const at = this.exports.qjsp_wasm_extend(buffer, length);
    this.refresh();
    return at;
  }

  private answer(answer: Answer, out: number): number {
    if (answer.bytes.length === 0) return answer.status;
    const at = this.extend(out, answer.bytes.length);
    if (at !== 0) this.bytes.set(answer.bytes, at);
    return answer.status;
  }
}

function packFunctions(functions: IsolateConfig["functions"]): Uint8Array {
  const text = functions.map((f) => (f.isBlocking ? "\u0001" : "\u0002") + f.name + "\0");
  return encoder.encode(text.join(""));
}

function packMounts(mounts: IsolateConfig["mounts"]): Uint8Array {
  const text = mounts.map(({ path, isReadOnly, waits }) => {
    const flags = MOUNT_EXISTS | (isReadOnly ? MOUNT_IS_READ_ONLY : 0) | (waits ? MOUNT_WAITS : 0);
    return `${String.fromCharCode(flags)}${path}\0`;
  });
  return encoder.encode(text.join(""));
}

function packModules(modules: IsolateConfig["modules"]): Uint8Array {
  const encoded = modules.map(({ specifier, source }) => [
    encoder.encode(`${specifier}\0`),
    encoder.encode(source),
  ]);
  const packed = new Uint8Array(encoded.flat().reduce((sum, part) => sum + part.length, 4 * modules.length));
  const view = new DataView(packed.buffer);
  let at = 0;
  for (const [specifier, source] of encoded as [Uint8Array, Uint8Array][]) {
    packed.set(specifier, at);
    view.setUint32(at + specifier.length, source.length, true);
    packed.set(source, at + specifier.length + 4);
    at += specifier.length + 4 + source.length;
  }
  return packed;
}

function suspending(
  isUsed: boolean,
  fn: (store: number, record: number, out: number) => Promise<number>,
): WebAssembly.ImportValue {
  return isUsed ? new integration.Suspending(fn as Suspended) : () => NaN;
}

function withSuspension(exports: WebAssembly.Exports): WebAssembly.Exports {
  const wrapped = SUSPENDED.map((name) => [name, integration.promising(exports[name])]);
  return { ...exports, ...Object.fromEntries(wrapped) } as WebAssembly.Exports;
}
