// SPDX-License-Identifier: MIT
// The options of a pool. Types only; options.ts has the defaults and checks the values.
import type { Mounts } from "./files.js";
import type { ConsoleHandler, HostFunctions, ModuleLoader, ModuleSource, TypeStripper } from "./host.js";
import type { TraceHandler } from "./trace.js";

/**
 * `"singlefile"`: every worker stands alone. `"wasmfs"`: workers share a file system.
 */
export type WorkerPoolVariant = "singlefile" | "wasmfs";

/** A compiled `WebAssembly.Module`, where the type of it is known. */
export type WasmModule = typeof globalThis extends {
  WebAssembly: { Module: { prototype: infer Module } };
}
  ? Module
  : never;

/** What of a `URL` is used. */
export interface UrlLike {
  readonly href: string;
}

/** Which built-in objects guests have; names and meaning as in quickjs-emscripten. */
export interface Intrinsics {
  BaseObjects?: boolean;
  Date?: boolean;
  Eval?: boolean;
  StringNormalize?: boolean;
  RegExp?: boolean;
  RegExpCompiler?: boolean;
  JSON?: boolean;
  Proxy?: boolean;
  MapSet?: boolean;
  TypedArrays?: boolean;
  Promise?: boolean;
  BigInt?: boolean;
}

/** Options of the guests' contexts, as in quickjs-emscripten. */
export interface WorkerContextOptions {
  /**
   * Built-in objects that guests have. If given, those not set to `true` are missing; if left
   * out, all are there.
   */
  intrinsics?: Intrinsics;
}

/**
 * Options of {@link newWorkerPool}. All are optional; `undefined` counts as left out. An unknown
 * name, a wrong type, a value out of range and two options that exclude each other are a
 * `TypeError` that names the option.
 */
export interface WorkerPoolOptions {
  /**
   * How many workers there can be, 1 to 4096. Default {@link getDefaultPoolSize}. They are started
   * when needed.
   */
  poolSize?: number;
  /** Workers that stay when idle, 0 to `poolSize`. Default 0. Only of use with `idleTimeout`. */
  minWorkers?: number;
  /** Milliseconds after which an idle worker above `minWorkers` ends. Default 0: never. */
  idleTimeout?: number;
  /**
   * Default `"singlefile"`. `"wasmfs"` mounts a file system that all workers share at `opfsMountPath`,
   * unless `mounts` has something there: in browsers `opfs("qjspool")`, elsewhere a new directory that is
   * removed with the pool.
   */
  variant?: WorkerPoolVariant;
  /** Where `"wasmfs"` is mounted: an absolute path. Default `"/data"`. */
  opfsMountPath?: string;
  /**
   * What guests see as files, by absolute path: {@link memory}, {@link hostDirectory}, {@link opfs}. They
   * have `std`, `os` and `fs` then. Default `{}`: no files.
   */
  mounts?: Mounts;
  /** Files that a guest may have open at a time, 0 to 65536; then `EMFILE`. Default 128. */
  openFilesLimit?: number;
  /**
   * Start all workers and run `bootstrapCode` in them before {@link newWorkerPool} resolves.
   * Default `false`.
   */
  preWarm?: boolean;
  /**
   * Milliseconds that a task may run, unless it says otherwise; fractions allowed. Default 0: no
   * limit.
   */
  defaultTimeout?: number;
  /**
   * Milliseconds that a task may wait for a worker, unless it says otherwise. Default 0: no limit.
   */
  defaultQueueTimeout?: number;
  /** Tasks that may wait; one more is refused with `QueueFullError`. Default 0: no limit. */
  maxQueueSize?: number;
  /**
   * Throw `MultiThreadingNotSupportedError` where workers cannot run. Default `false`: fall back to
   * the calling thread, with one warning that names the reason. Not together with
   * `forceSingleThreaded`.
   */
  forceMultiThreaded?: boolean;
  /** Run everything on the calling thread. Default `false`. */
  forceSingleThreaded?: boolean;
  /** Print what the pool does to `console.log`. Default `false`: nothing is printed. */
  verbose?: boolean;
  /** Options of the guests' contexts. */
  contextOptions?: WorkerContextOptions;

  /**
   * `"task"` (default): every `evalCode` starts from what `bootstrapCode` left, and sees nothing of
   * other tasks. `"worker"`: a worker's state stays from task to task, for the last bit of speed.
   */
  isolation?: "task" | "worker";
  /** Run once in every worker, before its first task. A script or a module. Default none. */
  bootstrapCode?: string;
  /**
   * Bytes of memory of each isolate, ArrayBuffers included: hard. 1 MiB to 3 GiB. Default 64 MiB.
   */
  memoryLimitBytes?: number;
  /**
   * Bytes of stack of each isolate, 64 KiB to 3 MiB. Default 512 KiB; the workers of browsers
   * have no room for more than 256 KiB, a calling thread for no more than 384 KiB, and use no more. Beyond
   * it the guest gets a `RangeError`.
   */
  maxStackSizeBytes?: number;
  /** Bytes of one value that crosses between guest and host. Default 16 MiB. 0: no limit. */
  resultLimitBytes?: number;
  /** Bytes of console output of one task; the rest is dropped. Default 64 KiB. 0: none is kept. */
  consoleLimitBytes?: number;
  /** Bytes of one source, as UTF-8. Default 16 MiB. 0: no limit. */
  sourceLimitBytes?: number;

  /**
   * Values put on the guests' `globalThis`, cloned, before `bootstrapCode` runs. A plain object.
   * Default `{}`.
   */
  globals?: Record<string, unknown>;
  /**
   * Functions that guests can call, and await; they run on the thread that made the pool. Default
   * `{}`.
   */
  hostFunctions?: HostFunctions;
  /**
   * The same, but the guest blocks until they settle. They need workers and SharedArrayBuffer;
   * where one is missing, {@link newWorkerPool} rejects. Default `{}`.
   */
  syncHostFunctions?: HostFunctions;
  /** Receives the guests' console output. Default: it is dropped. */
  onConsole?: ConsoleHandler;
  /**
   * Receives what workers do, as it happens, in the form that trace viewers read. Default: nobody is
   * told.
   */
  onTrace?: TraceHandler;
  /**
   * Modules that guests can import: sources by specifier, or a function that finds them. Default:
   * none.
   */
  modules?: Record<string, ModuleSource> | ModuleLoader;
  /**
   * Strips the types of `.ts` files that guests import from mounts. It runs on the thread that made the pool; its
   * result is kept with the compiled code. Default: such files cannot be imported.
   */
  stripTypes?: TypeStripper;
  /**
   * Bytes, in each worker, for what was compiled from files of mounts, with their sources: the next task that
   * imports them need not compile. Default 16 MiB. 0: nothing is kept.
   */
  codeCacheLimitBytes?: number;
  /**
   * A seed: `Math.random` and `crypto` repeat for every task. A finite number or a bigint. Default:
   * random.
   */
  random?: number | bigint;
  /**
   * `Date` and `performance` start here for every task, and stand still. Milliseconds since 1970 or
   * a Date. Default: the real time.
   */
  clock?: number | Date;

  /**
   * Where the Wasm of the isolate is: an address, its bytes, or compiled. Default: embedded in the
   * package.
   */
  wasmLocation?: string | UrlLike | WasmModule | ArrayBuffer | ArrayBufferView;
  /** Where the script of the workers is. Default: embedded in the package. */
  workerUrl?: string | UrlLike;
}
