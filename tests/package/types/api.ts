// SPDX-License-Identifier: MIT
// What a TypeScript user may rely on. Never run: compiled as .mts, .cts and .ts against the
// installed package. A line below @ts-expect-error must not compile.
import {
  MultiThreadingNotSupportedError,
  PoolDisposedError,
  QueueFullError,
  QuickJSWorkerPool,
  WorkerCrashError,
  WorkerPoolContext,
  WorkerTaskCancelledError,
  WorkerTaskTimeoutError,
  detectPlatform,
  getCapabilities,
  getDefaultPoolSize,
  getWorkerPool,
  getWorkerPoolSync,
  isMultiThreadingSupported,
  newWorkerPool,
  newWorkerPoolContext,
} from "qjspool";
import type {
  PoolStats,
  SessionEvalOptions,
  TaskHandle,
  WorkerEnabledContextOptions,
  WorkerEnabledContextResult,
  WorkerPoolContextResult,
  WorkerPoolEvalOptions,
  WorkerPoolOptions,
  WorkerPoolVariant,
  WorkerSession,
  WorkerTask,
  WorkerTaskError,
  WorkerTaskResult,
} from "qjspool";

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function holds<T extends true>(): T;

export async function options(signal: AbortSignal): Promise<void> {
  const all: WorkerPoolOptions = {
    poolSize: 4,
    variant: "singlefile",
    opfsMountPath: "/data",
    preWarm: true,
    defaultTimeout: 5000,
    maxQueueSize: 100,
    forceMultiThreaded: false,
    forceSingleThreaded: false,
    verbose: false,
    contextOptions: { intrinsics: { Date: true } },
    isolation: "task",
    memoryLimitBytes: 32 << 20,
    globals: { limit: 3, nested: { deep: [1n, new Map()] } },
    hostFunctions: {
      add: (a: number, b: number) => a + b,
      files: { read: async (path: string) => path.length },
    },
    syncHostFunctions: { now: () => Date.now() },
    onConsole: (level, args, { taskId, workerId }) => {
      holds<Equal<typeof taskId, string>>();
      holds<Equal<typeof workerId, number>>();
      console.log(level === "warn", args.length);
    },
    modules: async (specifier, importer) => `export default ${specifier.length + importer.length}`,
    random: 1n,
    clock: new Date(0),
    wasmLocation: new URL("file:///isolate.wasm"),
    workerUrl: "file:///worker.cjs",
  };
  await newWorkerPool(all);
  await newWorkerPool();
  await newWorkerPool({ modules: { a: "export default 1" }, wasmLocation: new Uint8Array(8) });
  // @ts-expect-error no such option
  await newWorkerPool({ poolsize: 4 });
  // @ts-expect-error a number
  await newWorkerPool({ poolSize: "4" });
  // @ts-expect-error one of two
  await newWorkerPool({ isolation: "process" });
  const pool = await getWorkerPool({ poolSize: 1 });
  holds<Equal<ReturnType<typeof getWorkerPoolSync>, typeof pool>>();
  await pool.evalCode("1", { timeout: 0.5, queueTimeout: 1, priority: 1, filename: "a.js", signal });
  // @ts-expect-error no such option
  await pool.evalCode("1", { timeOut: 1 });
}

export async function results(pool: QuickJSWorkerPool): Promise<string | undefined> {
  const result = await pool.evalCode("1 + 1");
  holds<Equal<typeof result, WorkerTaskResult<unknown>>>();
  const typed = await pool.evalCode<number>("1 + 1");
  if (typed.error) {
    holds<Equal<typeof typed.error, WorkerTaskError>>();
    const { name, message, stack, isTimeout } = typed.error;
    console.log(name, message, isTimeout === true);
    // @ts-expect-error there is no value beside an error
    typed.value.toFixed();
    return stack;
  }
  holds<Equal<typeof typed.value, number>>();
  // @ts-expect-error unknown until it is checked
  result.value.toFixed();
  if (result.value !== undefined) holds<Equal<typeof result.error, undefined>>();
  return typed.value.toFixed();
}

export async function poolFace(pool: QuickJSWorkerPool): Promise<void> {
  const task: WorkerTask = { code: "1", timeout: 10 };
  const handle: TaskHandle = pool.submit(task);
  holds<Equal<typeof handle.promise, Promise<WorkerTaskResult<unknown>>>>();
  const done: boolean = handle.cancel();
  console.log(done, handle.pending, handle.taskId.length);
  pool.submit({ call: (a: number, b: number) => a + b, args: [1, 2] });
  // @ts-expect-error neither code nor call
  pool.submit({ timeout: 1 });
  const batch = await pool.evalCodeBatch(["1", task]);
  holds<Equal<typeof batch, WorkerTaskResult<unknown>[]>>();
  await pool.call((a: number) => a, 1);
  const stats: PoolStats = pool.getStats();
  holds<Equal<typeof stats.waitMs.p99, number>>();
  // @ts-expect-error read only
  stats.poolSize = 3;
  const counts: number[] = [pool.busyWorkers, pool.availableWorkers, pool.queuedTasks, pool.activeSessionCount];
  const flags: boolean[] = [pool.isMultiThreaded, pool.alive];
  console.log(counts, flags);
  await pool.close();
  pool.dispose();
}

export async function sessions(pool: QuickJSWorkerPool): Promise<void> {
  using session: WorkerSession = await pool.createSession();
  const evalOptions: SessionEvalOptions = { timeout: 1000, filename: "repl.js" };
  const { value } = await session.evalCode<string>("'x'", evalOptions);
  holds<Equal<typeof value, string | undefined>>();
  holds<Equal<typeof session.sessionId, string>>();
  holds<Equal<typeof session.workerId, number>>();
  session.release();
  await using other = await newWorkerPool();
  console.log(other.alive);
}

export async function contexts(pool: QuickJSWorkerPool): Promise<void> {
  using context = newWorkerPoolContext(pool);
  holds<Equal<typeof context, WorkerPoolContext>>();
  const evalOptions: WorkerPoolEvalOptions = { timeout: 5 };
  const result: WorkerPoolContextResult = await context.evalCodeAsync("1", evalOptions);
  await context.evalCodeAsync("1", "file.js");
  context.unwrapResult(result);
  const enabled: WorkerEnabledContextOptions = { useSession: true, evalStrategy: "auto", poolSize: 2 };
  const variant: WorkerPoolVariant = "wasmfs";
  console.log(enabled, variant);
  declareResult({ value: { alive: true, dispose() {} } });
}
declare function declareResult(result: WorkerEnabledContextResult): void;

export function errors(error: unknown): string {
  if (error instanceof QueueFullError || error instanceof PoolDisposedError) return error.message;
  if (error instanceof WorkerTaskTimeoutError) return error.name;
  if (error instanceof WorkerTaskCancelledError || error instanceof WorkerCrashError) return error.name;
  if (error instanceof MultiThreadingNotSupportedError) return error.stack ?? "";
  return `${isMultiThreadingSupported()} ${getDefaultPoolSize().toFixed()} ${getCapabilities().jspi}`;
}

export const platform: "node" | "browser" = detectPlatform();
