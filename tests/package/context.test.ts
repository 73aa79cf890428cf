// SPDX-License-Identifier: MIT
// WorkerPoolContext over a pool that only remembers, errors as data and as exceptions, and the
// holder of the shared pool. Unit tests of sources; no worker is started.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPoolContext, type PoolForContext } from "../../packages/qjspool/src/context.js";
import { disposeSymbol } from "../../packages/qjspool/src/dispose.js";
import {
  MultiThreadingNotSupportedError,
  PoolDisposedError,
  QueueFullError,
  WorkerCrashError,
  WorkerTaskCancelledError,
  WorkerTaskTimeoutError,
} from "../../packages/qjspool/src/errors.js";
import { PoolHolder } from "../../packages/qjspool/src/pool-holder.js";
import {
  cancelledError,
  crashError,
  queueTimeoutError,
  taskErrorFromRecord,
  timeoutError,
  toException,
} from "../../packages/qjspool/src/task-error.js";
import type { WorkerPoolOptions, WorkerTaskError } from "../../packages/qjspool/src/types.js";

class FakePool implements PoolForContext {
  alive = true;
  isMultiThreaded = true;
  calls: unknown[] = [];
  async evalCode(code: string, options?: unknown) {
    this.calls.push([code, options]);
    return { value: code };
  }
  async evalCodeBatch(tasks: readonly unknown[]) {
    this.calls.push(tasks);
    return tasks.map((value) => ({ value }));
  }
}

test("evalCodeAsync passes a file name, options, or nothing", async () => {
  const pool = new FakePool();
  const context = newWorkerPoolContext(pool);
  const options = { timeout: 5 };
  assert.deepEqual(await context.evalCodeAsync("1 + 1"), { value: "1 + 1" });
  await context.evalCodeAsync("2", "test.js");
  await context.evalCodeAsync("3", options);
  assert.deepEqual(pool.calls, [
    ["1 + 1", undefined],
    ["2", { filename: "test.js" }],
    ["3", options],
  ]);
});

test("evalCodeBatch takes texts and tasks, and answers in order", async () => {
  const context = newWorkerPoolContext(new FakePool());
  const results = await context.evalCodeBatch(["1", { code: "2", timeout: 5 }]);
  assert.deepEqual(results, [{ value: "1" }, { value: { code: "2", timeout: 5 } }]);
});

test("after dispose calls reject, the pool lives on, and again is fine", async () => {
  const pool = new FakePool();
  const context = newWorkerPoolContext(pool);
  assert.equal(context.alive, true);
  context.dispose();
  context.dispose();
  assert.equal(context.alive, false);
  assert.equal(pool.alive, true);
  const refused = { code: "ERR_QJSPOOL_CONTEXT_DISPOSED", message: "the context was disposed of" };
  await assert.rejects(context.evalCodeAsync("1"), refused);
  await assert.rejects(context.evalCodeBatch(["1"]), refused);
  assert.deepEqual(pool.calls, []);
});

test("a context is not alive without its pool", () => {
  const pool = new FakePool();
  const context = newWorkerPoolContext(pool);
  pool.alive = false;
  assert.equal(context.alive, false);
});

test("`using` disposes of a context", () => {
  const context = newWorkerPoolContext(new FakePool());
  {
    using scoped = context;
    assert.equal(scoped.alive, true);
  }
  assert.equal(context.alive, false);
  assert.equal(typeof context[disposeSymbol], "function");
});

test("what is no pool is refused", () => {
  assert.throws(() => newWorkerPoolContext({} as PoolForContext), TypeError);
  assert.throws(() => newWorkerPoolContext(null as unknown as PoolForContext), TypeError);
});

test("unwrapResult returns the value, undefined as well", () => {
  const context = newWorkerPoolContext(new FakePool());
  assert.equal(context.unwrapResult({ value: 5 }), 5);
  assert.equal(context.unwrapResult({ value: undefined }), undefined);
  assert.throws(() => context.unwrapResult(undefined as never), TypeError);
});

test("unwrapResult throws an Error that keeps the original within reach", () => {
  const context = newWorkerPoolContext(new FakePool());
  const error = { name: "TypeError", message: "no", stack: "    at f (eval.js:1:2)\n" };
  assert.throws(
    () => context.unwrapResult({ error }),
    (thrown: TypeError & { taskError?: WorkerTaskError }) => {
      assert.ok(thrown instanceof TypeError);
      assert.equal(thrown.taskError, error);
      assert.ok(thrown.stack?.startsWith("TypeError: no\n    at f (eval.js:1:2)\nHost: "));
      return true;
    },
  );
});

const classes: [error: WorkerTaskError, errorClass: new () => Error, name: string][] = [
  [{ name: "Error", message: "m" }, Error, "Error"],
  [{ name: "RangeError", message: "m" }, RangeError, "RangeError"],
  [{ name: "SyntaxError", message: "m" }, SyntaxError, "SyntaxError"],
  [{ name: "MemoryLimitError", message: "m" }, Error, "MemoryLimitError"],
  [{ name: "", message: "m" }, Error, ""],
  [{ name: "TimeoutError", message: "m" }, Error, "TimeoutError"],
  [timeoutError(5), WorkerTaskTimeoutError, "WorkerTaskTimeoutError"],
  [cancelledError(), WorkerTaskCancelledError, "WorkerTaskCancelledError"],
  [crashError(), WorkerCrashError, "WorkerCrashError"],
];

for (const [error, errorClass, name] of classes) {
  test(`${JSON.stringify(error.name)} becomes ${errorClass.name} (${name})`, () => {
    const exception = toException(error);
    assert.ok(exception instanceof errorClass);
    assert.equal(exception.name, name);
    assert.equal(exception.message, error.message);
    assert.equal(errorClass !== Error || Object.getPrototypeOf(exception) === Error.prototype, true);
  });
}

test("an exception has the guest's cause, only if there was one, and its errors", () => {
  const cause = new RangeError("deep");
  assert.equal(toException({ name: "Error", message: "", cause }).cause, cause);
  assert.equal(Object.hasOwn(toException({ name: "Error", message: "" }), "cause"), false);
  const errors = [new Error("a"), 5];
  const aggregate = toException({ name: "AggregateError", message: "all", errors });
  assert.ok(aggregate instanceof AggregateError);
  assert.deepEqual(aggregate.errors, errors);
});

const records: [name: string, record: unknown, status: number, want: WorkerTaskError][] = [
  ["a guest's error", { name: "TypeError", message: "m", stack: "s" }, -6, { name: "TypeError", message: "m", stack: "s" }],
  ["a thrown undefined", { name: "Error", message: "undefined", value: undefined }, -6, { name: "Error", message: "undefined", value: undefined }],
  ["a cause that is null", { name: "Error", message: "", cause: null }, -6, { name: "Error", message: "", cause: null }],
  ["a timeout", { name: "TimeoutError", message: "late" }, -9, { name: "TimeoutError", message: "late", isTimeout: true }],
  ["a guest's own TimeoutError", { name: "TimeoutError", message: "fake", isTimeout: true }, -6, { name: "TimeoutError", message: "fake" }],
  ["a timeout under another name", { name: "Odd", message: "late" }, -9, { name: "TimeoutError", message: "late", isTimeout: true }],
  ["a cancellation without a record", undefined, -8, cancelledError()],
  ["a crash without a record", null, -10, crashError()],
  ["a closed pool", undefined, -7, { name: "PoolDisposedError", message: "the pool was disposed of" }],
  ["garbage", 5, -6, { name: "Error", message: "" }],
  ["fields of wrong types", { name: 1, message: {}, stack: [], errors: "x" }, -6, { name: "Error", message: "" }],
  ["inherited fields", Object.create({ name: "X", cause: 1 }), -6, { name: "Error", message: "" }],
];

for (const [name, record, status, want] of records) {
  test(`a record becomes an error: ${name}`, () => {
    assert.deepEqual(taskErrorFromRecord(record, status), want);
  });
}

test("times in messages are short", () => {
  assert.match(timeoutError(0.1 + 0.2).message, / after 0\.3 ms$/);
  assert.match(queueTimeoutError(1000).message, / longer than 1000 ms in the queue$/);
  assert.equal(queueTimeoutError(1).isTimeout, true);
});

const thrown: [error: Error & { code?: string }, name: string, code: string][] = [
  [new PoolDisposedError(), "PoolDisposedError", "ERR_QJSPOOL_DISPOSED"],
  [new QueueFullError(), "QueueFullError", "ERR_QJSPOOL_QUEUE_FULL"],
  [new MultiThreadingNotSupportedError(), "MultiThreadingNotSupportedError", "ERR_QJSPOOL_NO_WORKERS"],
  [new WorkerTaskTimeoutError("m"), "WorkerTaskTimeoutError", "ERR_QJSPOOL_TASK_TIMEOUT"],
  [new WorkerTaskCancelledError("m"), "WorkerTaskCancelledError", "ERR_QJSPOOL_TASK_CANCELLED"],
  [new WorkerCrashError("m"), "WorkerCrashError", "ERR_QJSPOOL_WORKER_CRASH"],
];

for (const [error, name, code] of thrown) {
  test(`${name} has its name and code`, () => {
    assert.ok(error instanceof Error);
    assert.equal(error.name, name);
    assert.equal(error.code, code);
    assert.equal(String(error), `${name}: ${error.message}`);
    assert.notEqual(error.message, "");
  });
}

function holderOf(made: (WorkerPoolOptions | undefined)[], failures = 0) {
  return new PoolHolder(async (options) => {
    made.push(options);
    await null;
    if (made.length <= failures) throw new Error("no pool");
    return { alive: true as boolean };
  });
}

test("first calls at once share one pool", async () => {
  const made: (WorkerPoolOptions | undefined)[] = [];
  const holder = holderOf(made);
  assert.equal(holder.peek(), null);
  const [a, b] = await Promise.all([holder.get({ poolSize: 2 }), holder.get(undefined)]);
  assert.equal(a, b);
  assert.equal(holder.peek(), a);
  assert.equal(await holder.get({ poolSize: 2, verbose: false }), a);
  assert.deepEqual(made, [{ poolSize: 2 }]);
});

test("a failed creation is tried again by the next call", async () => {
  const made: (WorkerPoolOptions | undefined)[] = [];
  const holder = holderOf(made, 1);
  const first = await Promise.allSettled([holder.get(undefined), holder.get(undefined)]);
  assert.deepEqual(first.map((outcome) => outcome.status), ["rejected", "rejected"]);
  assert.equal(holder.peek(), null);
  assert.equal((await holder.get(undefined)).alive, true);
  assert.equal(made.length, 2);
});

test("a creation that fails at once is tried again too", async () => {
  let calls = 0;
  const holder = new PoolHolder(() => {
    calls += 1;
    if (calls === 1) throw new Error("no pool");
    return Promise.resolve({ alive: true });
  });
  await assert.rejects(holder.get(undefined), { message: "no pool" });
  assert.equal((await holder.get(undefined)).alive, true);
});

test("a pool that was disposed of is followed by a new one, with its own options", async () => {
  const made: (WorkerPoolOptions | undefined)[] = [];
  const holder = holderOf(made);
  const pool = await holder.get({ poolSize: 2 });
  pool.alive = false;
  assert.equal(holder.peek(), null);
  assert.notEqual(await holder.get({ poolSize: 3 }), pool);
  assert.deepEqual(made, [{ poolSize: 2 }, { poolSize: 3 }]);
});

test("a later call that wants another pool is refused where that can be told", async () => {
  const holder = holderOf([]);
  const pool = await holder.get({ poolSize: 2, hostFunctions: { f: () => 1 } });
  const refused = (name: string) => ({
    name: "TypeError",
    message: new RegExp(`made with another "${name}"`),
  });
  await assert.rejects(holder.get({ poolSize: 3 }), refused("poolSize"));
  await assert.rejects(holder.get({ verbose: true }), refused("verbose"));
  assert.equal(await holder.get({ hostFunctions: { f: () => 1 }, poolSize: undefined }), pool);
});
