// SPDX-License-Identifier: MIT
// From the README of @componentor/quickjs-emscripten-worker-pool (MIT), "Capability Detection", as it stands but
// for the package's name. The API must run it: readme.test.ts does, and checks its comments.
// ----
import {
  isMultiThreadingSupported,
  getDefaultPoolSize,
} from "qjspool"

// Check if SharedArrayBuffer is available
if (isMultiThreadingSupported()) {
  console.log("Multi-threading available!")
}

// Get recommended pool size
const poolSize = getDefaultPoolSize() // navigator.hardwareConcurrency or 4
