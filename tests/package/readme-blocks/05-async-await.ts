// SPDX-License-Identifier: MIT
// From the README of @componentor/quickjs-emscripten-worker-pool (MIT), "Full Async/Await Support", as it stands but
// for the package's name. The API must run it: readme.test.ts does, and checks its comments.
// ----
const pool = await newWorkerPool({ poolSize: 4 })

// Top-level await works! Promises are fully resolved
const result = await pool.evalCode(`
  async function compute() {
    return new Promise(resolve => {
      setTimeout(() => resolve(42), 100)
    })
  }

  // Top-level await - result is the resolved value, not a Promise!
  await compute()
`)

console.log(result.value) // 42

// Synchronous computations work too
const result2 = await pool.evalCode(`
  function fibonacci(n) {
    if (n <= 1) return n
    return fibonacci(n - 1) + fibonacci(n - 2)
  }
  fibonacci(20)
`)

console.log(result2.value) // 6765

pool.dispose()
