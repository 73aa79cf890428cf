// SPDX-License-Identifier: MIT
// The newer half of the language: generators, destructuring, spread, closures, Map, Set, private
// fields, tagged templates, optional chaining, getters.
function* walk(tree, path = []) {
  if (tree?.children) {
    for (const [i, child] of tree.children.entries()) yield* walk(child, [...path, i]);
  }
  yield { path, value: tree.value ?? 0 };
}

function grow(depth, width) {
  const node = { value: depth * width };
  if (depth > 0) node.children = Array.from({ length: width }, () => grow(depth - 1, width));
  return node;
}

class Counter {
  #counts = new Map();
  static of(...items) {
    return items.reduce((counter, item) => counter.add(item), new Counter());
  }
  add(item, times = 1) {
    this.#counts.set(item, (this.#counts.get(item) ?? 0) + times);
    return this;
  }
  get most() {
    return Math.max(...this.#counts.values());
  }
  *[Symbol.iterator]() {
    yield* this.#counts;
  }
}

const pipe = (...steps) => (x) => steps.reduce((value, step) => step(value), x);
const tag = (parts, ...values) => parts.raw.reduce((out, part, i) => out + part + (values[i] ?? ""), "");

function primesBelow(n) {
  const sieve = new Set();
  outer: for (let i = 2; i < n; i++) {
    for (const p of sieve) {
      if (p * p > i) break;
      if (i % p === 0) continue outer;
    }
    sieve.add(i);
  }
  return sieve;
}

let sum = 0;
for (const { path: [first = 0, ...rest], value } of walk(grow(5, 5))) sum += first + rest.length * value;
const counter = Counter.of(..."the quick brown fox jumps over the lazy dog".repeat(40));
const twice = pipe((x) => x + 1, (x) => x * 2, (x) => ({ x }), ({ x, y = 3 }) => x + y);
for (let i = 0; i < 4000; i++) sum += twice(i) % 7;
for (const [letter, times] of counter) sum += tag`${letter}=${times};`.length;
sum + counter.most + primesBelow(4000).size;
