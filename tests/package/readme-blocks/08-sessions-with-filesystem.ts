// SPDX-License-Identifier: MIT
// From the README of @componentor/quickjs-emscripten-worker-pool (MIT), "Sessions with Shared Filesystem", as it stands but
// for the package's name. The API must run it: readme.test.ts does, and checks its comments.
// ----
const pool = await newWorkerPool({
  poolSize: 4,
  variant: "wasmfs",
})

const session = await pool.createSession()

// Persistent state + persistent filesystem
await session.evalCode(`
  // Write config that persists
  const fs = std.open('/data/config.json', 'w')
  fs.puts(JSON.stringify({ initialized: true }))
  fs.close()
`)

// Later evaluations can read it
const config = await session.evalCode(`
  const fs = std.open('/data/config.json', 'r')
  const data = JSON.parse(fs.readAsString())
  fs.close()
  data
`)
console.log(config.value) // { initialized: true }

session.release()
