// A result that fights back. Reading it runs its getters, but inside the
// sandbox and within the task's limits; what arrives is plain data.
// (A function or a Proxy would be a DataCloneError that names its place.)
Array.prototype.map = JSON.stringify = () => "patched";

const result = {
  get secret() { console.warn("a getter ran, in the sandbox"); return "read once"; },
  get now() { return performance.now() > 0; },
  then: "not a promise",
  ["__proto__"]: { isAdmin: true },
  constructor: { prototype: null },
  toString: "not a function",
  "<img src=x onerror=alert(1)>": "<script>alert(1)<\/script>",
  disguise: "invoice\u202Efdp.exe, and \u0000 or \u200B are not hidden",
};
result
