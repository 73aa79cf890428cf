// SPDX-License-Identifier: MIT
// From the README of @componentor/quickjs-emscripten-worker-pool (MIT), "WorkerPoolContext Methods", as it stands but
// for the package's name. The API must run it: readme.test.ts does, and checks its comments.
// ----
import { newWorkerPoolContext } from "qjspool"

// Create context wrapper around pool
const context = newWorkerPoolContext(pool)

// Evaluate code (mirrors QuickJSAsyncContext.evalCodeAsync)
const result = await context.evalCodeAsync("1 + 1")
// result: { value: 2 } or { error: { name, message } }

// With filename for error messages
const result = await context.evalCodeAsync("throw new Error('oops')", "test.js")

// With options
const result = await context.evalCodeAsync("while(true){}", {
  filename: "infinite.js",
  timeout: 1000,
})

// Batch evaluation
const results = await context.evalCodeBatch(["1 + 1", { code: "2 * 2", timeout: 5000 }])

// Unwrap result (throws if error)
const value = context.unwrapResult(result)

// Check status
context.alive // true if not disposed
context.isMultiThreaded // true if using real workers

// Clean up (does NOT dispose the pool)
context.dispose()
