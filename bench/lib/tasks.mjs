// SPDX-License-Identifier: MIT
// The small tasks that every side evaluates, in the three spellings that the peers want: a script
// with a completion value, a function body, a module with a default export.

function task(name, setup, result, expected) {
  return {
    name,
    expected,
    script: `${setup}${result}`,
    body: `${setup}return ${result};`,
    module: `${setup}export default ${result};`,
  };
}

/** What a formula or a small rule costs: an array, a closure, a string. */
export const smallTask = task(
  "small task",
  "const xs = [1, 2, 3]; ",
  "xs.map((x) => x * 2).join()",
  "2,4,6",
);

/** Next to nothing: what is measured is the way there and back. */
export const tinyTask = task("1 + 1", "", "1 + 1", 2);

/** Evaluates once and compares; throws on a wrong answer. */
export async function check(side, task) {
  const value = await side.evaluate(task);
  if (value !== task.expected) throw new Error(`${task.name}: got ${String(value)}`);
}
