// SPDX-License-Identifier: MIT
// Variants of quickjs-emscripten-core: its handles in front of the engine that pools use.

import type { QuickJSAsyncVariant, QuickJSSyncVariant } from "quickjs-emscripten-core";
import { getIsolateWasm } from "../index.js";
import { QuickJSFFI } from "./ffi.js";
import { FfiModule } from "./module.js";
import type { LoaderOptions } from "./types.js";

function newVariant(type: "sync" | "async") {
  const load = (options: LoaderOptions = {}) => new FfiModule(type).open(options, getIsolateWasm);
  return Object.freeze({
    type,
    importFFI: () => Promise.resolve(QuickJSFFI),
    importModuleLoader: () => Promise.resolve(load),
  });
}

/** For `newQuickJSWASMModuleFromVariant`. */
export const RELEASE_SYNC = newVariant("sync") as unknown as QuickJSSyncVariant;

/** For `newQuickJSAsyncWASMModuleFromVariant`. Needs JavaScript Promise Integration. */
export const RELEASE_ASYNC = newVariant("async") as unknown as QuickJSAsyncVariant;

export default RELEASE_SYNC;
