// SPDX-License-Identifier: MIT
// From the README of @componentor/quickjs-emscripten-worker-pool (MIT), "WorkerEnabledContext (Recommended)", as it stands but
// for the package's name. The API must run it: readme.test.ts does, and checks its comments.
// ----
import { newWorkerEnabledContext } from "qjspool"

// Create hybrid context with parallel execution (default)
// Use bootstrapCode to set up shared state across all workers
const ctx = await newWorkerEnabledContext({
  poolSize: 4,
  bootstrapCode: `
    // This runs on EVERY worker - perfect for mocks!
    globalThis.mockFetch = (url) => ({ status: 200, url })
    globalThis.config = { apiBase: 'https://api.example.com' }
  `,
})

// Parallel execution - each call may hit a different worker
// All workers have mockFetch and config from bootstrap!
const results = await Promise.all([
  ctx.evalCodeAsync('mockFetch("/api/users")'), // Worker 1
  ctx.evalCodeAsync('mockFetch("/api/posts")'), // Worker 2
  ctx.evalCodeAsync("config.apiBase"), // Worker 3
])

console.log(ctx.dump(results[0].value)) // { status: 200, url: '/api/users' }

ctx.dispose()
