// SPDX-License-Identifier: MIT
// Says what state the code of a tab finds, and tells when a session is not the one it was.
import type { WorkerSession } from "qjspool";
import type { PoolHost } from "./engine/pool-host.js";
import { byId, el } from "./dom.js";
import type { Tab } from "./tabs.js";

export class SessionNotes {
  private readonly host: PoolHost;
  private readonly line = byId("tab-note");
  private readonly seen = new Map<string, WorkerSession>();

  constructor(host: PoolHost) {
    this.host = host;
  }

  /** For the line above the editor. */
  show(tab: Tab): void {
    const text = this.textFor(tab);
    if (this.line.textContent !== text) this.line.textContent = text;
  }

  private textFor(tab: Tab): string {
    if (!tab.isSession) {
      return "Every run starts from what the bootstrap code left, on whichever worker is free.";
    }
    const session = this.host.peekSession(tab.id);
    if (session !== undefined) {
      return `State stays from run to run, on worker ${session.workerId}, which is this tab’s alone.`;
    }
    if (this.host.isOpening(tab.id)) return "Waiting for a worker that this tab can have…";
    return this.seen.has(tab.id)
      ? "The session has ended with its worker, and its state is gone. The next run opens a new one."
      : "State stays from run to run. The first run opens a session.";
  }

  /** For a new result; undefined: nothing to say. */
  noteFor(tab: Tab): HTMLElement | undefined {
    const session = this.host.peekSession(tab.id);
    if (session === undefined) return undefined;
    const before = this.seen.get(tab.id);
    this.seen.set(tab.id, session);
    if (before === undefined || before === session) return undefined;
    return el(
      "p",
      { class: "hint" },
      "A new session: the earlier one ended with its worker, and its state is gone.",
    );
  }
}
