// Errors come with places in your source: click one.
function parsePrice(text) {
  const price = Number(text);
  if (Number.isNaN(price)) {
    throw new RangeError(`no price: ${text}`, { cause: { text, at: new Date(0) } });
  }
  return price;
}

["4.50", "39", "7,90"].map((text) => parsePrice(text))
