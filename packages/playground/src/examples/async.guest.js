// Top-level await, promises and timers. While this task waits it
// takes no processor time, but it counts against the time limit.
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const began = performance.now();
const results = await Promise.allSettled([
  wait(120).then(() => "slow"),
  wait(30).then(() => "fast"),
  wait(60).then(() => { throw new RangeError("failed on the way") }),
]);
console.log(`waited ${Math.round(performance.now() - began)} ms`);
results
