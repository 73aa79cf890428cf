// SPDX-License-Identifier: MIT
// What a test may need that not every runtime has, as values for its `skip`: false, or the reason
// why it cannot run here.
import { page, residentBytes } from "./env.js";

export const hasWorkers: boolean = page !== "inline";
/** Workers share memory with this thread, so they can block, and be stopped in place. */
export const hasSharedMemory: boolean = page === "" || page === "isolated";

export const needs = {
  workers: !hasWorkers && "workers are blocked here",
  sharedMemory: !hasSharedMemory && "there is no shared memory here",
  /** Of its own, that starts and ends. */
  process: page !== "" && "a page is no process",
  /** To be told that a worker died which nobody asked to end. */
  deaths: page !== "" && "browsers do not tell a page that its worker died",
  memoryUse: residentBytes() === undefined && "a page is not told how much memory it takes",
} as const;
