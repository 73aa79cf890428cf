// The console comes while the task runs, with real values.
console.log("plain text and", 42, "and", [1, 2, { three: 3 }]);
console.info("a map:", new Map([["a", 1], ["b", new Set([1, 2])]]));
console.warn("careful", new Date(0));
console.error(new TypeError("an error that was only printed"));
console.debug({ deep: { deeper: { deepest: "open me" } } });

for (let i = 3; i > 0; i--) {
  console.log(i);
  await new Promise((resolve) => setTimeout(resolve, 250));
}
"done"
