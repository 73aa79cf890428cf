// SPDX-License-Identifier: MIT
// One file: its beginning, as text or in hexadecimal. Whatever it holds is shown, never run or parsed.
import { el } from "../dom.js";
import { byteCount, harmless, oneLine } from "../text.js";
import type { Content } from "./origin-directory.js";

export const MOST_BYTES = 32 * 1024;
const MOST_HEX_BYTES = 1024;
const BYTES_PER_LINE = 16;

export interface FileEvents {
  onDelete(path: string): void;
  onClose(): void;
}

export function fileView(path: string, content: Content, events: FileEvents): HTMLElement {
  const { file, bytes } = content;
  const text = asText(bytes, file.size > bytes.length);
  const shown = text === null ? Math.min(bytes.length, MOST_HEX_BYTES) : bytes.length;
  const rest = file.size > shown ? `, the first ${byteCount(shown)} of it` : "";
  const when = new Date(file.lastModified).toLocaleTimeString();
  return el(
    "section",
    { class: "file", "aria-label": oneLine(path) },
    el(
      "div",
      { class: "head" },
      el("p", { class: "path" }, oneLine(path)),
      el("p", { class: "hint" }, `${byteCount(file.size)}${rest}, changed at ${when}`),
      el("button", { type: "button", class: "link", onclick: () => save(path, file) }, "Download"),
      el("button", { type: "button", class: "link", onclick: () => events.onDelete(path) }, "Delete"),
      el("button", { type: "button", class: "link", onclick: () => events.onClose() }, "Close"),
    ),
    el("pre", { tabindex: 0, class: text === null ? "hex" : "" }, text === null ? hex(bytes.subarray(0, shown)) : harmless(text)),
  );
}

/** null: it is no text. */
function asText(bytes: Uint8Array, isCut: boolean): string | null {
  if (bytes.includes(0)) return null;
  try {
    // a character may be cut in two at the end
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    return null;
  }
}

function hex(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_PER_LINE) {
    const line = Array.from(bytes.subarray(at, at + BYTES_PER_LINE));
    const numbers = line.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const letters = line.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${numbers.padEnd(BYTES_PER_LINE * 3)} ${letters}`);
  }
  return lines.join("\n");
}

function save(path: string, file: File): void {
  const href = URL.createObjectURL(file);
  el("a", { href, download: path.slice(path.lastIndexOf("/") + 1) }).click();
  URL.revokeObjectURL(href);
}
