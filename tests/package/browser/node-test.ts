// SPDX-License-Identifier: MIT
// node:test for pages: as much of it as the tests use. Tests are declared while their file is
// loaded and run one after the other by `runDeclared`, so that a failure is nobody else's.

type Body = () => unknown;

export interface TestOptions {
  skip?: boolean | string;
  /** Milliseconds; a test that takes longer fails, and the next begins. */
  timeout?: number;
}

/** What is told of a test when it begins, and when it has ended. */
export type TestEvent =
  | { kind: "begin"; name: string }
  | { kind: "end"; name: string; isSkipped: boolean; failure: string | null };

interface Declared {
  name: string;
  options: TestOptions;
  body: Body;
}

/** The promise: it was heard. */
type Tell = (event: TestEvent) => Promise<void>;

class Suite {
  readonly items: (Declared | Suite)[] = [];
  readonly after: Body[] = [];
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const top = new Suite("");
let current = top;

export function test(name: string, options: TestOptions | Body, body?: Body): void {
  const [given, fn] = typeof options === "function" ? [{}, options] : [options, body!];
  if (fn.length > 0) throw new TypeError(`${name}: pages have no context of tests`);
  for (const key of Object.keys(given)) {
    if (key !== "skip" && key !== "timeout") throw new TypeError(`${name}: no option "${key}" in pages`);
  }
  current.items.push({ name, options: given, body: fn });
}

export function describe(name: string, declare: () => void): void {
  const outer = current;
  current = new Suite(name);
  outer.items.push(current);
  declare();
  current = outer;
}

/** Runs when the tests of the suite have. */
export function after(body: Body): void {
  current.after.push(body);
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  const head = `${error.name}: ${error.message}`;
  const stack = error.stack ?? "";
  const text = stack.includes(error.message) ? stack : `${head}\n${stack}`;
  return error.cause === undefined ? text : `${text}\ncause: ${textOf(error.cause)}`;
}

async function runBody(body: Body, timeout: number | undefined): Promise<void> {
  if (timeout === undefined) return void (await body());
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end within ${timeout} ms`)), timeout);
  });
  try {
    await Promise.race([body(), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function runOne(declared: Declared, tell: Tell): Promise<void> {
  const { name, options, body } = declared;
  const isSkipped = options.skip !== undefined && options.skip !== false;
  let failure: string | null = null;

  if (!isSkipped) {
    await tell({ kind: "begin", name }); // of a test that never lets go of the thread, too
    try {
      await runBody(body, options.timeout);
    } catch (error) {
      failure = textOf(error);
    }
  }
  void tell({ kind: "end", name, isSkipped, failure });
}

async function runSuite(suite: Suite, tell: Tell): Promise<void> {
  for (const item of suite.items) {
    if (item instanceof Suite) await runSuite(item, tell);
    else await runOne(item, tell);
  }
  for (const body of suite.after) {
    const name = `(after ${suite.name})`;
    let failure: string | undefined;
    await runBody(body, undefined).catch((error: unknown) => (failure = textOf(error)));
    if (failure !== undefined) void tell({ kind: "end", name, isSkipped: false, failure });
  }
}

/** Runs what was declared; `tell` hears of each test. */
export function runDeclared(tell: Tell): Promise<void> {
  return runSuite(top, tell);
}

export { textOf as textOfError };
