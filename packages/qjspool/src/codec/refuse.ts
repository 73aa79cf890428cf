// SPDX-License-Identifier: MIT
// What has no clone: a DataCloneError that says where it is, such as
// "value.items[3].callback: a function cannot be cloned". The same words as the guest's side.
import {
  FRAME_ITEMS,
  FRAME_KEYS,
  FRAME_PAIRS,
  type EncodeFrame,
  type Encoding,
} from "./encode-state.js";

/** What is kept of the two ends of a longer path. */
const PATH_HEAD = 80;
const PATH_TAIL = 160;

export function refuse(e: Encoding, what: string): never {
  throw new DOMException(`${pathOf(e)}: ${what} cannot be cloned`, "DataCloneError");
}

/** An object of a class that has no clone. */
export function refuseClass(e: Encoding, name: string): never {
  refuse(e, `${"AEIOU".includes(name.charAt(0)) ? "an" : "a"} ${name}`);
}

function pathOf(e: Encoding): string {
  let path = e.root;
  for (let i = 0; i < e.depth; i++) path += step(e.frames[i]!);
  if (path.length <= PATH_HEAD + PATH_TAIL) return path;
  return `${path.slice(0, PATH_HEAD)} ... ${path.slice(-PATH_TAIL)}`;
}

/** The child being written is the one before `next`. */
function step(frame: EncodeFrame): string {
  const at = frame.next - 1;
  switch (frame.kind) {
    case FRAME_KEYS:
      return keyStep(frame.keys[at]!);
    case FRAME_ITEMS:
      return `[${at}]`;
    case FRAME_PAIRS:
      return `<${at % 2 === 0 ? "key" : "value"} ${at >> 1}>`;
    default:
      return `<member ${at}>`;
  }
}

function keyStep(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `["${key}"]`;
}
