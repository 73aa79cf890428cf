// SPDX-License-Identifier: MIT
// From the README of @componentor/quickjs-emscripten-worker-pool (MIT), "WorkerEnabledContext Methods", as it stands but
// for the package's name. The API must run it: readme.test.ts does, and checks its comments.
// ----
import { newWorkerEnabledContext } from "qjspool"

// Create with options
const ctx = await newWorkerEnabledContext({
  poolSize: 4,
  // Bootstrap code runs on each worker (great for mocks!)
  bootstrapCode: `globalThis.mockFetch = () => ({ status: 200 })`,
  // Use a session for state persistence (default: false)
  useSession: false,
  // Strategy for routing evalCodeAsync
  evalStrategy: "workers", // "workers" | "local" | "auto"
  // Worker-only mode (no local context for handles)
  workerOnly: false,
  // Other pool options...
})

// Check capabilities
ctx.hasWorkerPool // true if workers available
ctx.isMultiThreaded // true if real multi-threading
ctx.alive // true if not disposed
ctx.usesSession // true if using a session (useSession: true)

// Access underlying components
ctx.localContext // QuickJSAsyncContext (null if workerOnly)
ctx.pool // QuickJSWorkerPool (null if unavailable)
ctx.session // WorkerSession (null if useSession: false)

// Handle operations (use local context)
const obj = ctx.newObject()
const str = ctx.newString("hello")
ctx.setProp(obj, "greeting", str)
ctx.setProp(ctx.global, "myObj", obj)
str.dispose()
obj.dispose()

// Code evaluation (routes to workers)
const result = await ctx.evalCodeAsync("myObj.greeting")
// result: { value: QuickJSHandle } or { error: QuickJSHandle }

// Direct worker evaluation (returns raw values, not handles)
const workerResult = await ctx.evalCodeOnWorkers("1 + 1")
// workerResult: { value: 2 } or { error: { name, message } }

// Batch evaluation across workers
const results = await ctx.evalCodeBatch(["1 + 1", "2 * 2", "3 + 3"])

// Dump handle to JavaScript value
const value = ctx.dump(result.value)

// Clean up
result.value?.dispose()
ctx.dispose()
