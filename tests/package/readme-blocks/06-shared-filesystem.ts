// SPDX-License-Identifier: MIT
// From the README of @componentor/quickjs-emscripten-worker-pool (MIT), "Shared Filesystem (WasmFS Variant)", as it stands but
// for the package's name. The API must run it: readme.test.ts does, and checks its comments.
// ----
import { newWorkerPool } from "qjspool"

// Create pool with shared filesystem
const pool = await newWorkerPool({
  poolSize: 4,
  variant: "wasmfs", // Enable shared OPFS filesystem
  opfsMountPath: "/data", // Mount path (default: "/data")
  verbose: true,
})

// Worker 1 writes a file
await pool.evalCode(`
  const fs = std.open('/data/shared.txt', 'w')
  fs.puts('Hello from worker 1!')
  fs.close()
`)

// Worker 2 can read the same file
const result = await pool.evalCode(`
  const fs = std.open('/data/shared.txt', 'r')
  const content = fs.readAsString()
  fs.close()
  content
`)

console.log(result.value) // "Hello from worker 1!"

pool.dispose()
