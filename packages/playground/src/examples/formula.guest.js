// A formula that a customer wrote. It has the language, and
// what the bootstrap code below defined. No page, no network.
const lines = [
  { article: "tea", price: 4.5, count: 12 },
  { article: "pot", price: 39, count: 1 },
  { article: "cup", price: 7.9, count: 6 },
];
const net = SUM(lines.map((l) => l.price * l.count));

({
  net: ROUND(net, 2),
  gross: ROUND(net * 1.19, 2),
  average: ROUND(AVG(lines.map((l) => l.price)), 2),
  perArticle: new Map(lines.map((l) => [l.article, l.price * l.count])),
  due: new Date(Date.UTC(2026, 0, 31)),
})
