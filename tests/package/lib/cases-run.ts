// SPDX-License-Identifier: MIT
// Runs conformance cases (lib/case-file.ts) through the package: settings become options of a
// pool, steps its tasks. Pools are kept between cases with the same settings. Expectations are
// evaluated by a pool of their own, each in a clean realm, once.
import assert from "node:assert/strict";
import {
  newWorkerPool,
  type QuickJSWorkerPool,
  type WorkerPoolOptions,
  type WorkerSession,
  type WorkerTaskResult,
} from "qjspool";
import { type Case, type CaseStep, settingOf, settingsOf } from "./case-file.js";
import { checkConsole, checkError, checkStack, endedByHostStack } from "./cases-check.js";
import { CaseHost } from "./cases-host.js";
import { runtime } from "./env.js";
import { type MountKind, mountsOf, writingFiles } from "./mounts.js";
import { type Mode, sleep } from "./pools.js";
import { difference } from "./same.js";

/** The most that `maxStackSizeBytes` takes; cases that ask for more get this. */
const MAX_STACK = 3 << 20;
/** The default of `maxStackSizeBytes`. */
const USUAL_STACK = 512 << 10;
const STEP_TIMEOUT_MS = 20_000;
const MAX_TRIES = 20;

/** Limits of the core that are no options of the JavaScript API. */
const CORE_LIMITS = ["depth", "timers", "calls"];

const LIMIT_OPTIONS = {
  result: "resultLimitBytes",
  console: "consoleLimitBytes",
  source: "sourceLimitBytes",
  files: "openFilesLimit",
} as const;

interface Place {
  pool: QuickJSWorkerPool;
  host: CaseHost;
  /** What is left of its mounts is removed. */
  removeMounts: (() => Promise<void>) | undefined;
}

export class CaseRunner {
  private readonly mode: Mode;
  private readonly mountKind: MountKind | undefined;
  private readonly places = new Map<string, Place>();
  /** Cases to come, by their settings; a pool is disposed of with the last of them. */
  private readonly uses = new Map<string, number>();
  private readonly expected = new Map<string, Promise<unknown>>();
  private oracle: Promise<QuickJSWorkerPool> | undefined;

  /** `mountKind`: what mounts of cases are. */
  constructor(mode: Mode, cases: readonly Case[], mountKind?: MountKind) {
    this.mode = mode;
    this.mountKind = mountKind;
    for (const c of cases) {
      if (this.skipReason(c) !== false) continue;
      this.uses.set(keyOf(c), (this.uses.get(keyOf(c)) ?? 0) + 1);
    }
  }

  skipReason(c: Case): string | false {
    const limits = settingsOf(c, "limit").map((text) => text.split(" ")[0]!);
    const limit = limits.find((name) => CORE_LIMITS.includes(name));

    if (limit !== undefined) return `the limit of ${limit} is no option here`;
    const needs = settingsOf(c, "needs");
    if (needs.includes("blocking") && !this.mode.canBlock) return "nothing can block";
    const lack = needs.find((need) => this.mountKind?.lacks?.includes(need));
    if (lack !== undefined) return `there are no ${lack} here`;
    const needsFiles = settingOf(c, "bootstrap") !== undefined && settingOf(c, "file") !== undefined;
    if (needsFiles && this.mountKind?.isOpen !== true) return "nothing is there before the bootstrap code";
    if (this.mountKind?.isOneForAll === false && (numberOf(c, "workers") ?? 1) > 1) {
      return "each worker has files of its own here";
    }
    if (Number(settingOf(c, "stack")) > MAX_STACK) {
      if (!this.mode.isThreaded) return "the calling thread's own stack is smaller";
      if (c.name.endsWith(": JSON.stringify")) return "it takes quadratic time";
    }
    if (c.name.startsWith("a chain of 5,000 modules") && (!this.mode.isThreaded || runtime !== "node")) {
      return "the thread's own stack ends in the engine's linking, which does not look at it";
    }
    if (c.name.startsWith("require in a circle of 3,000") && this.mode.isThreaded && /^(chromium|deno)/.test(runtime)) {
      return "workers have half the stack that this needs";
    }
    if (!("Float16Array" in globalThis) && c.steps.some((s) => s.source.includes("Float16Array"))) {
      return "this JavaScript has no Float16Array";
    }
    return false;
  }

  async run(c: Case): Promise<void> {
    const key = keyOf(c);
    const place = this.places.get(key) ?? (await this.newPlace(c));
    const left = this.uses.get(key)! - 1;

    this.uses.set(key, left);
    this.places.set(key, place);
    try {
      await this.runSteps(c, place);
    } finally {
      if (left === 0) await this.dropPlace(key);
    }
  }

  async dispose(): Promise<void> {
    for (const key of [...this.places.keys()]) await this.dropPlace(key);
    (await this.oracle)?.dispose();
  }

  private async dropPlace(key: string): Promise<void> {
    const place = this.places.get(key);
    this.places.delete(key);
    if (place === undefined) return;
    if (place.removeMounts === undefined) place.pool.dispose();
    else await place.pool.close();
    await place.removeMounts?.();
  }

  private async newPlace(c: Case): Promise<Place> {
    const host = new CaseHost();
    const made = this.mountKind === undefined ? undefined : await mountsOf(c, this.mountKind);
    const pool = await newPoolInTime({
      ...this.mode.options,
      ...host.options(this.mode.canBlock),
      ...(await this.optionsOf(c)),
      mounts: made?.mounts,
    });
    if (made !== undefined && made.files.length > 0) {
      const { error } = await pool.evalCode(writingFiles(made.files));
      if (error) throw new Error(`the files of ${c.file}:${c.line}: ${error.message}`);
    }
    return { host, pool, removeMounts: made?.remove };
  }

  private async optionsOf(c: Case): Promise<WorkerPoolOptions> {
    const options: WorkerPoolOptions = { poolSize: numberOf(c, "workers") ?? 1 };
    const stack = numberOf(c, "stack");

    options.defaultTimeout = numberOf(c, "timeout") ?? STEP_TIMEOUT_MS;
    options.memoryLimitBytes = numberOf(c, "memory");
    options.maxStackSizeBytes = stack === undefined ? stack : Math.min(stack, MAX_STACK);
    options.random = numberOf(c, "seed");
    options.clock = numberOf(c, "clock");
    options.bootstrapCode = settingOf(c, "bootstrap");
    if (settingOf(c, "isolation") === "worker") options.isolation = "worker";
    for (const text of settingsOf(c, "limit")) {
      const [name, n] = text.split(" ") as [keyof typeof LIMIT_OPTIONS, string];
      options[LIMIT_OPTIONS[name]] = Number(n);
    }
    options.globals = await this.globalsOf(c);
    options.modules = modulesOf(c);
    return options;
  }

  private async globalsOf(c: Case): Promise<Record<string, unknown>> {
    const globals: Record<string, unknown> = {};

    for (const text of settingsOf(c, "global")) {
      const space = text.indexOf(" ");
      const value = await this.expectation(text.slice(space));
      define(globals, text.slice(0, space), value);
    }
    return globals;
  }

  private expectation(expression: string): Promise<unknown> {
    let value = this.expected.get(expression);

    if (value === undefined) {
      value = this.ask(expression);
      this.expected.set(expression, value);
    }
    return value;
  }

  private async ask(expression: string): Promise<unknown> {
    this.oracle ??= newWorkerPool({ poolSize: 1 });
    const pool = await this.oracle;
    const { value, error } = await pool.evalCode(`(${expression}\n)`, {
      filename: "expectation.js",
    });
    if (error) throw new Error(`expectation ${expression}: ${error.name}: ${error.message}`);
    return value;
  }

  private async runSteps(c: Case, { pool, host }: Place): Promise<void> {
    const filename = settingOf(c, "filename");
    const call = settingOf(c, "call");
    const args = call === undefined ? [] : ((await this.expectation(call)) as unknown[]);
    const session = settingOf(c, "session") === undefined ? undefined : await pool.createSession();
    const failures: string[] = [];

    host.takeConsole();
    for (const step of c.steps) {
      const result = await runStep({
        pool,
        session,
        step,
        filename,
        args,
        isCall: call !== undefined,
      });
      failures.push(...(await this.checkStep(c, step, result, host.takeConsole())));
    }
    session?.release();
    if (failures.length > 0) assert.fail(failures.join("\n"));
  }

  private async checkStep(
    c: Case,
    step: CaseStep,
    result: WorkerTaskResult,
    printed: string[],
  ): Promise<string[]> {
    const found: (string | undefined)[] = [];

    if (this.isExcused(c, step) && endedByHostStack(step, result)) return [];
    for (const check of step.checks) {
      if (check.kind === ">") found.push(await this.checkValue(result, check.text));
      else if (check.kind === "!") found.push(checkError(result, check.text));
      else if (check.kind === "&") found.push(await this.checkRecord(result, check.text));
      else if (check.kind !== "#") found.push(checkStack(result, check.kind, check.text));
    }
    found.push(checkConsole(step, printed));
    const place = `${c.file}:${step.line}`;
    return found.filter((text) => text !== undefined).map((text) => `${place}: ${text}`);
  }

  /** All but the last step, which shows that the worker is as good as new. */
  private isExcused(c: Case, step: CaseStep): boolean {
    const stack = numberOf(c, "stack") ?? USUAL_STACK;
    const isTight = stack > USUAL_STACK || !this.mode.isThreaded || runtime !== "node";
    return c.file === "deep.cases" && step !== c.steps.at(-1) && isTight;
  }

  private async checkValue(result: WorkerTaskResult, want: string): Promise<string | undefined> {
    if (result.error) {
      const { name, message, stack } = result.error;
      return `${name}: ${message} instead of ${want}\n${stack ?? ""}`;
    }
    const found = difference(result.value, await this.expectation(want));
    return found === undefined ? undefined : `${found}, where ${want} was expected`;
  }

  private async checkRecord(result: WorkerTaskResult, want: string): Promise<string | undefined> {
    if (!result.error) return undefined;
    const { stack: _, ...record } = result.error;
    const found = difference(record, await this.expectation(want));
    return found === undefined ? undefined : `record ${found}, where ${want} was expected`;
  }
}

/** Chromium has room for about 100 memories, and takes its time to end workers that are closed. */
async function newPoolInTime(options: WorkerPoolOptions): Promise<QuickJSWorkerPool> {
  for (let i = 0; ; i++) {
    try {
      return await newWorkerPool(options);
    } catch (error) {
      const isForWant = error instanceof Error && error.message.includes("could not allocate memory");
      if (!isForWant || i === MAX_TRIES) throw error;
      await sleep(500);
    }
  }
}

/** What of a case makes the pool. State of a worker, and files, are nobody else's: such pools are not shared. */
function keyOf(c: Case): string {
  const settings = c.settings.filter((s) => !["session", "filename", "call"].includes(s.key));
  const isShared = settingOf(c, "isolation") !== "worker" && settingOf(c, "mount") === undefined;
  return JSON.stringify([settings, isShared ? "" : `${c.file}:${c.line}`]);
}

function numberOf(c: Case, key: string): number | undefined {
  const text = settingOf(c, key);
  return text === undefined ? undefined : Number(text);
}

/** An own property, also where the name is __proto__. */
function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** The first line of a module's setting is its specifier. */
function modulesOf(c: Case): Record<string, string> | undefined {
  const modules: Record<string, string> = {};
  const texts = settingsOf(c, "module");

  for (const text of texts) {
    const [specifier, ...lines] = text.split("\n");
    define(modules, specifier!, lines.join("\n"));
  }
  return texts.length === 0 ? undefined : modules;
}

function runStep(run: {
  pool: QuickJSWorkerPool;
  session: WorkerSession | undefined;
  step: CaseStep;
  filename: string | undefined;
  args: unknown[];
  isCall: boolean;
}): Promise<WorkerTaskResult> {
  const { pool, session, step, filename, args } = run;

  if (session !== undefined) return session.evalCode(step.source, { filename });
  if (!run.isCall) return pool.evalCode(step.source, { filename });
  return pool.submit({ call: step.source, args, filename }).promise;
}
