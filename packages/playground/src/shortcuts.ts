// SPDX-License-Identifier: MIT
// The keys that work everywhere on the page, the editors included.
import { byId } from "./dom.js";

export interface Actions {
  run(): void;
  stop(): void;
}

export function listenToKeys(actions: Actions): void {
  const isMac = /mac|iphone|ipad/i.test(navigator.platform);
  if (isMac) {
    byId("run-keys").textContent = "⌘ ⏎";
    byId("stop-keys").textContent = "⌘ .";
  }
  // before the editors, which have a use for Ctrl+Enter of their own
  window.addEventListener("keydown", (event) => onKey(event, actions), { capture: true });
}

function onKey(event: KeyboardEvent, actions: Actions): void {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  if (event.key === "Enter") {
    if (!event.repeat) actions.run();
  } else if (event.key === ".") {
    actions.stop();
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}
