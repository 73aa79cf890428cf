// SPDX-License-Identifier: MIT
// 32-bit integers in typed arrays: SHA-256 of a message, and a stream of xorshift numbers.
const primes = (function () {
  const out = [];
  for (let n = 2; out.length < 64; n++) if (out.every((p) => n % p !== 0)) out.push(n);
  return out;
})();
const fraction = (x) => ((x - Math.floor(x)) * 4294967296) | 0;
const K = Int32Array.from(primes, (p) => fraction(Math.cbrt(p)));
const START = Int32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p)));

function padded(bytes) {
  const out = new Uint8Array(((bytes.length + 72) >> 6) << 6);
  out.set(bytes);
  out[bytes.length] = 0x80;
  new DataView(out.buffer).setUint32(out.length - 4, bytes.length * 8);
  return out;
}

function sha256(bytes) {
  const message = new DataView(padded(bytes).buffer);
  const h = Int32Array.from(START);
  const w = new Int32Array(64);
  for (let block = 0; block < message.byteLength; block += 64) {
    for (let i = 0; i < 16; i++) w[i] = message.getInt32(block + i * 4);
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15], y = w[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, last] = h;
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (last + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      last = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    [a, b, c, d, e, f, g, last].forEach((word, i) => (h[i] += word));
  }
  return Array.from(h, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

const bytes = new Uint8Array(16000);
let state = 2463534242;
for (let i = 0; i < bytes.length; i++) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  bytes[i] = state;
}
sha256(bytes);
