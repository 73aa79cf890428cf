// What every task finds, as if just made. What a task
// does to it, no other task sees.
const SUM = (numbers) => numbers.reduce((sum, n) => sum + n, 0);
const AVG = (numbers) => SUM(numbers) / numbers.length;
const ROUND = (n, digits = 0) => Math.round(n * 10 ** digits) / 10 ** digits;
