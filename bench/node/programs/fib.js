// SPDX-License-Identifier: MIT
// Calls and small integers: the doubly recursive Fibonacci, and Ackermann's function.
function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

function ackermann(m, n) {
  if (m === 0) return n + 1;
  if (n === 0) return ackermann(m - 1, 1);
  return ackermann(m - 1, ackermann(m, n - 1));
}

fib(24) + ackermann(2, 60);
