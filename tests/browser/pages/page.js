// SPDX-License-Identifier: MIT
// What the pages of the policy and lifecycle tests have at hand, on globalThis.
import * as qjspool from "qjspool";
import { tryPool } from "./try-pool.js";

const violations = [];
addEventListener("securitypolicyviolation", (event) => {
  violations.push(`${event.effectiveDirective} ${event.blockedURI}`);
});
Object.assign(globalThis, { qjspool, tryPool, violations, isReady: true });
