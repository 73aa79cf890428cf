// SPDX-License-Identifier: MIT
// What a pool says with `verbose: true`, as events. Those lines are the only public word on which
// worker a task runs and when it began; the pool has no other place to send them than the console,
// so this file stands in for `console.log` and `console.warn` and keeps the pool's lines to itself.
// Whatever else is printed goes on to the console. Guests cannot print: their console is an option
// of the pool, and what the pool quotes of them is on one line, behind its own words.

const PREFIX = "[WorkerPool] ";

export interface PoolListener {
  /** Any line, without its prefix. */
  onLine(text: string): void;
  onSubmitted(taskId: string): void;
  onStarted(taskId: string, workerId: number): void;
  onWorkerMade(workerId: number): void;
  /** It ended, was given up, or never came up. */
  onWorkerGone(workerId: number): void;
  /** Its promise is about to settle, after `runMs` on a worker. */
  onSettled(taskId: string, runMs: number): void;
}

const SUBMITTED = /^Executing (task-\d+): /;
const STARTED = /^Worker #(\d+): Starting (task-\d+)$/;
const MADE = /^Worker #(\d+): Spawning worker thread/;
const GONE = /^Worker #(\d+): (?:Lost: |Stopped$|Failed to start: )/;
const SETTLED = /^Task (task-\d+) (?:completed|failed) in ([\d.]+)ms /;

/** Tells `listener` of all pools of this page from now on. */
export function listenToPools(listener: PoolListener): void {
  for (const method of ["log", "warn"] as const) {
    const print = console[method].bind(console);
    console[method] = (...args: unknown[]) => {
      const [first] = args;
      if (typeof first === "string" && first.startsWith(PREFIX)) {
        tell(listener, first.slice(PREFIX.length));
      } else {
        print(...args);
      }
    };
  }
}

function tell(listener: PoolListener, text: string): void {
  listener.onLine(text);
  let match = SUBMITTED.exec(text);
  if (match !== null) listener.onSubmitted(match[1]!);
  match = STARTED.exec(text);
  if (match !== null) listener.onStarted(match[2]!, Number(match[1]));
  match = SETTLED.exec(text);
  if (match !== null) listener.onSettled(match[1]!, Number(match[2]));
  match = MADE.exec(text);
  if (match !== null) listener.onWorkerMade(Number(match[1]));
  match = GONE.exec(text);
  if (match !== null) listener.onWorkerGone(Number(match[1]));
}
