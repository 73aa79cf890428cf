// SPDX-License-Identifier: MIT
// What a pool can lend its guests: functions, modules, a console. Types only.

/**
 * A function of the host that guests can call. Arguments are clones of the guest's values, and
 * come from code that nobody vouches for: check them. Parameters that are not annotated are
 * `unknown` for that reason. What it returns, or resolves to, is cloned into the guest; what it
 * throws, or rejects with, the guest catches as an Error with that name and message.
 *
 * It is called with the object it stands in as `this`.
 */
export type HostFunction = { bivariant(...args: unknown[]): unknown }["bivariant"];

/**
 * Functions by name, and one level of groups. Names are ASCII identifiers. Only own, enumerable
 * properties count.
 *
 * @example
 * ```ts
 * const pool = await newWorkerPool({
 *   hostFunctions: {
 *     now: () => Date.now(),
 *     db: { find: async (id: string) => rows.get(id) },
 *   },
 * });
 * await pool.evalCode(`(await db.find("7")).name`);
 * ```
 */
export interface HostFunctions {
  readonly [name: string]: HostFunction | { readonly [name: string]: HostFunction };
}

/** The text of a module. */
export type ModuleSource = string;

/**
 * Finds the source of a module when a guest imports it. Relative specifiers arrive resolved
 * against `importer`. Throwing, or returning nothing, makes the guest's import fail.
 */
export type ModuleLoader = (
  specifier: string,
  importer: string,
) => ModuleSource | null | undefined | Promise<ModuleSource | null | undefined>;

/**
 * Makes JavaScript of TypeScript, with lines and columns where they were; a stripper of types such as
 * `amaro`, `ts-blank-space` or Node's `module.stripTypeScriptTypes`. What it throws is the reason why
 * the guest's import fails.
 */
export type TypeStripper = (source: string, filename: string) => string | Promise<string>;

/** The method of `console` that the guest called. */
export type ConsoleLevel = "log" | "info" | "warn" | "error" | "debug" | "trace";

/** Whose console output this is. */
export interface ConsoleInfo {
  /** The `taskId` of the task's handle; `"bootstrap"` while `bootstrapCode` runs. */
  readonly taskId: string;
  /** The worker's number, from 1. */
  readonly workerId: number;
}

/**
 * Receives the console calls of guests, with clones of the arguments. What it throws is ignored.
 */
export type ConsoleHandler = (level: ConsoleLevel, args: unknown[], info: ConsoleInfo) => void;
