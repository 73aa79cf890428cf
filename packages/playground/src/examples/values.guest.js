// All that structuredClone takes comes back, as what it was.
const me = { name: "a cycle" };
me.self = me;
me.list = [me, { inner: me }];

({
  numbers: [0, -0, NaN, Infinity, 12n ** 40n],
  nothing: [null, undefined, , "a hole before me"],
  text: "quotes \" and lines \n and 日本語",
  date: new Date(0),
  regexp: /^qjs(pool)?$/iu,
  map: new Map([["key", "value"], [{ an: "object" }, new Set([1, 2, 3])]]),
  bytes: new Uint8Array([1, 2, 3]).buffer,
  floats: new Float64Array(1000).map((_, i) => Math.sqrt(i)),
  error: new RangeError("just a value", { cause: "why" }),
  me,
  large: Array.from({ length: 100_000 }, (_, i) => ({ i, square: i * i })),
  sparse: Object.assign(new Array(1_000_000_000), { 7: "seven" }),
  long: "a long string. ".repeat(10_000),
})
