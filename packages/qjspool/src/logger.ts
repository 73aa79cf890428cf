// SPDX-License-Identifier: MIT
// The lines of "Debugging with Verbose Mode": one method for each, called by the pool where
// `logger` is not null. Prints nothing that a guest can abuse: one line, printable characters,
// of a source its first 50 characters.
import { escapeLine, preview, quote } from "./preview.js";
import type { WorkerPoolOptions, WorkerTaskError, WorkerTaskResult } from "./types.js";

const PREFIX = "[WorkerPool]";
const MAX_MESSAGE = 120;

/** What of a pool the lines show. */
export interface PoolLoad {
  readonly poolSize: number;
  readonly busyWorkers: number;
  readonly queuedTasks: number;
}

/** The logger for a pool; null, so that callers can skip even the arguments, when not verbose. */
export function newLogger(isVerbose: boolean): Logger | null {
  return isVerbose ? new Logger() : null;
}

/** The one warning of a pool that wanted workers and could not have them. Not only when verbose. */
export function warnFallback(reason: string): void {
  console.warn(`${PREFIX} Running on the calling thread: ${escapeLine(reason)}`);
}

/** The other line: what the caller would take for shared is not. */
export function warnOwnMemory(path: string): void {
  console.warn(
    `${PREFIX} Mount ${JSON.stringify(path)}: memory() is private to each worker here, for want of ` +
      "SharedArrayBuffer; a page has it if it is cross-origin isolated",
  );
}

export class Logger {
  /** `given` is what the caller wrote, `poolSize` what became of it. */
  creatingPool(given: WorkerPoolOptions, poolSize: number): void {
    this.line(`Creating pool with options: ${showOptions(given, poolSize)}`);
  }

  initializing(isMultiThreaded: boolean, poolSize: number): void {
    if (isMultiThreaded) {
      this.line(`Initializing multi-threaded executor with ${poolSize} workers...`);
    } else {
      this.line("Initializing single-threaded executor...");
    }
  }

  poolCreated(isMultiThreaded: boolean): void {
    const mode = isMultiThreaded ? "MULTI-THREADED" : "SINGLE-THREADED";
    this.line(`Pool created successfully. Mode: ${mode}`);
  }

  poolClosing(load: PoolLoad): void {
    this.line(`Closing pool ${showLoad(load)}`);
  }

  poolDisposed(): void {
    this.line("Pool disposed");
  }

  /**
   * `started` counts this worker too. `why` is "lazy init" for one that a task needs, "pre-warm",
   * ...
   */
  creatingWorker(workerId: number, why: string, started: number, poolSize: number): void {
    this.line(`Creating new worker #${workerId} (${why}, ${started}/${poolSize})`);
  }

  workerSpawning(workerId: number): void {
    this.workerLine(workerId, "Spawning worker thread...");
  }

  workerReady(workerId: number): void {
    this.workerLine(workerId, "QuickJS runtime initialized");
  }

  workerFailed(workerId: number, reason: string): void {
    this.workerLine(workerId, `Failed to start: ${shorten(reason)}`);
  }

  /** It died, or was given up. */
  workerLost(workerId: number, reason: string): void {
    this.workerLine(workerId, `Lost: ${shorten(reason)}`);
  }

  workerStopped(workerId: number): void {
    this.workerLine(workerId, "Stopped");
  }

  /** When a task is submitted. */
  executing(taskId: string, source: string, load: PoolLoad): void {
    this.line(`Executing ${taskId}: ${quote(source)} ${showLoad(load)}`);
  }

  /** When a worker takes a task. */
  taskStarting(workerId: number, taskId: string): void {
    this.workerLine(workerId, `Starting ${taskId}`);
  }

  /** When a worker has answered. */
  taskAnswered(workerId: number, taskId: string, isOk: boolean): void {
    this.workerLine(workerId, `Task ${taskId} ${isOk ? "completed" : "failed"}`);
  }

  /** When a task's promise settles. `elapsedMs` is its run time. */
  taskSettled(taskId: string, elapsedMs: number, result: WorkerTaskResult): void {
    const time = `${elapsedMs.toFixed(2)}ms`;
    if (result.error) {
      this.line(`Task ${taskId} failed in ${time} Error: ${showError(result.error)}`);
    } else {
      this.line(`Task ${taskId} completed in ${time} Result: ${preview(result.value)}`);
    }
  }

  sessionCreated(sessionId: string, workerId: number): void {
    this.line(`Session ${sessionId} created on worker #${workerId}`);
  }

  sessionReleased(sessionId: string): void {
    this.line(`Session ${sessionId} released`);
  }

  /** Anything else worth a line. */
  line(text: string): void {
    console.log(`${PREFIX} ${text}`);
  }

  private workerLine(workerId: number, text: string): void {
    this.line(`Worker #${workerId}: ${text}`);
  }
}

function showLoad(load: PoolLoad): string {
  return `[busy: ${load.busyWorkers}/${load.poolSize}, queued: ${load.queuedTasks}]`;
}

function showError(error: WorkerTaskError): string {
  return shorten(`${error.name}: ${error.message}`);
}

function shorten(text: string): string {
  const line = escapeLine(text.slice(0, MAX_MESSAGE));
  return text.length > MAX_MESSAGE ? `${line}...` : line;
}

/** Options as the caller gave them, poolSize first: `{ poolSize: 4, verbose: true }`. */
function showOptions(given: WorkerPoolOptions, poolSize: number): string {
  const parts = [`poolSize: ${poolSize}`];
  for (const [name, value] of Object.entries(given)) {
    if (name !== "poolSize" && value !== undefined) parts.push(`${name}: ${showOption(value)}`);
  }
  return `{ ${parts.join(", ")} }`;
}

/** Primitives only: modules and functions are the caller's own, and long. */
function showOption(value: unknown): string {
  if (typeof value === "function") return "[function]";
  return typeof value === "object" && value !== null ? "{...}" : preview(value);
}
