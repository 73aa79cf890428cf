// SPDX-License-Identifier: MIT
// From the README of @componentor/quickjs-emscripten-worker-pool (MIT), "Debugging with Verbose Mode", as it stands but
// for the package's name. The API must run it: readme.test.ts does, and checks its comments.
// ----
const pool = await newWorkerPool({ verbose: true })
