// SPDX-License-Identifier: MIT
// What guests ask of their host: functions, modules, a console. The host's code runs here, on the
// thread that made the pool, and whatever it does or throws becomes an answer: nothing of it
// reaches the driver, and nothing but name and message of an error reaches the guest.

import { NO_BYTES } from "../bytes.js";
import { decode, WireError } from "../codec/decode.js";
import { encode } from "../codec/encode.js";
import type { ResolvedOptions } from "../options.js";
import { CONSOLE_LEVELS, Status } from "../protocol.js";
import type { ConsoleInfo } from "../types.js";

/** How a host call ends: with a value, or with what was thrown. */
export type Settle = (isRejected: boolean, value: Uint8Array) => void;
/** How a module is found: its source, or why not. */
export type SettleModule = (status: number, source: Uint8Array) => void;

const encoder = new TextEncoder();
const MAX_CAUSES = 8;

/** Without stacks: they name the host's files. */
function withoutStack(thrown: unknown, depth = 0): unknown {
  if (!(thrown instanceof Error) || depth > MAX_CAUSES) return thrown;
  const cause: unknown = thrown.cause;
  const copy = new Error(String(thrown.message), {
    ...(cause === undefined ? {} : { cause: withoutStack(cause, depth + 1) }),
  });
  Object.defineProperty(copy, "name", { value: String(thrown.name) });
  Object.defineProperty(copy, "stack", { value: undefined });
  return copy;
}

/** Promise.resolve, but for promises whose `constructor` or `then` throw: those reject. */
function settled(value: unknown): Promise<unknown> {
  return new Promise((resolve) => resolve(value));
}

/** Throws where this host cannot have what the guest sent. */
function decodeList(args: Uint8Array): unknown[] {
  const list = decode(args);
  if (!Array.isArray(list)) throw new WireError("arguments are not a list", 0);
  return list as unknown[];
}

export class HostCalls {
  private readonly options: ResolvedOptions;

  constructor(options: ResolvedOptions) {
    this.options = options;
  }

  /** Calls function `index`; `settle` is called once, now or later, unless it never settles. */
  call(index: number, args: Uint8Array, settle: Settle): void {
    const entry = this.options.hostFunctions[index];
    if (entry === undefined) throw new Error("no such host function");
    let list: unknown[];
    try {
      list = decodeList(args);
    } catch (thrown) {
      settle(true, this.encodeThrown(thrown));
      return;
    }
    let returned: unknown;
    try {
      returned = entry.fn.apply(entry.self, list);
    } catch (thrown) {
      settle(true, this.encodeThrown(thrown));
      return;
    }
    settled(returned).then(
      (value) => this.settleValue(value, entry.name, settle),
      (thrown: unknown) => settle(true, this.encodeThrown(thrown)),
    );
  }

  /** Looks a module up by the caller's function. */
  findModule(specifier: string, importer: string, settle: SettleModule): void {
    let found: unknown;
    try {
      found = this.options.moduleLoader?.(specifier, importer);
    } catch {
      settle(Status.invalid, NO_BYTES);
      return;
    }
    settled(found).then(
      (source) => {
        if (typeof source === "string") settle(Status.ok, encoder.encode(source));
        else settle(Status.invalid, NO_BYTES);
      },
      () => settle(Status.invalid, NO_BYTES),
    );
  }

  /** Makes TypeScript JavaScript, by the caller's function; what it throws is the guest's to see. */
  stripTypes(filename: string, source: string, settle: SettleModule): void {
    const fail = (thrown: unknown): void => {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      settle(Status.invalid, encoder.encode(reason));
    };
    let stripped: unknown;
    try {
      stripped = this.options.stripTypes?.(source, filename);
    } catch (thrown) {
      fail(thrown);
      return;
    }
    settled(stripped).then((text) => {
      if (typeof text === "string") settle(Status.ok, encoder.encode(text));
      else fail("stripTypes gave no text");
    }, fail);
  }

  /** Hands one console call on. What the handler throws is ignored. */
  console(level: number, args: Uint8Array, info: ConsoleInfo): void {
    const handler = this.options.onConsole;
    const name = CONSOLE_LEVELS[level];
    if (name === undefined) throw new Error("not a console level");
    let list: unknown[];
    try {
      list = decodeList(args);
    } catch (thrown) {
      list = [`[${thrown instanceof Error ? thrown.message : "?"}]`];
    }
    try {
      const returned: unknown = handler?.(name, list, info);
      if (returned instanceof Promise) returned.catch(() => {});
    } catch {
      // it must not stop what else has come
    }
  }

  private settleValue(value: unknown, name: string, settle: Settle): void {
    let bytes: Uint8Array;
    try {
      bytes = encode(value, { root: name, maxBytes: this.options.resultLimitBytes });
    } catch (thrown) {
      settle(true, this.encodeThrown(thrown));
      return;
    }
    settle(false, bytes);
  }

  private encodeThrown(thrown: unknown): Uint8Array {
    try {
      const options = { root: "error", maxBytes: this.options.resultLimitBytes };
      return encode(withoutStack(thrown), options);
    } catch {
      return encode(withoutStack(new Error("the host function threw what cannot be cloned")));
    }
  }
}
