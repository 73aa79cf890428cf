// Run this twice. In a clean realm, nothing of the first run is there
// the second time. In a session (+ Session, above) it stays.
const found = { leftBehind: globalThis.leftBehind, map: [1, 2, 3].map((n) => n * 2) };

globalThis.leftBehind = "mine";
Array.prototype.map = () => "patched";
found
