// SPDX-License-Identifier: MIT
// A variant as an object: where its FFI and its module come from.

import { QuickJSFFI } from "./ffi.js";
import { FfiModule } from "./module.js";
import type { LoaderOptions } from "./types.js";

export function newVariant(type: "sync" | "async", getWasm: () => Promise<WebAssembly.Module>) {
  const load = (options: LoaderOptions = {}) => new FfiModule(type).open(options, getWasm);
  return Object.freeze({
    type,
    importFFI: () => Promise.resolve(QuickJSFFI),
    importModuleLoader: () => Promise.resolve(load),
  });
}
