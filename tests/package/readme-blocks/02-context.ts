// SPDX-License-Identifier: MIT
// From the README of @componentor/quickjs-emscripten-worker-pool (MIT), "Context-Compatible API", as it stands but
// for the package's name. The API must run it: readme.test.ts does, and checks its comments.
// ----
import { newWorkerPool, newWorkerPoolContext } from "qjspool"

// Create a pool-backed context
const pool = await newWorkerPool({ poolSize: 4 })
const context = newWorkerPoolContext(pool)

// Use like QuickJSAsyncContext.evalCodeAsync()
const result = await context.evalCodeAsync("1 + 1")
if (result.value !== undefined) {
  console.log("Result:", result.value) // 2
}

// Parallel execution - multiple calls are distributed across workers
const results = await Promise.all([
  context.evalCodeAsync("Math.sqrt(16)"),
  context.evalCodeAsync("Math.pow(2, 10)"),
  context.evalCodeAsync("[1,2,3].map(x => x * 2)"),
])

// Batch execution for convenience
const batchResults = await context.evalCodeBatch([
  "1 + 1",
  { code: "2 * 2", timeout: 5000 },
  "Math.PI",
])

// unwrapResult helper
const value = context.unwrapResult(result) // throws if error

// Clean up
context.dispose()
pool.dispose()
