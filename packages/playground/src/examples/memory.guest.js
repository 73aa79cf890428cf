// Takes memory until there is none. The limit is hard, and it is
// this worker's own: other tasks do not notice.
const hoard = [];
console.log("hoarding…");
for (;;) hoard.push(new Uint8Array(100_000));
