// SPDX-License-Identifier: MIT
// Makes a WorkerEnabledContext: the local context, the pool and the session it asks for.

import { toBoolean, toChoice } from "../options/checks.js";
import { makePool } from "../pool.js";
import type { WorkerEnabledContextOptions } from "../types.js";
import { WorkerEnabledContext } from "./context.js";
import { Local } from "./local.js";

/**
 * A context with the whole of quickjs-emscripten's `QuickJSAsyncContext`, whose evaluations run on workers.
 *
 * Rejects as {@link newWorkerPool} does. The dependency `quickjs-emscripten-core` is loaded only here, and
 * not at all with `workerOnly`.
 *
 * @example
 * ```ts
 * const ctx = await newWorkerEnabledContext({ poolSize: 4 })
 * ctx.newNumber(20).consume((n) => ctx.setProp(ctx.global, "n", n))
 * const result = await ctx.evalCodeAsync("n + 1") // on a worker
 * console.log(ctx.unwrapResult(result).consume(ctx.dump)) // 21
 * ctx.dispose()
 * ```
 */
export async function newWorkerEnabledContext(
  options: WorkerEnabledContextOptions = {},
): Promise<WorkerEnabledContext> {
  const { useSession, evalStrategy, workerOnly, ...poolOptions } = options;
  const strategy = toChoice(evalStrategy, "evalStrategy", "workers", ["workers", "local", "auto"]);
  const wantsSession = toBoolean(useSession, "useSession", false);
  const isWorkerOnly = toBoolean(workerOnly, "workerOnly", false);
  if (isWorkerOnly && strategy === "local") {
    throw new TypeError('options "workerOnly" and evalStrategy "local" exclude each other');
  }
  const local = isWorkerOnly ? null : await Local.open();
  try {
    const carrier = local === null ? null : (id: unknown, ...args: unknown[]) => local.call(id, ...args);
    const pool = await makePool(poolOptions, carrier);
    try {
      const session = wantsSession ? await pool.createSession() : null;
      const bootstrapCode = poolOptions.bootstrapCode ?? "";
      return new WorkerEnabledContext({ pool, session, local, strategy, bootstrapCode });
    } catch (error) {
      pool.dispose();
      throw error;
    }
  } catch (error) {
    local?.dispose();
    throw error;
  }
}
