// SPDX-License-Identifier: MIT
// The host that every conformance case has: its functions and its console, as tests/js/README.md
// lists them and tests/native/host.c has them. It knows nothing of cases.
import type { HostFunction, WorkerPoolOptions } from "qjspool";
import { consoleText } from "./console-text.js";

function fail(name: unknown, message: unknown): never {
  throw Object.assign(new Error(String(message)), { name: String(name) });
}

export class CaseHost {
  private printed: string[] = [];
  /** Of host.later: answered when another call comes. */
  private held: (() => void) | undefined;

  /** What a pool must be given. */
  options(canBlock: boolean): WorkerPoolOptions {
    const hostSync = { echo: (x: unknown) => x, fail };

    return {
      // Where nothing can block, the name is there all the same: cases count names.
      hostFunctions: canBlock ? { host: this.functions() } : { host: this.functions(), hostSync },
      ...(canBlock && { syncHostFunctions: { hostSync } }),
      onConsole: (level, args) => {
        this.printed.push(`${level} ${consoleText(args)}`);
      },
    };
  }

  /** The lines "level text" that were printed since. */
  takeConsole(): string[] {
    const lines = this.printed;
    this.printed = [];
    return lines;
  }

  private release(): void {
    const held = this.held;
    this.held = undefined;
    held?.();
  }

  private functions(): Record<string, HostFunction> {
    return {
      echo: (x: unknown) => {
        queueMicrotask(() => this.release());
        return x;
      },
      args: (...args: unknown[]) => args,
      fail: (name: unknown, message: unknown) => fail(name, message),
      never: () => new Promise(() => {}),
      later: (x: unknown) => {
        this.release();
        return new Promise((resolve) => {
          this.held = () => resolve(x);
        });
      },
    };
  }
}
