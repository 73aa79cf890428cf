// SPDX-License-Identifier: MIT
// What each worker of a pool is started with, and where: on a thread, or inline.

import { NO_BYTES } from "../bytes.js";
import { platform } from "#platform";
import { encode } from "../codec/encode.js";
import type { ResolvedOptions } from "../options.js";
import type { IsolateConfig, WorkerInit } from "../protocol.js";
import { newSharedBuffer } from "../ring.js";
import type { Placement } from "../files/store-host.js";
import { InlinePort } from "../runtime/inline-port.js";
import type { Spawner } from "./driver.js";
import type { Mounts } from "./mounts.js";
import { intrinsicsSource } from "./intrinsics-source.js";

/**
 * Of guest stack on the calling thread, which has about 1 MB: a level of recursion takes up to twice as
 * much of that. With 512 KiB Node's ended first, which costs the isolate.
 */
const INLINE_STACK_BYTES = 384 * 1024;

function configOf(options: ResolvedOptions, mostStack: number): IsolateConfig {
  return {
    memoryLimit: options.memoryLimitBytes,
    stackLimit: Math.min(options.maxStackSizeBytes, mostStack),
    sourceLimit: options.sourceLimitBytes,
    resultLimit: options.resultLimitBytes,
    consoleLimit: options.consoleLimitBytes,
    isolation: options.isolation === "task" ? 0 : 1,
    wantsConsole: options.onConsole !== null,
    seed: options.seed,
    clockMs: options.clockMs,
    globals: options.globals === null ? NO_BYTES : encode(options.globals, { root: "globals" }),
    functions: options.hostFunctions.map(({ name, isSync }) => ({ name, isBlocking: isSync })),
    mounts: [],
    openFilesLimit: options.openFilesLimit,
    modules: options.modules,
    asksForModules: options.moduleLoader !== null,
    stripsTypes: options.stripTypes !== null,
    codeCacheLimit: options.codeCacheLimitBytes,
  };
}

function bootOf(options: ResolvedOptions): WorkerInit["boot"] {
  const boot: WorkerInit["boot"] = [];
  if (options.intrinsics !== null) {
    boot.push({ source: intrinsicsSource(options.intrinsics), filename: "intrinsics.js" });
  }
  if (options.bootstrapCode !== "") {
    boot.push({ source: options.bootstrapCode, filename: "bootstrap.js" });
  }
  return boot;
}

/** Throws a DataCloneError when `globals` cannot be cloned. */
export function newSpawner(
  options: ResolvedOptions,
  module: WebAssembly.Module,
  { isMultiThreaded, isShared }: Placement,
  mounts: Mounts,
): Spawner {
  const init: WorkerInit = {
    module,
    config: configOf(options, isMultiThreaded ? platform.workerStackBytes : INLINE_STACK_BYTES),
    boot: bootOf(options),
    bootTimeoutMs: options.defaultTask.timeoutMs,
    mounts: [],
    shared: null,
  };
  const spawnOptions = {
    workerUrl: options.workerUrl ?? undefined,
    stackBytes: options.maxStackSizeBytes,
  };
  return {
    spawn() {
      const { inits, transfer, watch } = mounts.forWorker();
      const shared = isMultiThreaded && isShared ? newSharedBuffer() : null;
      const config = { ...init.config, mounts: inits };
      const own = { ...init, config, mounts: inits, shared };
      const port = isMultiThreaded
        ? platform.spawn(own, { ...spawnOptions, transfer })
        : new InlinePort(own, platform);
      return { port: watch(port), shared };
    },
  };
}
