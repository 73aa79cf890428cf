// SPDX-License-Identifier: MIT
// Memory: a splay tree whose nodes carry small trees of objects, old ones dropped as new ones come.
class Node {
  constructor(key, payload) {
    this.key = key;
    this.payload = payload;
    this.left = null;
    this.right = null;
  }
}

function payload(depth, tag) {
  if (depth === 0) return { array: [0, 1, 2, 3, 4, 5, 6, 7], string: "leaf " + tag };
  return { left: payload(depth - 1, tag), right: payload(depth - 1, tag) };
}

class SplayTree {
  constructor() {
    this.root = null;
    this.size = 0;
  }
  splay(key) {
    const frame = new Node(0, null);
    let left = frame, right = frame, at = this.root;
    for (;;) {
      if (key < at.key) {
        if (at.left === null) break;
        if (key < at.left.key) {
          const up = at.left;
          at.left = up.right;
          up.right = at;
          at = up;
          if (at.left === null) break;
        }
        right.left = at;
        right = at;
        at = at.left;
      } else if (key > at.key) {
        if (at.right === null) break;
        if (key > at.right.key) {
          const up = at.right;
          at.right = up.left;
          up.left = at;
          at = up;
          if (at.right === null) break;
        }
        left.right = at;
        left = at;
        at = at.right;
      } else break;
    }
    left.right = at.left;
    right.left = at.right;
    at.left = frame.right;
    at.right = frame.left;
    this.root = at;
  }
  insert(key, value) {
    const node = new Node(key, value);
    this.size++;
    if (this.root !== null) {
      this.splay(key);
      const at = this.root;
      if (key > at.key) {
        node.left = at;
        node.right = at.right;
        at.right = null;
      } else {
        node.right = at;
        node.left = at.left;
        at.left = null;
      }
    }
    this.root = node;
  }
  removeLeast() {
    this.splay(-1);
    const least = this.root;
    this.root = least.right;
    this.size--;
    return least;
  }
}

function churn(inserts, keep) {
  const tree = new SplayTree();
  let seed = 49734321, sum = 0;
  for (let i = 0; i < inserts; i++) {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    tree.insert(seed / 0x7fffffff, payload(2, i));
    if (tree.size > keep) sum += tree.removeLeast().payload.left.right.string.length;
  }
  return sum;
}

churn(3500, 600);
