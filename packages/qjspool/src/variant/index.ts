// SPDX-License-Identifier: MIT
// Variants of quickjs-emscripten-core: its handles in front of the engine that pools use.

import type { QuickJSAsyncVariant, QuickJSSyncVariant } from "quickjs-emscripten-core";
import { getAsyncifiedWasm, getIsolateWasm } from "../index.js";
import { newVariant } from "./make.js";
import { hasIntegration } from "./suspension.js";

/** For `newQuickJSWASMModuleFromVariant`. */
export const RELEASE_SYNC = newVariant("sync", getIsolateWasm) as unknown as QuickJSSyncVariant;

/** For `newQuickJSAsyncWASMModuleFromVariant`. */
export const RELEASE_ASYNC = newVariant("async", hasIntegration ? getIsolateWasm : getAsyncifiedWasm) as unknown as QuickJSAsyncVariant;

export default RELEASE_SYNC;
