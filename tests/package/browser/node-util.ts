// SPDX-License-Identifier: MIT
// node:util for pages: Node's own inspect.
export { inspect } from "node-inspect-extracted";
