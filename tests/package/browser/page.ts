// SPDX-License-Identifier: MIT
// What the page of a test file does: load the file, run its tests, tell the server. What nobody
// caught is told too. The console is the browser's to tell.
import { dropFallbackWarnings } from "./fallback-warning.js";
import "./live-workers.js";
import { runDeclared, textOfError } from "./node-test.js";
import { loadSetup, tellServer } from "./setup.js";

addEventListener("error", (event) => {
  event.preventDefault();
  void tellServer({ kind: "stray", text: `uncaught: ${textOfError(event.error ?? event.message)}` });
});
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  void tellServer({ kind: "stray", text: `unhandled rejection: ${textOfError(event.reason)}` });
});

async function main(): Promise<void> {
  const { bundle, place } = await loadSetup();
  if (place === "inline") dropFallbackWarnings();
  await import(new URL(bundle, import.meta.url).href);
  await runDeclared(tellServer);
}

main()
  .catch((error: unknown) => tellServer({ kind: "stray", text: `the file: ${textOfError(error)}` }))
  .finally(() => tellServer({ kind: "done" }));
