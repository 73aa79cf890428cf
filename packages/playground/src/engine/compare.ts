// SPDX-License-Identifier: MIT
// The same work twice on the same pool: one task after the other, then all at once. Each task finds
// its number in the globals `part` and `parts`, so that code can share the work out. One more runs
// before, unmeasured: Wasm that was never run is slow, which would count against the first phase.
import type { Config } from "./config.js";
import type { Job, Runner, Started } from "./runner.js";
import type { Origin, TaskRecord } from "./task-record.js";

/** Two for each worker: enough to see a queue, and one slow worker does not decide all. */
const PARTS_PER_WORKER = 2;

export interface Phase {
  readonly name: "sequential" | "parallel";
  readonly tasks: readonly TaskRecord[];
  /** From the first submission to the last end. */
  readonly ms: number;
}

export interface Comparison {
  readonly workers: number;
  readonly isMultiThreaded: boolean;
  readonly parts: number;
  readonly sequential: Phase;
  /** null: a task failed before. */
  readonly parallel: Phase | null;
}

export function tasksOf({ sequential, parallel }: Comparison): TaskRecord[] {
  return [...sequential.tasks, ...(parallel?.tasks ?? [])];
}

/** Resolves after both phases, or after the first task that fails. */
export async function compare(runner: Runner, origin: Origin, config: Config): Promise<Comparison> {
  const pool = await runner.poolFor(config);
  const parts = pool.poolSize * PARTS_PER_WORKER;
  const start = (part: number, word: string): Started => {
    const note = `${word} ${part + 1}/${parts}`;
    const job: Job = { origin, timeoutMs: config.timeoutMs, note, globals: { part, parts } };
    return runner.start(job, pool);
  };
  const warmUp = await runInTurn(1, (part) => start(part, "warm-up"));
  const phases = isWhole(warmUp)
    ? await runBoth(parts, start)
    : { sequential: warmUp, parallel: null };
  const { isMultiThreaded } = pool;
  const workers = isMultiThreaded ? pool.poolSize : 1;
  return { workers, isMultiThreaded, parts, ...phases };
}

async function runBoth(
  parts: number,
  start: (part: number, word: string) => Started,
): Promise<Pick<Comparison, "sequential" | "parallel">> {
  const sequential = await runInTurn(parts, (part) => start(part, "sequential"));
  if (!isWhole(sequential)) return { sequential, parallel: null };
  return { sequential, parallel: await runAtOnce(parts, (part) => start(part, "parallel")) };
}

function isWhole(phase: Phase): boolean {
  return phase.tasks.every((task) => task.outcome === "ok");
}

async function runInTurn(parts: number, start: (part: number) => Started): Promise<Phase> {
  const began = performance.now();
  const tasks: TaskRecord[] = [];
  for (let part = 0; part < parts; part++) {
    const record = await start(part).done;
    tasks.push(record);
    if (record.outcome !== "ok") break;
  }
  return { name: "sequential", tasks, ms: performance.now() - began };
}

async function runAtOnce(parts: number, start: (part: number) => Started): Promise<Phase> {
  const began = performance.now();
  const started = Array.from({ length: parts }, (_, part) => start(part));
  const tasks = await Promise.all(started.map(({ done }) => done));
  return { name: "parallel", tasks, ms: performance.now() - began };
}
