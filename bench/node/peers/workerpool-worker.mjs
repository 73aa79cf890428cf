// SPDX-License-Identifier: MIT
// workerpool asks its workers to register their functions; these are those of vm-worker.mjs.
import workerpool from "workerpool";
import { evaluate, noop } from "./vm-worker.mjs";

workerpool.worker({ evaluate, noop });
