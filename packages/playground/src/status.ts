// SPDX-License-Identifier: MIT
// What this page can do, and what the pool is doing: chips with an explanation behind them, and a
// line of numbers.
import { getCapabilities } from "qjspool";
import type { PoolState } from "./engine/pool-host.js";
import { MAX_INLINE_MS } from "./engine/runner.js";
import { byId, el } from "./dom.js";
import { plural } from "./text.js";

const HEADERS =
  "Cross-Origin-Opener-Policy: same-origin\nCross-Origin-Embedder-Policy: require-corp";

export class Status {
  private readonly chips = byId("mode-chips");
  private readonly text = byId("mode-text");
  private readonly load = byId("load");

  constructor() {
    const fold = byId<HTMLDetailsElement>("mode");
    fold.addEventListener("keydown", (event) => {
      if (event.key === "Escape") fold.open = false;
    });
    document.addEventListener("pointerdown", ({ target }) => {
      if (!fold.contains(target as Node)) fold.open = false;
    });
  }

  showPool(state: PoolState): void {
    switch (state.kind) {
      case "ready": {
        const { isMultiThreaded, poolSize } = state.pool;
        this.show(
          isMultiThreaded
            ? [chip("good", plural(poolSize, "worker"))]
            : [chip("poor", "no workers")],
          [threadsText(isMultiThreaded, poolSize), ...isolationText(isMultiThreaded)],
        );
        break;
      }
      case "failed":
        this.show([chip("poor", "no pool")], ["The pool could not be made; see the results."]);
        break;
      default:
        this.show([chip("", "starting…")], ["The workers are being started."]);
    }
    this.showLoad(state);
  }

  /** Numbers of the moment. */
  showLoad(state: PoolState): void {
    if (state.kind !== "ready") {
      this.load.textContent = "";
      return;
    }
    const stats = state.pool.getStats();
    const parts = [`${stats.busyWorkers} busy`, `${stats.queuedTasks} waiting`];
    parts.push(`${stats.completedTasks} done`);
    if (stats.failedTasks > 0) parts.push(`${stats.failedTasks} failed`);
    if (stats.workerRestarts > 0) parts.push(plural(stats.workerRestarts, "restart"));
    if (stats.sessions > 0) parts.push(plural(stats.sessions, "session"));
    this.load.textContent = parts.join(" · ");
  }

  private show(threads: HTMLElement[], texts: (Node | string)[]): void {
    const { crossOriginIsolated, sharedArrayBuffer } = getCapabilities();
    const isIsolated = crossOriginIsolated && sharedArrayBuffer;
    const isolation = isIsolated ? chip("good", "isolated page") : chip("", "page not isolated");
    this.chips.replaceChildren(...threads, isolation);
    this.text.replaceChildren(
      ...texts.map((text) => (typeof text === "string" ? el("p", {}, text) : text)),
    );
  }
}

function chip(kind: string, text: string): HTMLElement {
  return el("span", { class: `chip ${kind}` }, text);
}

function threadsText(isMultiThreaded: boolean, poolSize: number): string {
  if (isMultiThreaded) {
    return `Multi-threaded: up to ${plural(poolSize, "task")} at the same time, each in a worker of its own.`;
  }
  return (
    "Single-threaded: there are no workers here (the browser's console says why). Tasks take turns on the page's own thread; " +
    `the page stands still while one computes, so ${MAX_INLINE_MS} ms is the longest time limit, ` +
    "and Stop reaches only what waits. Where a Content-Security-Policy is the reason, allow “worker-src blob:” in it."
  );
}

function isolationText(isMultiThreaded: boolean): (Node | string)[] {
  const { crossOriginIsolated } = getCapabilities();
  if (crossOriginIsolated) {
    return [
      "Cross-origin isolated: memory is shared with the workers, so that a running task is stopped in place.",
    ];
  }
  if (!isMultiThreaded) return [];
  return [
    "Not cross-origin isolated. All works, and in parallel; but a running task is stopped by ending its worker " +
      "(another takes its place, and a session on it is lost), and syncHostFunctions are not to be had. " +
      "To change that, serve the page with these headers:",
    el("pre", {}, HEADERS),
  ];
}
