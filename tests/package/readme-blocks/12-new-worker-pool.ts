// SPDX-License-Identifier: MIT
// From the README of @componentor/quickjs-emscripten-worker-pool (MIT), "`newWorkerPool(options?)`", as it stands but
// for the package's name. The API must run it: readme.test.ts does, and checks its comments.
// ----
const pool = await newWorkerPool({
  // Number of workers (default: navigator.hardwareConcurrency or 4)
  poolSize: 4,

  // QuickJS variant: "singlefile" (isolated) or "wasmfs" (shared filesystem)
  variant: "singlefile",

  // OPFS mount path when using "wasmfs" variant (default: "/data")
  opfsMountPath: "/data",

  // Pre-initialize all workers immediately (default: false)
  preWarm: true,

  // Default timeout in ms for all tasks (default: 0 = no timeout)
  defaultTimeout: 5000,

  // Maximum queued tasks (default: 0 = unlimited)
  maxQueueSize: 100,

  // Throw error if multi-threading unavailable (default: false)
  forceMultiThreaded: false,

  // Force single-threaded mode (default: false)
  forceSingleThreaded: false,

  // Enable verbose console logging (default: false)
  verbose: true,

  // QuickJS context options
  contextOptions: {},
})
