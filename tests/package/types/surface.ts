// SPDX-License-Identifier: MIT
// What the public types must accept and refuse, as a user writes it. Checked, never run.
import { hostDirectory, memory, opfs, readOnly } from "qjspool";
import type {
  HostFunctions,
  MemoryMountOptions,
  Mount,
  Mounts,
  StoredMountOptions,
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
  { mounts: { "/data": memory(), "/lib": readOnly(hostDirectory("lib")) }, openFilesLimit: 16 },
  { variant: "wasmfs", opfsMountPath: "/files" },
  { mounts: undefined, variant: undefined, opfsMountPath: undefined, openFilesLimit: undefined },
  // @ts-expect-error a mount is made by a function
  { mounts: { "/data": "data" } },
  // @ts-expect-error mounts by their paths
  { mounts: [memory()] },
  // @ts-expect-error a number
  { openFilesLimit: "16" },
  // @ts-expect-error unknown option
  { threads: 4 },
  // @ts-expect-error unknown variant
  { variant: "asyncify" },
  // @ts-expect-error a console needs three parameters at most
  { onConsole: (level: string, args: unknown[], info: object, more: number) => more },
];

const limits: MemoryMountOptions = { limitBytes: 1 << 20 };
const stored: StoredMountOptions = { readOnly: true, limitBytes: 1 << 20 };
const table: Mounts = { "/a": memory(limits), "/b": opfs("name/of/it", stored) };

export const mounts: Mount[] = [
  memory(),
  hostDirectory("data"),
  hostDirectory(new URL("file:///data"), stored),
  opfs("projects/42"),
  readOnly(memory()),
  readOnly(readOnly(table["/a"]!)),
  // @ts-expect-error a memory that nobody can write to
  memory({ readOnly: true }),
  // @ts-expect-error which one?
  hostDirectory(),
  // @ts-expect-error a name, not a handle
  opfs({ name: "x" }),
  // @ts-expect-error unknown option
  hostDirectory("data", { readonly: true }),
  // @ts-expect-error a mount, not a path
  readOnly("/data"),
];

export function describeMount(mount: Mount): string | number {
  switch (mount.kind) {
    case "memory":
      return mount.limitBytes;
    case "directory":
      return typeof mount.directory === "string" ? mount.directory : mount.directory.href;
    case "opfs":
      return mount.name;
  }
}

// @ts-expect-error made by functions, and then as they are
memory().limitBytes = 5;

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
