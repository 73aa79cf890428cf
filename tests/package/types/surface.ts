// SPDX-License-Identifier: MIT
// What the public types must accept and refuse, as a user writes it. Checked, never run.
import type {
  HostFunctions,
  TaskHandle,
  WorkerPoolContext,
  WorkerPoolOptions,
  WorkerSession,
  WorkerTask,
  WorkerTaskResult,
} from "qjspool";

declare const result: WorkerTaskResult<number>;
if (result.error) {
  const late: boolean | undefined = result.error.isTimeout;
  void late;
} else {
  const value: number = result.value;
  void value;
}
const { value, error } = result;
void (error?.name ?? value);

export const options: WorkerPoolOptions[] = [
  {},
  { poolSize: undefined, contextOptions: { intrinsics: { Date: false } } },
  { modules: { a: "export default 1" } },
  { modules: (specifier, importer) => specifier + importer },
  { modules: async (specifier) => (specifier === "a" ? "" : undefined) },
  { random: 5n, clock: new Date(0), wasmLocation: new Uint8Array(8) },
  { onConsole: (level, args, { taskId }) => void [level === "warn", args.length, taskId.length] },
  { wasmLocation: new URL("file:///isolate.wasm"), workerUrl: "worker.js" },
  // @ts-expect-error unknown option
  { threads: 4 },
  // @ts-expect-error unknown variant
  { variant: "asyncify" },
  // @ts-expect-error a console needs three parameters at most
  { onConsole: (level: string, args: unknown[], info: object, more: number) => more },
];

export const functions: HostFunctions[] = [
  { now: () => Date.now(), add: (a: number, b: number) => a + b },
  { db: { find: async (id: string) => id } },
  // @ts-expect-error arguments that are not annotated are unknown: they come from a guest
  { shout: (text) => text.toUpperCase() },
  // @ts-expect-error no function
  { version: 1 },
  // @ts-expect-error two levels of groups
  { a: { b: { c: () => 1 } } },
];

export const tasks: WorkerTask[] = [
  { code: "1 + 1", timeout: 5, signal: new AbortController().signal },
  { call: (a: number) => a + 1, args: [1] },
  { call: "(a) => a" },
  // @ts-expect-error one of them
  { code: "1", call: "f" },
  // @ts-expect-error at least one of them
  { timeout: 5 },
];

export async function use(
  handle: TaskHandle<string>,
  session: WorkerSession,
  context: WorkerPoolContext,
): Promise<void> {
  const text: string = context.unwrapResult(await handle.promise);
  const number: number = context.unwrapResult(await session.evalCode<number>("1"));
  void [text, number, handle.taskId.length, handle.cancel() === true];
  // @ts-expect-error tasks of a session are in order
  await session.evalCode("1", { priority: 1 });
  // @ts-expect-error read-only
  handle.pending = false;
  await context.evalCodeBatch(["1", { code: "2", timeout: 5 }]);
}
