// SPDX-License-Identifier: MIT
// Variants of quickjs-emscripten-core: its handles in front of the engine that pools use.

import type { QuickJSAsyncVariant, QuickJSSyncVariant } from "quickjs-emscripten-core";
import { getIsolateWasm } from "../index.js";
import { newVariant } from "./make.js";

/** For `newQuickJSWASMModuleFromVariant`. */
export const RELEASE_SYNC = newVariant("sync", getIsolateWasm) as unknown as QuickJSSyncVariant;

/** For `newQuickJSAsyncWASMModuleFromVariant`. Needs JavaScript Promise Integration. */
export const RELEASE_ASYNC = newVariant("async", getIsolateWasm) as unknown as QuickJSAsyncVariant;

export default RELEASE_SYNC;
