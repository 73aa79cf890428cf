// Press "Sequential against parallel": the same tasks one after the
// other, then all at once. Each finds its share in part and parts.
const share = globalThis.part ?? 0;
const size = 400_000;
const from = share * size;
const to = from + size;

const isPrime = new Uint8Array(size).fill(1);
for (let n = 2; n * n < to; n++) {
  const first = Math.max(n * n, Math.ceil(from / n) * n);
  for (let i = first; i < to; i += n) isPrime[i - from] = 0;
}
for (let n = from; n < 2; n++) isPrime[n - from] = 0;

let primes = 0;
for (const flag of isPrime) primes += flag;
({ from, to, primes })
