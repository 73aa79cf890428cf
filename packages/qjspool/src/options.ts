// SPDX-License-Identifier: MIT
// The options of a pool: their defaults, and what they must be. Whatever leaves this file is
// complete and right, so that nobody behind it checks again. Starts nothing, fetches nothing.
import { getDefaultPoolSize } from "./capabilities.js";
import {
  badOption,
  checkKeys,
  toBag,
  toBoolean,
  toChoice,
  toFunction,
  toInteger,
  toMilliseconds,
  toPlainObject,
  toText,
} from "./options/checks.js";
import { toClockMs, toSeed } from "./options/determinism.js";
import { MIN_MEMORY_BYTES, newDefaultTask, type ResolvedTask } from "./options/eval-options.js";
import {
  flattenHostFunctions,
  globalNameOf,
  type ResolvedHostFunction,
} from "./options/host-functions.js";
import { toMounts, type ResolvedMount } from "./options/mounts.js";
import { toIntrinsics } from "./options/intrinsics.js";
import { toWasmSource, toWorkerUrl, type WasmSource } from "./options/locations.js";
import type {
  ConsoleHandler,
  ModuleLoader,
  TraceHandler,
  TypeStripper,
  WorkerPoolOptions,
} from "./types.js";

export {
  checkCode,
  resolveEvalOptions,
  resolveTask,
  type ResolvedTask,
} from "./options/eval-options.js";
export type { ResolvedHostFunction } from "./options/host-functions.js";
export type { WasmSource } from "./options/locations.js";

const KIB = 2 ** 10;
const MIB = 2 ** 20;
const GIB = 2 ** 30;
const UINT32_MAX = 2 ** 32 - 1; // sizes are 32 bits wide in the Wasm
const MAX_WORKERS = 4096; // QJSP_SCHED_MAX_WORKERS
const MAX_OPEN_FILES = 65536;

/**
 * What an option is when nobody says so. Those that are missing have no default, or a computed one.
 */
export const DEFAULTS = Object.freeze({
  minWorkers: 0,
  idleTimeout: 0,
  variant: "singlefile",
  opfsMountPath: "/data",
  openFilesLimit: 128,
  codeCacheLimitBytes: 16 * MIB,
  preWarm: false,
  defaultTimeout: 0,
  defaultQueueTimeout: 0,
  maxQueueSize: 0,
  forceMultiThreaded: false,
  forceSingleThreaded: false,
  verbose: false,
  isolation: "task",
  bootstrapCode: "",
  memoryLimitBytes: 64 * MIB,
  maxStackSizeBytes: 512 * KIB,
  resultLimitBytes: 16 * MIB,
  consoleLimitBytes: 64 * KIB,
  sourceLimitBytes: 16 * MIB,
} as const satisfies WorkerPoolOptions);

const POOL_KEYS: readonly string[] = [
  "poolSize",
  ...Object.keys(DEFAULTS),
  "contextOptions",
  "globals",
  "hostFunctions",
  "syncHostFunctions",
  "onConsole",
  "onTrace",
  "modules",
  "mounts",
  "stripTypes",
  "random",
  "clock",
  "wasmLocation",
  "workerUrl",
];

/** A module that guests can import. */
export interface ResolvedModule {
  readonly specifier: string;
  readonly source: string;
}

/** The options of a pool, complete. `null` where there is none. */
export interface ResolvedOptions {
  readonly poolSize: number;
  readonly minWorkers: number;
  readonly idleTimeoutMs: number; // 0: never
  readonly preWarm: boolean;
  readonly maxQueueSize: number; // 0: no limit
  readonly forceMultiThreaded: boolean;
  readonly forceSingleThreaded: boolean;
  readonly verbose: boolean;
  readonly isolation: "task" | "worker";
  readonly bootstrapCode: string; // "": none
  readonly memoryLimitBytes: number;
  readonly maxStackSizeBytes: number;
  readonly resultLimitBytes: number; // 0: no limit
  readonly consoleLimitBytes: number; // 0: none kept
  readonly sourceLimitBytes: number; // 0: no limit
  readonly globals: Record<string, unknown> | null;
  /** Asynchronous ones first; the index is the number on the wire. */
  readonly hostFunctions: readonly ResolvedHostFunction[];
  readonly hasSyncHostFunctions: boolean;
  readonly onConsole: ConsoleHandler | null;
  readonly onTrace: TraceHandler | null;
  readonly modules: readonly ResolvedModule[];
  readonly moduleLoader: ModuleLoader | null;
  readonly mounts: readonly ResolvedMount[];
  readonly openFilesLimit: number;
  readonly stripTypes: TypeStripper | null;
  readonly codeCacheLimitBytes: number; // 0: nothing is kept
  readonly seed: bigint | null; // 64 bits, unsigned
  readonly clockMs: number | null;
  readonly wasm: WasmSource;
  readonly workerUrl: string | URL | null;
  /** Names of quickjs-emscripten's intrinsics that guests have; null: all. */
  readonly intrinsics: readonly string[] | null;
  /** The task of a caller that gives no options. */
  readonly defaultTask: ResolvedTask;
}

/**
 * Checks and completes the options of a pool.
 *
 * @throws TypeError that names the option: unknown, of a wrong type, out of its range, or in
 * conflict with another.
 */
export function resolveOptions(options: WorkerPoolOptions | undefined): ResolvedOptions {
  const given: WorkerPoolOptions = options === undefined ? {} : toBag(options, "options");
  checkKeys(given, POOL_KEYS);
  const resolved = {
    ...resolveWorkers(given),
    ...resolveLimits(given),
    ...resolveGuest(given),
    wasm: toWasmSource(given.wasmLocation),
    workerUrl: toWorkerUrl(given.workerUrl),
    verbose: toBoolean(given.verbose, "verbose", DEFAULTS.verbose),
    defaultTask: newDefaultTask(
      toMilliseconds(given.defaultTimeout, "defaultTimeout", DEFAULTS.defaultTimeout),
      toMilliseconds(
        given.defaultQueueTimeout,
        "defaultQueueTimeout",
        DEFAULTS.defaultQueueTimeout,
      ),
    ),
  };
  checkConflicts(resolved);
  return Object.freeze(resolved);
}

function resolveWorkers(given: WorkerPoolOptions) {
  const poolSize = toInteger(given.poolSize, "poolSize", 0, 1, MAX_WORKERS) || getDefaultPoolSize();
  const { minWorkers, idleTimeout, maxQueueSize } = given;
  const { forceMultiThreaded, forceSingleThreaded } = given;
  return {
    poolSize,
    minWorkers: toInteger(minWorkers, "minWorkers", DEFAULTS.minWorkers, 0, poolSize),
    idleTimeoutMs: toMilliseconds(idleTimeout, "idleTimeout", DEFAULTS.idleTimeout),
    preWarm: toBoolean(given.preWarm, "preWarm", DEFAULTS.preWarm),
    maxQueueSize: toInteger(maxQueueSize, "maxQueueSize", DEFAULTS.maxQueueSize, 0, UINT32_MAX),
    forceMultiThreaded: toBoolean(forceMultiThreaded, "forceMultiThreaded", false),
    forceSingleThreaded: toBoolean(forceSingleThreaded, "forceSingleThreaded", false),
  };
}

function resolveLimits(given: WorkerPoolOptions) {
  const size = (name: keyof WorkerPoolOptions & keyof typeof DEFAULTS, min: number, max: number) =>
    toInteger(given[name], name, DEFAULTS[name] as number, min, max);
  return {
    memoryLimitBytes: size("memoryLimitBytes", MIN_MEMORY_BYTES, 3 * GIB),
    maxStackSizeBytes: size("maxStackSizeBytes", 64 * KIB, 3 * MIB),
    resultLimitBytes: size("resultLimitBytes", 0, UINT32_MAX),
    consoleLimitBytes: size("consoleLimitBytes", 0, UINT32_MAX),
    sourceLimitBytes: size("sourceLimitBytes", 0, UINT32_MAX),
    openFilesLimit: size("openFilesLimit", 0, MAX_OPEN_FILES),
    codeCacheLimitBytes: size("codeCacheLimitBytes", 0, GIB),
  };
}

function resolveGuest(given: WorkerPoolOptions) {
  const hostFunctions = flattenHostFunctions(given.hostFunctions, given.syncHostFunctions);
  const isLoader = typeof given.modules === "function";
  if (given.bootstrapCode !== undefined && typeof given.bootstrapCode !== "string") {
    throw badOption("bootstrapCode", "a string", given.bootstrapCode);
  }
  return {
    isolation: toChoice(given.isolation, "isolation", DEFAULTS.isolation, ["task", "worker"]),
    bootstrapCode: given.bootstrapCode ?? DEFAULTS.bootstrapCode,
    globals: toPlainObject(given.globals, "globals"),
    hostFunctions,
    hasSyncHostFunctions: hostFunctions.some((entry) => entry.isSync),
    onConsole: toFunction<ConsoleHandler>(given.onConsole, "onConsole"),
    onTrace: toFunction<TraceHandler>(given.onTrace, "onTrace"),
    modules: isLoader ? [] : toModules(given.modules),
    moduleLoader: isLoader ? (given.modules as ModuleLoader) : null,
    mounts: toMounts(given),
    stripTypes: toFunction<TypeStripper>(given.stripTypes, "stripTypes"),
    seed: toSeed(given.random),
    clockMs: toClockMs(given.clock),
    intrinsics: toIntrinsics(given.contextOptions),
  };
}

function toModules(value: unknown): ResolvedModule[] {
  const table = value === undefined ? {} : toPlainObject(value, "modules");
  return Object.entries(table ?? {}).map(([specifier, source]) => {
    toText(specifier, "modules", "");
    if (typeof source !== "string") throw badOption(`modules.${specifier}`, "a string", source);
    return { specifier, source };
  });
}

type Checked = Pick<
  ResolvedOptions,
  | "forceMultiThreaded"
  | "forceSingleThreaded"
  | "hostFunctions"
  | "hasSyncHostFunctions"
  | "globals"
>;

function checkConflicts(options: Checked): void {
  if (options.forceMultiThreaded && options.forceSingleThreaded) {
    throw new TypeError(
      'options "forceMultiThreaded" and "forceSingleThreaded" exclude each other',
    );
  }
  if (options.hasSyncHostFunctions && options.forceSingleThreaded) {
    throw new TypeError(
      'option "syncHostFunctions" needs workers: it excludes "forceSingleThreaded"',
    );
  }
  for (const { name, isSync } of options.hostFunctions) {
    const top = globalNameOf(name);
    if (options.globals !== null && Object.hasOwn(options.globals, top)) {
      const table = isSync ? "syncHostFunctions" : "hostFunctions";
      throw new TypeError(`options "globals" and "${table}" both define "${top}"`);
    }
  }
}
