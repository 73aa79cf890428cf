// SPDX-License-Identifier: MIT
// The two options that say where the package's own files are. Recognises values by their class's
// tag, so that those of another realm count too; fetches nothing.
import { badOption } from "./checks.js";

/**
 * Where the Wasm comes from: an address, its bytes (borrowed), a compiled module; null: embedded.
 */
export type WasmSource = string | URL | Uint8Array<ArrayBuffer> | WebAssembly.Module | null;

export function toWasmSource(value: unknown): WasmSource {
  if (value === undefined) return null;
  const url = toAddress(value);
  if (url !== null) return url;
  const bytes = toBytes(value);
  if (bytes !== null && bytes.byteLength > 0) return bytes;
  if (tagOf(value) === "[object WebAssembly.Module]") return value as WebAssembly.Module;
  const expected = "a string, a URL, a WebAssembly.Module, or bytes that are not empty";
  throw badOption("wasmLocation", expected, value);
}

export function toWorkerUrl(value: unknown): string | URL | null {
  if (value === undefined) return null;
  const url = toAddress(value);
  if (url === null) throw badOption("workerUrl", "a string or a URL", value);
  return url;
}

function toAddress(value: unknown): string | URL | null {
  if (typeof value === "string") return value === "" ? null : value;
  return tagOf(value) === "[object URL]" ? (value as URL) : null;
}

function toBytes(value: unknown): Uint8Array<ArrayBuffer> | null {
  if (tagOf(value) === "[object ArrayBuffer]") return new Uint8Array(value as ArrayBuffer);
  if (!ArrayBuffer.isView(value) || tagOf(value.buffer) !== "[object ArrayBuffer]") return null;
  return new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value);
}
