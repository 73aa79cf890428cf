// SPDX-License-Identifier: MIT
// What a pool tells of its work, as it happens.

/**
 * One event of Chrome's trace event format, of which a list is a file that Perfetto and Chrome's
 * tracing page open: `JSON.stringify({ traceEvents })`. One row for each worker, one bar for each
 * task, from when the worker begins it until it answers (or is given up).
 *
 * @see https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 */
export interface TraceEvent {
  /**
   * `"B"`: a task begins on worker `tid`, `"E"`: it ends there. `"i"`: something happened to the
   * worker at that time. `"M"`: `args.name` is the name of the worker's row.
   */
  ph: "B" | "E" | "i" | "M";
  /** The task's id, or what happened: `"started"`, `"ready"`, `"ended"`, `"lost"`. */
  name: string;
  cat: "task" | "worker" | "__metadata";
  /** Microseconds, on the clock of `performance.now()` of the thread that made the pool. */
  ts: number;
  pid: 1;
  /** The worker's id. */
  tid: number;
  /** Of `"i"`: it is about its row only. */
  s?: "t";
  args?: {
    /** Of `"M"`. */
    name?: string;
    /** Of `"B"`: the first 50 characters of the code, quoted, control characters escaped. */
    code?: string;
    /** Of `"E"`. */
    outcome?: "ok" | "error" | "timeout" | "cancelled" | "crash";
    /** Of `"lost"`. */
    reason?: string;
  };
}

/** Receives each event. What it throws is ignored. */
export type TraceHandler = (event: TraceEvent) => void;
