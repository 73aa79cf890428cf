// SPDX-License-Identifier: MIT
// The conformance cases that cases.test.ts leaves out: deep recursion with much stack on workers,
// and with little on the calling thread.
import { declareCases, readCases } from "./lib/cases-tests.js";

declareCases(readCases(), true);
