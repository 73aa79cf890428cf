// SPDX-License-Identifier: MIT
// Finds out why a worker could not be started, and what the page's author can do about it: the
// worker itself gives an error event without a word.

/** Of a SecurityPolicyViolationEvent. */
interface Violation extends Event {
  readonly effectiveDirective?: string;
  readonly blockedURI?: string;
}

const EVENT = "securitypolicyviolation";
const RULES_FOR_WORKERS = /^(worker-src|child-src|script-src|default-src)/;
/** As Chromium and Firefox say it. */
const TRUSTED_TYPES = /TrustedScriptURL|Sink type mismatch/;

/** Listens from before a worker is made until `close`. */
export class BlockedWorkers {
  private readonly workerUrl: string | URL | undefined;
  private directive = "";
  private readonly listener = (event: Event): void => this.see(event);

  constructor(workerUrl: string | URL | undefined) {
    this.workerUrl = workerUrl;
    globalThis.addEventListener?.(EVENT, this.listener);
  }

  close(): void {
    globalThis.removeEventListener?.(EVENT, this.listener);
  }

  /** `message`: what the browser said, perhaps nothing. */
  reason(message: string): string {
    if (this.directive !== "") {
      return `the page's Content-Security-Policy (${this.directive}) forbids its workers; ${this.fix}`;
    }
    if (TRUSTED_TYPES.test(message)) {
      const cure = "a createScriptURL that lets the worker's address pass";
      return `the page demands Trusted Types (${message}); give its default policy ${cure}`;
    }
    if (this.workerUrl !== undefined) {
      const what = message === "" ? "could not be loaded" : `failed (${message})`;
      return `the worker's script ${this.workerUrl} ${what}; ${this.demand}`;
    }
    if (message !== "") return message;
    return `the browser gave no reason (a sandboxed frame, or a Content-Security-Policy?); ${this.fix}`;
  }

  private get fix(): string {
    return this.workerUrl === undefined
      ? 'allow "worker-src blob:", or serve qjspool/worker and pass its address as workerUrl'
      : `allow ${this.workerUrl} there`;
  }

  private get demand(): string {
    const demand = "it must be qjspool/worker, from the page's own origin";
    if (globalThis.crossOriginIsolated !== true) return demand;
    return `${demand}, with the page's Cross-Origin-Embedder-Policy`;
  }

  private see(event: Violation): void {
    const { effectiveDirective = "", blockedURI = "" } = event;
    if (!RULES_FOR_WORKERS.test(effectiveDirective)) return;
    const isOurs = this.workerUrl === undefined ? blockedURI.startsWith("blob") : true;
    if (isOurs) this.directive = effectiveDirective;
  }
}
