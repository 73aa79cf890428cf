// SPDX-License-Identifier: MIT
// The local context of a WorkerEnabledContext: what of its global object goes to the workers, what
// comes back as handles, and the functions that workers call in it.

import type {
  QuickJSAsyncContext,
  QuickJSAsyncVariant,
  QuickJSHandle,
} from "quickjs-emscripten-core";
import { decode } from "../codec/decode.js";
import { encode } from "../codec/encode.js";
import { getAsyncifiedWasm, getIsolateWasm } from "../driver/assets.js";
import { EncodedGlobals } from "../encoded-globals.js";
import type { WorkerTaskError } from "../types.js";
import type { EnabledResult } from "./context.js";
import { Cloner } from "../variant/cloner.js";
import { newVariant } from "../variant/make.js";
import { hasIntegration } from "../variant/suspension.js";

/** Functions of the FFI after which the global object may hold something else. */
const CHANGING = [
  "QTS_SetProp",
  "QTS_DefineProp",
  "QTS_Call",
  "QTS_Eval",
  "QTS_ExecutePendingJob",
  "QTS_SetProp_MaybeAsync",
  "QTS_Call_MaybeAsync",
  "QTS_Eval_MaybeAsync",
  "QTS_ExecutePendingJob_MaybeAsync",
];

type Fn = (...args: unknown[]) => unknown;
type Core = typeof import("quickjs-emscripten-core");

/** A value that cannot go to the workers; `handle`: the DataCloneError that names it. */
export class CannotCarry extends Error {
  readonly handle: QuickJSHandle;
  constructor(handle: QuickJSHandle) {
    super("a property of the global object cannot be carried");
    this.handle = handle;
  }
}

export class Local {
  readonly context: QuickJSAsyncContext;
  private readonly core: Core;
  private readonly cloner: Cloner;
  /** Names that the global object had from the start. */
  private builtin: ReadonlySet<string>;
  private readonly functions: QuickJSHandle[] = [];
  /** Handles of results that their callers have not disposed of. */
  private readonly given = new Set<QuickJSHandle>();
  private nchanges = 1;
  private nseen = 0;
  private carried: EncodedGlobals | null = null;

  static async open(): Promise<Local> {
    const core = await import("quickjs-emscripten-core");
    const variant = newVariant("async", hasIntegration ? getIsolateWasm : getAsyncifiedWasm) as unknown as QuickJSAsyncVariant;
    const module = await core.newQuickJSAsyncWASMModuleFromVariant(variant);
    return new Local(core, module.newContext(), module.getFFI() as unknown as Record<string, Fn>);
  }

  private constructor(core: Core, context: QuickJSAsyncContext, ffi: Record<string, Fn>) {
    this.core = core;
    this.context = context;
    this.cloner = new Cloner(context);
    this.cloner.onFunction = (handle) => this.numberOf(handle);
    this.builtin = new Set(this.globalNames());
    for (const name of CHANGING) {
      const original = ffi[name];
      if (original === undefined) continue;
      ffi[name] = (...args) => {
        this.nchanges++;
        return original(...args);
      };
    }
  }

  dispose(): void {
    for (const handle of [...this.functions, ...this.given]) if (handle.alive) handle.dispose();
    const { runtime } = this.context;
    try {
      this.context.dispose();
      // the core leaves it; an evaluation that waits in it ends with it
      runtime.dispose();
    } catch {
      // handles are left: their runtime stays, in an instance that is this context's alone
    }
  }

  /** Runs what the workers ran before their first task; what it leaves is theirs already. */
  async boot(code: string): Promise<void> {
    if (code === "") return;
    this.context.unwrapResult(await this.context.evalCodeAsync(code, "bootstrap.js")).dispose();
    this.builtin = new Set([...this.builtin, ...this.globalNames()]);
  }

  // ---- results as the core has them ----

  success(handle: QuickJSHandle): EnabledResult {
    return this.core.DisposableResult.success(handle) as EnabledResult;
  }

  fail(handle: QuickJSHandle): EnabledResult {
    const unwrap = (): never => this.context.unwrapResult({ error: handle } as never);
    return this.core.DisposableResult.fail(handle, unwrap as never) as EnabledResult;
  }

  // ---- to the workers ----

  /** Whether the next evaluation brings something that the last one did not. */
  get hasChanged(): boolean {
    return this.nchanges !== this.nseen;
  }

  /**
   * What was put on the global object; null: nothing. Costs nothing unless something may have changed it.
   * @throws CannotCarry
   */
  globals(): EncodedGlobals | null {
    if (!this.hasChanged) return this.carried;
    const names = this.globalNames().filter((name) => !this.builtin.has(name));
    this.carried = names.length === 0 ? null : new EncodedGlobals(this.encodeGlobals(names));
    this.nseen = this.nchanges;
    return this.carried;
  }

  private globalNames(): string[] {
    const { context } = this;
    const names = context.getOwnPropertyNames(context.global, { strings: true, numbersAsStrings: true });
    const handles = context.unwrapResult(names);
    const texts = handles.map((handle) => context.getString(handle));
    handles.dispose();
    return texts;
  }

  private encodeGlobals(names: string[]): Uint8Array {
    const { context } = this;
    const bytes = context.newObject().consume((object) => {
      for (const name of names) {
        context.getProp(context.global, name).consume((value) =>
          // as data: a setter of the guest's on Object.prototype is not asked
          context.defineProp(object, name, { value, enumerable: true, configurable: true }),
        );
      }
      return this.cloner.encode(object, "globals");
    });
    if (!(bytes instanceof Uint8Array)) throw new CannotCarry(bytes);
    return bytes;
  }

  /** The same function has the same number for the life of the context. */
  private numberOf(handle: QuickJSHandle): number {
    const known = this.functions.findIndex((other) => this.context.eq(other, handle));
    if (known < 0) return this.functions.push(handle) - 1;
    handle.dispose();
    return known;
  }

  /** Calls a function for a worker. Throws what it throws. */
  async call(id: unknown, ...args: unknown[]): Promise<unknown> {
    const { context } = this;
    const fn = typeof id === "number" ? this.functions[id] : undefined;
    if (fn === undefined) throw new TypeError("there is no such function");
    const handles = args.map((arg) => this.toHandle(arg));
    const result = context.callFunction(fn, context.undefined, ...handles);
    for (const handle of handles) handle.dispose();
    if (result.error) throw this.toHostError(result.error);
    return this.awaited(result.value);
  }

  /** Takes the handle. */
  private async awaited(handle: QuickJSHandle): Promise<unknown> {
    const { context } = this;
    if (context.getPromiseState(handle).type === "fulfilled" && isSettled(context, handle)) {
      return this.toValue(handle);
    }
    const settled = context.resolvePromise(handle);
    handle.dispose();
    context.runtime.executePendingJobs();
    const result = await settled;
    if (result.error) throw this.toHostError(result.error);
    return this.toValue(result.value);
  }

  // ---- values and handles ----

  /** A handle of a clone; the caller's, and the context's at its end. */
  toHandle(value: unknown): QuickJSHandle {
    const bytes = encode(value, { root: "value" });
    const handle: QuickJSHandle = this.cloner.decode(bytes, () => this.given.delete(handle));
    this.given.add(handle);
    return handle;
  }

  /** A clone. Takes the handle. */
  toValue(handle: QuickJSHandle): unknown {
    const bytes = this.cloner.encode(handle, "value");
    handle.dispose();
    if (bytes instanceof Uint8Array) return decode(bytes);
    throw this.toHostError(bytes);
  }

  /** A handle of what a worker's task threw. */
  toErrorHandle(error: WorkerTaskError): QuickJSHandle {
    if (Object.hasOwn(error, "value")) return this.toHandle(error.value);
    const options = Object.hasOwn(error, "cause") ? { cause: error.cause } : undefined;
    const own = error.errors === undefined ? new Error(error.message, options) : new AggregateError(error.errors, error.message, options);
    Object.defineProperty(own, "name", { value: error.name, configurable: true });
    Object.defineProperty(own, "stack", { value: error.stack ?? "", configurable: true });
    const handle = this.toHandle(own);
    for (const flag of ["isTimeout", "isCancelled", "isWorkerCrash"] as const) {
      if (error[flag]) this.context.setProp(handle, flag, this.context.true);
    }
    return handle;
  }

  /** Takes the handle. */
  private toHostError(handle: QuickJSHandle): unknown {
    const bytes = this.cloner.encode(handle, "error");
    handle.dispose();
    if (bytes instanceof Uint8Array) return decode(bytes);
    bytes.dispose();
    return new Error("a function of the local context threw what cannot be cloned");
  }
}

/** Not a promise: its state is told as fulfilled, with itself. */
function isSettled(context: QuickJSAsyncContext, handle: QuickJSHandle): boolean {
  const state = context.getPromiseState(handle);
  return state.type === "fulfilled" && state.notAPromise === true;
}

