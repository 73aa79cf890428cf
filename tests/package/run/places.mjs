// SPDX-License-Identifier: MIT
// Where things are, for the files beside this one.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const testsFolder = dirname(dirname(fileURLToPath(import.meta.url)));
export const root = dirname(dirname(testsFolder));
export const packageFolder = join(root, "packages/qjspool");
export const runtimesFolder = testsFolder;
