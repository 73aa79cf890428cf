// SPDX-License-Identifier: MIT
// Tasks of many bytes that are lined up on a busy worker: they are sent when their turn comes, since
// what is called back again and again must not be copied each time. Order and ends stay as they are.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool } from "qjspool";
import { ByteReader, ByteWriter } from "../../packages/qjspool/src/bytes.js";
import { Task } from "../../packages/qjspool/src/driver/task.js";
import { WorkerHandle, type WorkerEvents } from "../../packages/qjspool/src/driver/worker-handle.js";
import type { ResolvedTask } from "../../packages/qjspool/src/options.js";
import { FromWorker, Status, ToWorker } from "../../packages/qjspool/src/protocol.js";
import { newSharedBuffer, WorkerRing } from "../../packages/qjspool/src/ring.js";
import { needs } from "./lib/needs.js";
import { deferred, errorOf, modes } from "./lib/pools.js";

const LARGE = "1;".padEnd(64 * 1024);

/** A handle, and the worker's end of its ring: this test is the worker. */
function makeWorker() {
  const shared = newSharedBuffer();
  const port = { onMessage() {}, onExit() {}, post() {}, terminate() {} };
  const done: number[] = [];
  const events = { onDone: (_: WorkerHandle, task: Task) => done.push(task.id) };
  const handle = new WorkerHandle(1, port, shared, events as Partial<WorkerEvents> as WorkerEvents);
  const ring = new WorkerRing(shared, () => {});
  const options = { filename: "eval.js", timeoutMs: 0, memoryLimitBytes: 0 } as ResolvedTask;
  let running: number[] = [];
  return {
    handle,
    done,
    run: (id: number, code: string) => handle.run(new Task(id, 0, options, code, null, null, false)),
    /** How many RUNs have come since it was last asked. */
    read(): number {
      const before = running.length;
      for (let frame = ring.next(); frame !== null; frame = ring.next()) {
        const reader = new ByteReader(frame);
        assert.equal(reader.u8(), ToWorker.run);
        reader.u8();
        running.push(reader.u32());
        ring.release();
        handle.drain(); // room is there again
      }
      return running.length - before;
    },
    answer(): void {
      const frame = new ByteWriter();
      frame.u8(FromWorker.done);
      frame.u32(running[0]!);
      frame.u32(Status.ok);
      running = running.slice(1);
      ring.send(frame.view());
      handle.drain();
    },
  };
}

test("a large task is sent once it is the next, and what is behind it after it", { skip: needs.sharedMemory }, () => {
  const worker = makeWorker();
  for (const [i, code] of ["1", "2", LARGE, "4", LARGE].entries()) worker.run(i + 1, code);
  assert.equal(worker.read(), 2);
  worker.answer();
  assert.equal(worker.read(), 0);
  worker.answer();
  assert.equal(worker.read(), 2);
  worker.answer();
  assert.equal(worker.read(), 0);
  worker.answer();
  assert.equal(worker.read(), 1);
  worker.answer();
  assert.deepEqual(worker.done, [1, 2, 3, 4, 5]);
});

test("a large task that is called back was never sent", { skip: needs.sharedMemory }, () => {
  const worker = makeWorker();
  for (const [i, code] of ["1", LARGE, "3"].entries()) worker.run(i + 1, code);
  assert.equal(worker.handle.recall(2), true);
  assert.equal(worker.handle.recall(2), false);
  assert.equal(worker.read(), 1);
  worker.answer();
  assert.equal(worker.read(), 1);
  worker.answer();
  assert.deepEqual(worker.done, [1, 3]);
});

for (const mode of modes) {
  test(`${mode.name}: large and small tasks in one line`, async () => {
    const gate = deferred();
    using pool = await newWorkerPool({
      ...mode.options,
      poolSize: 1,
      hostFunctions: { wait: () => gate.promise },
    });
    const first = pool.evalCode("await wait(); 0");
    const data = new Uint8Array(2 ** 20);
    const handles = Array.from({ length: 40 }, (_, i) =>
      pool.submit({
        call: (bytes: Uint8Array, n: number) => bytes.length + n,
        args: [i % 3 === 0 ? data : data.subarray(0, 1), i],
      }),
    );
    const cancelled = [0, 3, 4, 39];
    for (const i of cancelled) assert.equal(handles[i]!.cancel(), true);
    gate.resolve();
    assert.deepEqual(await first, { value: 0 });
    const results = await Promise.all(handles.map((handle) => handle.promise));
    for (const [i, result] of results.entries()) {
      if (cancelled.includes(i)) errorOf(result, "CancelledError");
      else assert.deepEqual(result, { value: (i % 3 === 0 ? 2 ** 20 : 1) + i });
    }
  });
}
