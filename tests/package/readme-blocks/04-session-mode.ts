// SPDX-License-Identifier: MIT
// From the README of @componentor/quickjs-emscripten-worker-pool (MIT), "Session Mode (State Persistence)", as it stands but
// for the package's name. The API must run it: readme.test.ts does, and checks its comments.
// ----
const ctx = await newWorkerEnabledContext({
  poolSize: 4,
  useSession: true, // All calls go to same worker - state persists
})

// State persists across evalCodeAsync calls
await ctx.evalCodeAsync("globalThis.counter = 0")
await ctx.evalCodeAsync("counter++")
await ctx.evalCodeAsync("counter++")
const result = await ctx.evalCodeAsync("counter")
console.log(ctx.dump(result.value)) // 2

ctx.dispose()
