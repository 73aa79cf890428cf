// SPDX-License-Identifier: MIT
// A worker of a page that makes a pool itself: told the options, it answers what became of it.
import { tryPool } from "./try-pool.js";

onmessage = async ({ data }) => postMessage(await tryPool(data));
