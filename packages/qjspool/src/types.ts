// SPDX-License-Identifier: MIT
// Every public type of the package, from the files of types/. No code.
export type * from "./types/context.js";
export type * from "./types/files.js";
export type * from "./types/host.js";
export type * from "./types/options.js";
export type * from "./types/pool.js";
export type * from "./types/result.js";
export type * from "./types/task.js";
export type * from "./types/trace.js";
