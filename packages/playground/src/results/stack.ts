// SPDX-License-Identifier: MIT
// Reads the frames of a guest's stack. Made of text that a guest may have written: whatever does
// not look like a frame is text and no more.

export interface Position {
  readonly filename: string;
  readonly line: number;
  readonly column: number;
}

export interface Frame {
  /** As it stands in the stack. */
  readonly text: string;
  /** null: it names no place in a source. */
  readonly position: Position | null;
}

const PLACE = /([^\s()]+):(\d{1,9}):(\d{1,9})\)?$/;
const MAX_FRAMES = 50;

/** The frames, without the head ("Error: message") that some stacks have. */
export function parseStack(stack: string): Frame[] {
  const lines = stack.split("\n").map((line) => line.trim());
  return lines
    .filter((line) => line.startsWith("at ") || PLACE.test(line))
    .slice(0, MAX_FRAMES)
    .map((text) => ({ text, position: toPosition(text) }));
}

function toPosition(text: string): Position | null {
  const match = PLACE.exec(text);
  if (match === null) return null;
  const [, filename = "", line, column] = match;
  return { filename, line: Number(line), column: Number(column) };
}
