// A plugin. Its only way out of the sandbox are the functions that
// the page lends it: here shop.list() and shop.find(id), both async.
const ids = await shop.list();
const articles = await Promise.all(ids.map((id) => shop.find(id)));

for (const article of articles) {
  if (article.stock === 0) console.warn("sold out:", article.name);
}

try {
  await shop.find(42); // the host checks what it is given
} catch (error) {
  console.error(error.name, error.message);
}

articles.filter((article) => article.stock > 0)
