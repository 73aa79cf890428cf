// SPDX-License-Identifier: MIT
// The large result that every side carries.

/** Builds about one megabyte (as JSON) of nested records; also runs in the guest, from its source. */
export function nested() {
  const records = [];
  for (let i = 0; i < 4800; i++) {
    records.push({
      id: i,
      name: "record number " + i,
      position: { x: i / 7, y: -i / 3, inner: { deep: [i, [i + 1, [i + 2]]], flag: i % 2 === 0 } },
      tags: ["red", "green", "tag-" + (i % 50)],
      note: i % 5 === 0 ? null : "a note of some forty characters, or so: " + i,
    });
  }
  return records;
}
