// SPDX-License-Identifier: MIT
// JSON both ways, and the plain objects that come of it: filter, group, spread, write again.
function orders(count) {
  const list = [];
  for (let i = 0; i < count; i++) {
    list.push({
      id: "order-" + i,
      customer: { name: "Customer \u00fc " + (i % 37), address: { city: "City " + (i % 5), zip: 10000 + i } },
      lines: [
        { sku: "A" + (i % 11), quantity: (i % 4) + 1, price: 9.95 },
        { sku: "B" + (i % 7), quantity: 1, price: i / 8 },
      ],
      paid: i % 3 === 0,
      note: i % 10 === 0 ? null : "line one\nline \"two\"",
    });
  }
  return list;
}

function totals(list) {
  const cities = {};
  for (const { customer, lines, paid } of list) {
    const city = (cities[customer.address.city] ??= { paid: 0, open: 0 });
    const sum = lines.reduce((total, line) => total + line.quantity * line.price, 0);
    city[paid ? "paid" : "open"] += sum;
  }
  return cities;
}

let text = JSON.stringify(orders(250));
let length = 0;
for (let i = 0; i < 6; i++) {
  const list = JSON.parse(text);
  const marked = list.map((order) => ({ ...order, round: i, total: totals([order]) }));
  length += JSON.stringify(marked).length + JSON.stringify(totals(list), null, 2).length;
  text = JSON.stringify(list);
}
length;
