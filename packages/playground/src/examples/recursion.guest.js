// Too deep a recursion is an error that the code may catch.
function depth(n) {
  try {
    return depth(n + 1);
  } catch (error) {
    console.log(`${error.name} at depth ${n}: ${error.message}`);
    return n;
  }
}
const deepest = depth(0);

// And this one is not caught: click its frames.
function forever(n) {
  return forever(n + 1) + 1;
}
forever(deepest)
