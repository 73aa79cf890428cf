// SPDX-License-Identifier: MIT
// Sorting: the engine's own with a comparator, with none, of typed arrays; a heap and a merge by hand.
function numbers(count) {
  const out = new Array(count);
  let seed = 12345;
  for (let i = 0; i < count; i++) {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    out[i] = seed % 100000;
  }
  return out;
}

function mergeSort(xs) {
  if (xs.length < 2) return xs;
  const half = xs.length >> 1;
  const a = mergeSort(xs.slice(0, half)), b = mergeSort(xs.slice(half));
  const out = [];
  let i = 0, j = 0;
  while (i < a.length && j < b.length) out.push(a[i] <= b[j] ? a[i++] : b[j++]);
  while (i < a.length) out.push(a[i++]);
  while (j < b.length) out.push(b[j++]);
  return out;
}

function heapSort(xs) {
  const sink = (at, end) => {
    for (let child = 2 * at + 1; child < end; at = child, child = 2 * at + 1) {
      if (child + 1 < end && xs[child + 1] > xs[child]) child++;
      if (xs[at] >= xs[child]) return;
      const t = xs[at];
      xs[at] = xs[child];
      xs[child] = t;
    }
  };
  for (let i = (xs.length >> 1) - 1; i >= 0; i--) sink(i, xs.length);
  for (let end = xs.length - 1; end > 0; end--) {
    const t = xs[0];
    xs[0] = xs[end];
    xs[end] = t;
    sink(0, end);
  }
  return xs;
}

const xs = numbers(4000);
const sorted = [
  [...xs].sort((a, b) => a - b),
  mergeSort(xs),
  heapSort([...xs]),
  Array.from(Int32Array.from(xs).sort()),
];
const objects = xs.map((key, i) => ({ key, name: "n" + i })).sort((a, b) => a.key - b.key);
const names = xs.map(String).sort();
sorted.reduce((sum, s) => sum + s[1000] + s[3999], 0) + objects[2000].key + Number(names[123]);
