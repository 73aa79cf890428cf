// SPDX-License-Identifier: MIT
// The policies of pages under test. docs/browser.md quotes the first, and says that it is tested.

/** What a page with `workerUrl` and `wasmLocation` works under. */
export const strictPolicy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/** As headers; violations are reported to /report of the site. */
export function withPolicy(policy) {
  return { "Content-Security-Policy": `${policy}; report-uri /report` };
}
