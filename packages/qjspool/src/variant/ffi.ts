// SPDX-License-Identifier: MIT
// The FFI class that quickjs-emscripten-core calls: the exports of src/ffi by their names. Most are
// the Wasm functions themselves; those with a text among their arguments copy it first.

import { usageError } from "../errors.js";
import type { FfiExports } from "./heap.js";
import type { FfiModule } from "./module.js";
import type { Run } from "./suspension.js";

type Fn = (...args: never[]) => unknown;

/** May run code of the guest's that calls the host: what the asynchronous FFI has twice. */
const SUSPENDABLE = [
  "QTS_GetSymbolDescriptionOrKey",
  "QTS_GetProp",
  "QTS_GetPropNumber",
  "QTS_SetProp",
  "QTS_GetOwnPropertyNames",
  "QTS_Call",
  "QTS_Dump",
];

export class QuickJSFFI {
  /** Whether the core may turn on logging: it is the core's own. */
  readonly DEBUG = false;
  [name: string]: Fn | boolean;

  constructor(module: FfiModule) {
    const { heap } = module;
    const { exports } = heap;
    Object.defineProperty(this, "module", { value: module });
    for (const [name, fn] of Object.entries(exports)) if (name.startsWith("QTS_")) this[name] = fn as Fn;
    const isAsync = module.type === "async";
    Object.assign(this, {
      QTS_BuildIsDebug: () => 0,
      QTS_BuildIsAsyncify: () => (isAsync ? 1 : 0),
      QTS_BuildIsSanitizeLeak: () => 0,
      QTS_TestStringArg: () => {},
      QTS_Eval: evaluator(module, exports["QTS_Eval"]!),
      QTS_NewFunction: (ctx: number, name: string, length: number, isConstructor: boolean, id: number) =>
        heap.withText(name, (at) => exports["QTS_NewFunction"]!(ctx, at, length, isConstructor, id)),
      ...runtimes(module),
    });
    if (isAsync) Object.assign(this, suspendables(module));
  }
}

type Evaluate = (ctx: number, code: number, length: number, name: string, detects: number, flags: number) => number;

function evaluator({ heap }: FfiModule, evaluate: FfiExports[string]): Evaluate {
  return (ctx, code, length, name, detects, flags) =>
    heap.withText(name, (at) => evaluate(ctx, code, length, at, detects, flags));
}

/**
 * A value does not say of which runtime it is, but host references have one class in all. A runtime
 * that goes before handles of its objects would take the instance with it, so it stays.
 */
function runtimes({ heap, later }: FfiModule): Record<string, Fn> {
  const { exports } = heap;
  const all = new Set<number>();
  const handlesOf = (rt: number): number => exports["qjsp_ffi_count_handles"]!(rt);
  let hostRefClass = 0;
  /** Handles of runtimes that have gone: of numbers and the like, which do no harm. */
  let nlost = 0;
  return {
    QTS_NewRuntime() {
      const rt = exports["QTS_NewRuntime"]!();
      if (rt === 0) throw new RangeError("no memory for a runtime");
      hostRefClass = exports["qjsp_ffi_host_ref_class"]!(rt);
      all.add(rt);
      return rt;
    },
    QTS_FreeRuntime(rt: number) {
      later?.forget(rt);
      checkEmpty(exports["qjsp_ffi_count_objects"]!(rt), exports["qjsp_ffi_count_contexts"]!(rt));
      all.delete(rt);
      nlost += handlesOf(rt);
      exports["QTS_FreeRuntime"]!(rt);
    },
    /** How many handles are not disposed of. */
    QTS_RecoverableLeakCheck: () => [...all].reduce((sum, rt) => sum + handlesOf(rt), nlost),
    QTS_GetHostRefId: (value: number) => exports["QTS_GetHostRefId"]!(value, hostRefClass),
  };
}

function checkEmpty(nobjects: number, ncontexts: number): void {
  if (nobjects + ncontexts === 0) return;
  const parts = [ncontexts && counted(ncontexts, "context"), nobjects && counted(nobjects, "object handle")];
  throw usageError(
    "ERR_QJSPOOL_HANDLES_LEFT",
    `a runtime cannot be disposed of before its ${parts.filter(Boolean).join(" and ")}`,
  );
}

const counted = (n: number, noun: string): string => (n === 1 ? `one ${noun}` : `${n} ${noun}s`);

function suspendables({ heap, later }: FfiModule): Record<string, Fn> {
  const { exports } = heap;
  const setSuspendable = exports["qjsp_ffi_set_suspendable"]!;
  /** The export, as a function of a promise, which can be suspended if nothing is below it. */
  const suspendable = (name: string, runtimeOf: (first: number) => number) => {
    const fn = exports[name] as Run;
    const promising = heap.suspension.promising(fn);
    return async (...args: unknown[]): Promise<number> => {
      if (!later.isAtBottom) return fn(...args) as number;
      const rt = runtimeOf(args[0] as number);
      setSuspendable(rt, 1);
      return promising(() => setSuspendable(rt, 0), ...args);
    };
  };
  const ofContext = (ctx: number): number => exports["qjsp_ffi_runtime_of"]!(ctx);
  const evaluate = suspendable("QTS_Eval", ofContext);
  return {
    ...Object.fromEntries(SUSPENDABLE.map((name) => [`${name}_MaybeAsync`, suspendable(name, ofContext)])),
    QTS_ExecutePendingJob_MaybeAsync: suspendable("QTS_ExecutePendingJob", (rt) => rt),
    // the core frees the source before the promise settles
    async QTS_Eval_MaybeAsync(ctx: number, code: number, length: number, name: string, detects: number, flags: number) {
      const source = heap.allocate(length + 1);
      heap.view.copyWithin(source, code, code + length + 1);
      const at = heap.allocate(name.length * 3 + 1);
      heap.putText(name, at);
      try {
        return await evaluate(ctx, source, length, at, detects, flags);
      } finally {
        heap.free(source);
        heap.free(at);
      }
    },
  };
}
