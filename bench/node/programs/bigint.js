// SPDX-License-Identifier: MIT
// BigInt: digits of pi by a spigot, powers modulo a large number, a large factorial.
function digitsOfPi(count) {
  let q = 1n, r = 0n, t = 1n, k = 1n, n = 3n, l = 3n, out = "";
  while (out.length < count) {
    if (4n * q + r - t < n * t) {
      out += n;
      const next = 10n * (r - n * t);
      n = (10n * (3n * q + r)) / t - 10n * n;
      q *= 10n;
      r = next;
    } else {
      const next = (2n * q + r) * l;
      n = (q * (7n * k) + 2n + r * l) / (t * l);
      q *= k;
      t *= l;
      l += 2n;
      k += 1n;
      r = next;
    }
  }
  return out;
}

function power(base, exponent, modulus) {
  let result = 1n;
  for (base %= modulus; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % modulus;
    base = (base * base) % modulus;
  }
  return result;
}

function factorial(n) {
  let product = 1n;
  for (let i = 2n; i <= n; i++) product *= i;
  return product;
}

const modulus = (1n << 521n) - 1n;
const digits = digitsOfPi(280);
const raised = power(3n, modulus >> 1n, modulus);
digits.slice(-10) + ":" + (raised % 1000003n) + ":" + (factorial(500n) >> 3600n) % 1000003n;
